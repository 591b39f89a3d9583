import { unsolicitedInvite } from '../../src/detectors/unsolicitedInvite.ts';
import { baseline, correspondent, invite, message, sender, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const invited = message({ invites: [invite({ summary: 'Payroll review' })] });
const lured = message({ invites: [invite({ summary: 'Payroll review', linkHosts: ['evil.example'] })] });
const partner = { orgDomain: 'partner.example', received: tally(40), senderCount: 3 };

detectorTable(unsolicitedInvite, [
  ['from a stranger', invited, baseline(), 0.5],
  ['with a link', lured, baseline(), 1],
  ['with a phone number', message({ invites: [invite({ phoneNumbers: ['+1 555 0100'] })] }), baseline(), 1],
  ['a new colleague of people one knows', lured, baseline({ domain: partner }), 0.4],
  [
    'a freemail domain is nobody’s',
    { ...lured, sender: sender('x@gmail.com', { isFreemail: true }) },
    baseline({ domain: partner }),
    1,
  ],
  [
    'near-miss: from a correspondent',
    lured,
    baseline({ correspondent: correspondent('bea@partner.example', 3) }),
    'clear',
  ],
  [
    'near-miss: a colleague',
    { ...lured, sender: sender('dan@acme.example', { isOwnDomain: true }) },
    baseline(),
    'clear',
  ],
  ['near-miss: an answer to our invite', message({ invites: [invite({ method: 'REPLY' })] }), baseline(), 'clear'],
  ['outbound mail', { ...lured, direction: 'outbound' }, baseline(), 'skipped'],
]);
