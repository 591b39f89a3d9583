import { giftCardRequest } from '../../src/detectors/giftCardRequest.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('gift-card', ['buy some gift cards']);

detectorTable(giftCardRequest, [
  ['a stranger', message({ content: words }), baseline(), 0.85],
  [
    'the boss in a meeting',
    message({
      content: asking('gift-card', ['gift cards', 'scratch the back'], { pressureQuotes: ['keep this between us'] }),
    }),
    baseline(),
    1,
  ],
  ['a shop advertises', message({ content: words, bulk: newsletter }), baseline(), 0.195],
  ['an agency that orders them often', message({ content: words }), whoAsked('gift-card', 5), 0.195],
  ['near-miss: a present', message(), baseline(), 'clear'],
  ['near-miss: a payment', message({ content: asking('payment-request', ['pay by card']) }), baseline(), 'clear'],
]);
