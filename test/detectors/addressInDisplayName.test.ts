import { addressInDisplayName } from '../../src/detectors/addressInDisplayName.ts';
import { address, baseline, correspondent, message, sender, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const from = 'noreply@unrelated.example';
const named = (shown: string, more = {}) =>
  message({ sender: sender(from, { name: `"${shown}"`, addressInName: shown, ...more }) });
const gmail = (shown: string) =>
  message({ sender: sender('mallory@gmail.com', { name: shown, addressInName: shown, isFreemail: true }) });
const bea = 'bea@partner.example';
const list = { isList: true, hasUnsubscribe: true, isAutomatic: false };

detectorTable(addressInDisplayName, [
  ['an address inside', named('ceo@acme.example'), baseline(), 1],
  ['a correspondent’s address', named(bea), baseline({ correspondents: new Map([[bea, correspondent(bea, 9)]]) }), 1],
  ['an address nobody knows', named(bea), baseline(), 0.6],
  ['a form that sends on somebody’s behalf', named(bea, { replyTo: [address(bea)] }), baseline(), 0.4],
  ['a list header alone excuses nothing', { ...named(bea), bulk: list }, baseline(), 0.6],
  ['another user of one freemail provider', gmail('boss@gmail.com'), baseline(), 0.6],
  ['near-miss: the own freemail address', gmail('mallory@gmail.com'), baseline(), 'clear'],
  ['near-miss: the own address as a name', named('noreply@mail.unrelated.example'), baseline(), 'clear'],
  [
    'near-miss: a list names its author',
    { ...named(bea, { originalAuthor: address(bea) }), bulk: list },
    baseline(),
    'clear',
  ],
  [
    'near-miss: a ticket system the owner writes to',
    named(bea),
    baseline({ correspondent: correspondent(from, 3, { sent: tally(1) }) }),
    'clear',
  ],
  ['outbound mail', { ...named(bea), direction: 'outbound' }, baseline(), 'skipped'],
]);
