import { unusualRecipients } from '../../src/detectors/unusualRecipients.ts';
import { address, baseline, correspondent, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (...addresses: readonly string[]) =>
  message({
    recipients: { to: addresses.map((one) => address(one)), cc: [], addresses, isUndisclosed: false },
  });
const ANA = 'ana@acme.example';
const usual = new Map([
  ['cy@acme.example', 12],
  ['dan@other.example', 3],
]);
const knowing = (count: number) =>
  baseline({ correspondent: correspondent('bea@partner.example', count, { coRecipients: usual }) });
const crowd = to(ANA, 'x1@acme.example', 'x2@acme.example', 'x3@acme.example');

detectorTable(unusualRecipients, [
  ['people who never stood together', crowd, knowing(30), 1],
  [
    'half of them',
    to(ANA, 'x1@acme.example', 'x2@acme.example', 'cy@acme.example', 'dan@other.example'),
    knowing(30),
    0.5,
  ],
  ['a short history', crowd, knowing(5), 0.63],
  ['near-miss: the usual circle', to(ANA, 'cy@acme.example', 'dan+x@other.example'), knowing(30), 'clear'],
  ['near-miss: one more colleague', to(ANA, 'x1@acme.example'), knowing(30), 'clear'],
  [
    'near-miss: few of many',
    to(ANA, 'x1@acme.example', 'x2@acme.example', 'cy@acme.example', 'dan@other.example', 'bea@partner.example'),
    knowing(30),
    'clear',
  ],
  ['near-miss: to the mailbox alone', to(ANA), knowing(30), 'clear'],
  [
    'near-miss: a list',
    { ...crowd, bulk: { isList: true, hasUnsubscribe: false, isAutomatic: false } },
    knowing(30),
    'clear',
  ],
  ['a new sender', crowd, knowing(4), 'skipped'],
  ['a stranger', crowd, baseline(), 'skipped'],
  ['outbound mail', { ...crowd, direction: 'outbound' }, knowing(30), 'skipped'],
]);
