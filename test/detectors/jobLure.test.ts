import { jobLure } from '../../src/detectors/jobLure.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('job-lure', ['paid daily', 'no experience needed']);
const one = asking('job-lure', ['no experience needed']);

detectorTable(jobLure, [
  ['a stranger', message({ content: words }), baseline(), 0.85],
  ['a stranger who says one such thing', message({ content: one }), baseline(), 0.39],
  [
    'who wants to go on in a chat',
    message({ content: asking('job-lure', ['paid daily, text me on WhatsApp']) }),
    baseline(),
    0.845,
  ],
  [
    'who says more of it, and presses',
    message({ content: asking('job-lure', ['earn 300 a day', 'rate products'], { pressureQuotes: ['today'] }) }),
    baseline(),
    1,
  ],
  ['a job portal’s newsletter', message({ content: words, bulk: newsletter }), baseline(), 0.255],
  ['near-miss: an agency that always writes so', message({ content: words }), whoAsked('job-lure', 5), 0.21],
  [
    'near-miss: a prize is another detector’s',
    message({ content: asking('windfall', ['won the lottery']) }),
    baseline(),
    'clear',
  ],
]);
