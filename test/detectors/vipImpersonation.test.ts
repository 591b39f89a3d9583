import { vipImpersonation } from '../../src/detectors/vipImpersonation.ts';
import { address, baseline, correspondent, message, sender } from '../messages.ts';
import { binding } from './histories.ts';
import { detectorTable } from './table.ts';

const from = (of: string, more = {}) =>
  message({ sender: sender(of, { name: 'Carl Ohm', nameKey: 'carl ohm', ...more }) });
const outside = from('carl.ohm@freemail.example', { isFreemail: true });
const boss = { address: 'ceo@acme.example', nameKey: 'carl ohm' };
const listened = { address: 'ceo@acme.example', answererCount: 30 };
const bound = { tenantNameBindings: [binding('ceo@acme.example', 30)] };
const list = { isList: true, hasUnsubscribe: true, isAutomatic: false };

detectorTable(vipImpersonation, [
  ['the name of a configured VIP', outside, baseline({ vips: [boss] }), 1],
  [
    'a configured address whose name the mail has shown',
    outside,
    baseline({ vips: [{ address: boss.address }], ...bound }),
    1,
  ],
  ['the name of a much answered colleague', outside, baseline({ vips: [listened], ...bound }), 0.8],
  [
    'the name as this mailbox knows it',
    outside,
    baseline({ vips: [listened], nameBindings: bound.tenantNameBindings }),
    0.8,
  ],
  ['near-miss: the name of a colleague who is none', outside, baseline({ ...bound }), 'clear'],
  ['near-miss: another name', from('x@y.example', { nameKey: 'bea lind' }), baseline({ vips: [boss] }), 'clear'],
  ['near-miss: no name', message(), baseline({ vips: [boss] }), 'clear'],
  ['near-miss: the VIP', from('ceo@acme.example', { isOwnDomain: true }), baseline({ vips: [boss] }), 'clear'],
  [
    'near-miss: the private address, once the owner has written there',
    outside,
    baseline({ vips: [boss], correspondent: correspondent('carl.ohm@freemail.example', 1, { repliedCount: 1 }) }),
    'clear',
  ],
  [
    'near-miss: a list shows the VIP’s name',
    { ...from('dev@lists.example', { originalAuthor: address('ceo@acme.example') }), bulk: list },
    baseline({ vips: [boss] }),
    'clear',
  ],
  ['outbound mail', { ...outside, direction: 'outbound' }, baseline({ vips: [boss] }), 'skipped'],
]);
