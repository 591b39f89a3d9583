import { callbackLure } from '../../src/detectors/callbackLure.ts';
import { baseline, content, correspondent, message } from '../messages.ts';
import { actor, actorHistory, platformMail } from './actors.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const phone = { phoneNumbers: ['+1 555 0100'] };
const words = asking('callback', ['call us to cancel'], phone);
const brands = [{ brand: 'paypal', where: 'text' }] as const;
const billed = { content: content('Charged $489.99. Our desk: +1 555 0100', phone) };
const nobody = baseline({ actor: actorHistory() });

detectorTable(callbackLure, [
  ['a stranger with a number', message({ content: words }), baseline(), 0.65],
  ['in the name of a brand', message({ content: { ...words, brands } }), baseline(), 0.85],
  ['a shop’s hotline', message({ content: words, bulk: newsletter }), baseline(), 0.325],
  ['a service that writes so each month', message({ content: words }), whoAsked('callback', 9), 0.15],
  ['a platform’s bill by nobody known, in other words', platformMail(actor(undefined), billed), nobody, 0.6],
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
