import { callbackLure } from '../../src/detectors/callbackLure.ts';
import { baseline, content, correspondent, message } from '../messages.ts';
import { actor, actorHistory, platformMail } from './actors.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const phone = { phoneNumbers: ['+1 555 0100'] };
const words = asking('callback', ['call us to cancel'], phone);
const brands = [{ brand: 'paypal', where: 'text' }] as const;
const bill = (text: string) => ({ content: content(text, phone) });
const billed = bill('$489.99 is due. If you did not authorise this payment: +1 555 0100');
const nobody = baseline({ actor: actorHistory() });

detectorTable(callbackLure, [
  ['a stranger with a number', message({ content: words }), baseline(), 0.65],
  ['in the name of a brand', message({ content: { ...words, brands } }), baseline(), 0.85],
  ['a shop’s hotline', message({ content: words, bulk: newsletter }), baseline(), 0.325],
  ['a service that writes so each month', message({ content: words }), whoAsked('callback', 9), 0.15],
  ['a platform’s bill for a charge nobody made', platformMail(actor(undefined), billed), nobody, 0.7],
  [
    'of more signs',
    platformMail(actor(undefined), bill('$489.99 was debited for Bitcoin. Not you? +1 555 0100')),
    nobody,
    0.9,
  ],
  [
    'by a helpdesk of a brand, at a freemail address',
    platformMail(actor('pp@gmail.com', { name: 'PayPal Support' }), bill('$489.99. Questions? +1 555 0100')),
    nobody,
    0.9,
  ],
  [
    'by PayPal, through PayPal',
    platformMail(
      actor(undefined, { name: 'PayPal Protection', platform: 'paypal' }),
      bill('$489.99. Questions? +1 555 0100'),
    ),
    nobody,
    0.7,
  ],
  [
    'with a number in the biller’s name',
    platformMail(actor(undefined, { name: 'Call +1 555 0100' }), bill('$489.99 by +1 555 0100')),
    nobody,
    0.7,
  ],
  [
    'near-miss: a supplier’s number for questions',
    platformMail(actor(undefined, { name: 'Oak Tools' }), bill('$489.99 is due. Questions? Call +1 555 0100')),
    nobody,
    'clear',
  ],
  [
    'near-miss: one sign, as suppliers write',
    platformMail(actor(undefined, { name: 'Oak Tools' }), bill('$489.99. To cancel the seats: +1 555 0100')),
    nobody,
    'clear',
  ],
  [
    'near-miss: a reminder',
    platformMail(actor(undefined), bill('$489.99. If you have not made payment yet, call +1 555 0100')),
    nobody,
    'clear',
  ],
  ['near-miss: no sum', platformMail(actor(undefined), bill('Not you? +1 555 0100')), nobody, 'clear'],
  [
    'near-miss: of somebody the owner writes to',
    platformMail(actor('anna@kern.example'), billed),
    baseline({ actor: actorHistory({ correspondent: correspondent('anna@kern.example', 3, { repliedCount: 1 }) }) }),
    'clear',
  ],
  ['near-miss: such words in a person’s mail', message(billed), baseline(), 'clear'],
  ['near-miss: no number', message({ content: asking('callback', ['call us to cancel']) }), baseline(), 'clear'],
  ['near-miss: a number in a signature', message({ content: { ...message().content, ...phone } }), baseline(), 'clear'],
]);
