import { replyToDiversion } from '../../src/detectors/replyToDiversion.ts';
import { address, baseline, correspondent, message, sender } from '../messages.ts';
import { detectorTable } from './table.ts';

const bea = 'bea@partner.example';
const diverted = message({ sender: sender(bea, { replyTo: [address('bea@other.example')] }) });

detectorTable(replyToDiversion, [
  ['known sender, another organisation', diverted, baseline({ correspondent: correspondent(bea, 214) }), 1],
  ['stranger: odd, not contradicted', diverted, baseline(), 0.3],
  [
    'near-miss: this sender always diverts there',
    diverted,
    baseline({ correspondent: correspondent(bea, 214, { replyToOrgDomains: new Set(['other.example']) }) }),
    'clear',
  ],
  [
    'near-miss: another host of the same organisation',
    message({ sender: sender(bea, { replyTo: [address('bea@mail.partner.example')] }) }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: mailing list',
    { ...diverted, bulk: { isList: true, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    'clear',
  ],
  ['no Reply-To', message(), baseline(), 'clear'],
]);
