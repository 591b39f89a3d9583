import { dataRequest } from '../../src/detectors/dataRequest.ts';
import { baseline, message } from '../messages.ts';
import { asking, list, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('data-request', ['send me the W-2s of all employees']);

detectorTable(dataRequest, [
  ['a stranger', message({ content: words }), baseline(), 0.65],
  [
    'who wants more of it, at once',
    message({ content: asking('data-request', ['payroll register', 'aging report'], { pressureQuotes: ['asap'] }) }),
    baseline(),
    1,
  ],
  ['a colleague who asks each month', message({ content: words }), whoAsked('data-request', 5), 0.15],
  ['a stranger on a list', message({ content: words, bulk: list }), baseline(), 0.65],
  ['near-miss: a newsletter of a payroll service', message({ content: words, bulk: newsletter }), baseline(), 'clear'],
  [
    'near-miss: a sign-in is another detector’s',
    message({ content: asking('credential-request', ['confirm your account']) }),
    baseline(),
    'clear',
  ],
]);
