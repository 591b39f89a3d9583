import { unknownSender } from '../../src/detectors/unknownSender.ts';
import { baseline, correspondent, message, sender, tally } from '../messages.ts';
import { profile } from './histories.ts';
import { detectorTable } from './table.ts';

const bea = 'bea@partner.example';
const partner = { orgDomain: 'partner.example', received: tally(40), senderCount: 3 };
const freemail = { orgDomain: 'freemail.example', received: tally(40), senderCount: 3 };

detectorTable(unknownSender, [
  ['nobody knows the sender', message(), baseline(), 1],
  ['the tenant knows the address', message(), baseline({ profile: profile(5, 5) }), 0.7],
  ['the tenant knows the domain', message(), baseline({ domainProfile: profile(5, 5) }), 0.7],
  ['the mailbox knows the domain: a new colleague there', message(), baseline({ domain: partner }), 0.5],
  [
    'a freemail domain makes nobody known',
    message({ sender: sender('cy@freemail.example', { isFreemail: true }) }),
    baseline({ domain: freemail, domainProfile: profile(9, 9) }),
    1,
  ],
  [
    'a new colleague inside',
    message({ sender: sender('dan@acme.example', { isOwnDomain: true }), direction: 'internal' }),
    baseline(),
    0.3,
  ],
  [
    'a blank mailbox knows nobody',
    message(),
    baseline({ maturity: { stage: 'blank', messageCount: 3, ageDays: 1 } }),
    0.3,
  ],
  ['known only from a report', message(), baseline({ correspondent: correspondent(bea, 0, { reportedCount: 1 }) }), 1],
  ['wrote on one day, unasked', message(), baseline({ correspondent: correspondent(bea, 1) }), 0.7],
  ['wrote on two days', message(), baseline({ correspondent: correspondent(bea, 2) }), 0.4],
  ['near-miss: wrote on three days', message(), baseline({ correspondent: correspondent(bea, 3) }), 'clear'],
  [
    'near-miss: the owner wrote first',
    message(),
    baseline({ correspondent: correspondent(bea, 0, { sent: tally(1) }) }),
    'clear',
  ],
  ['near-miss: a note to oneself', message({ sender: sender('ana@acme.example') }), baseline(), 'clear'],
  ['outbound mail', message({ direction: 'outbound' }), baseline(), 'skipped'],
]);
