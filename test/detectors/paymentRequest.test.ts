import { paymentRequest } from '../../src/detectors/paymentRequest.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('payment-request', ['wire transfer']);
const pressing = asking('payment-request', ['wire transfer', 'process the payment'], {
  pressureQuotes: ['before noon'],
});

detectorTable(paymentRequest, [
  ['a stranger who presses', message({ content: pressing }), baseline(), 1],
  ['a stranger, one phrase', message({ content: words }), baseline(), 0.65],
  ['a correspondent who never asked', message({ content: pressing }), whoAsked('callback', 1), 1],
  ['the second invoice', message({ content: words }), whoAsked('payment-request', 1), 0.3],
  ['the monthly invoice', message({ content: words }), whoAsked('payment-request', 12), 0.15],
  ['a shop’s receipt', message({ content: words, bulk: newsletter }), baseline(), 0.325],
  [
    'near-miss: other bank details',
    message({ content: asking('bank-change', ['our new account']) }),
    baseline(),
    'clear',
  ],
  ['near-miss: no request', message(), baseline(), 'clear'],
]);
