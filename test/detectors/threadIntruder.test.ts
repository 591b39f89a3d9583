import { threadIntruder } from '../../src/detectors/threadIntruder.ts';
import { baseline, correspondent, message, NOW, sender, tally } from '../messages.ts';
import { resemblance } from './histories.ts';
import { detectorTable } from './table.ts';

const from = (of: string, more = {}) => message({ sender: sender(of, more) });
const thread = {
  messageId: 'a@acme.example',
  writer: 'ana@acme.example',
  isOwn: true,
  isFromInside: true,
  participants: new Set(['ana@acme.example', 'bea@partner.example']),
  at: NOW - 86_400_000,
};
const joined = (more = {}) => baseline({ threads: new Map([[thread.messageId, thread]]), ...more });
const stranger = 'bea@other.example';

detectorTable(threadIntruder, [
  ['a stranger', from(stranger), joined(), 0.6],
  [
    'a look-alike of a participant',
    from('bea@partncr.example'),
    joined({ senderResemblances: [resemblance('partner.example')] }),
    1,
  ],
  [
    'a look-alike of somebody else',
    from(stranger),
    joined({ senderResemblances: [resemblance('third.example')] }),
    0.6,
  ],
  ['a colleague of a participant', from('cy@partner.example'), joined(), 0.2],
  [
    'somebody of a known domain',
    from(stranger),
    joined({ domain: { orgDomain: 'other.example', received: tally(9), senderCount: 2 } }),
    0.3,
  ],
  ['near-miss: a participant', from('bea@partner.example'), joined(), 'clear'],
  [
    'near-miss: a correspondent taken in',
    from(stranger),
    joined({ correspondent: correspondent(stranger, 1) }),
    'clear',
  ],
  ['near-miss: a colleague of ours', from('dan@acme.example', { isOwnDomain: true }), joined(), 'clear'],
  [
    'near-miss: a list',
    { ...from(stranger), bulk: { isList: true, hasUnsubscribe: false, isAutomatic: false } },
    joined(),
    'clear',
  ],
  ['no thread known', from(stranger), baseline(), 'clear'],
  ['outbound mail', { ...from(stranger), direction: 'outbound' }, joined(), 'skipped'],
]);
