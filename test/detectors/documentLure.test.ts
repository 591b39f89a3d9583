import { documentLure } from '../../src/detectors/documentLure.ts';
import { baseline, message, sender } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('trade-document', ['request for quotation']);

detectorTable(documentLure, [
  ['a stranger', message({ content: words }), baseline(), 0.65],
  [
    'a stranger who says more of it, and presses',
    message({
      content: asking('trade-document', ['purchase order', 'attached invoice'], { pressureQuotes: ['urgent'] }),
    }),
    baseline(),
    1,
  ],
  ['near-miss: who sends invoices each month', message({ content: words }), whoAsked('trade-document', 5), 'clear'],
  ['near-miss: a shop’s newsletter', message({ content: words, bulk: newsletter }), baseline(), 'clear'],
  [
    'near-miss: the office’s own scanner',
    message({ sender: sender('scanner@kontor.example', { isOwnDomain: true }), content: words }),
    baseline(),
    'clear',
  ],
  ['near-miss: another request', message({ content: asking('payment-request', ['pay']) }), baseline(), 'clear'],
]);
