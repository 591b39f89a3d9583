import { credentialRequest } from '../../src/detectors/credentialRequest.ts';
import { attachment, baseline, content, correspondent, link, message, tally, withLinks } from '../messages.ts';
import { asking, list, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('credential-request', ['verify your account']);
const pressing = asking('credential-request', ['verify your account', 'sign in below'], {
  pressureQuotes: ['within 24 hours'],
});
const toEvil = withLinks(link('https://evil.example/'));

detectorTable(credentialRequest, [
  ['a stranger who presses', message({ content: pressing, ...toEvil }), baseline(), 1],
  ['a stranger, one phrase', message({ content: words, ...toEvil }), baseline(), 0.65],
  [
    'a page to fill in is attached',
    message({ content: words, attachments: [attachment('form.html')] }),
    baseline(),
    0.65,
  ],
  ['nothing to open', message({ content: words }), baseline(), 0.325],
  [
    'a service’s own reset mail',
    message({ content: words, ...withLinks(link('https://app.partner.example/reset')) }),
    baseline(),
    0.39,
  ],
  ['a correspondent who never asked', message({ content: words, ...toEvil }), whoAsked('payment-request', 9), 0.65],
  ['a service that asks often', message({ content: words, ...toEvil }), whoAsked('credential-request', 9), 0.15],
  [
    'talk on a list',
    message({ content: words, ...toEvil, bulk: list }),
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.325,
  ],
  ['a stranger on a list', message({ content: words, ...toEvil, bulk: list }), baseline(), 0.65],
  [
    'near-miss: asks for money',
    message({ content: asking('payment-request', ['pay the invoice']), ...toEvil }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: names no request',
    message({ content: content('The login page has a new colour'), ...toEvil }),
    baseline(),
    'clear',
  ],
]);
