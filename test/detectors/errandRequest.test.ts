import { errandRequest } from '../../src/detectors/errandRequest.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('errand', ['need a quick favour']);

detectorTable(errandRequest, [
  ['a stranger', message({ content: words }), baseline(), 0.65],
  [
    'who cannot be called and presses',
    message({ content: asking('errand', ['quick task', "can't take calls"], { pressureQuotes: ['urgent'] }) }),
    baseline(),
    1,
  ],
  ['a colleague who asks often', message({ content: words }), whoAsked('errand', 5), 0.15],
  ['near-miss: a newsletter', message({ content: words, bulk: newsletter }), baseline(), 'clear'],
  [
    'near-miss: gift cards are another detector’s',
    message({ content: asking('gift-card', ['buy']) }),
    baseline(),
    'clear',
  ],
]);
