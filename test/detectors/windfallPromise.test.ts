import { windfallPromise } from '../../src/detectors/windfallPromise.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('windfall', ['your inheritance fund']);

detectorTable(windfallPromise, [
  ['a stranger', message({ content: words }), baseline(), 0.65],
  [
    'a stranger who says more of it, and presses',
    message({ content: asking('windfall', ['you have won', 'claim your prize'], { pressureQuotes: ['urgent'] }) }),
    baseline(),
    1,
  ],
  ['a shop’s raffle', message({ content: words, bulk: newsletter }), baseline(), 0.325],
  ['near-miss: who promises each month', message({ content: words }), whoAsked('windfall', 5), 0.15],
  [
    'near-miss: gift cards are another detector’s',
    message({ content: asking('gift-card', ['buy']) }),
    baseline(),
    'clear',
  ],
]);
