import { bankChangeRequest } from '../../src/detectors/bankChangeRequest.ts';
import { baseline, message } from '../messages.ts';
import { asking, newsletter, whoAsked } from './requests.ts';
import { detectorTable } from './table.ts';

const words = asking('bank-change', ['our bank details have changed']);

detectorTable(bankChangeRequest, [
  ['a supplier, for the first time', message({ content: words }), whoAsked('payment-request', 12), 0.85],
  ['a stranger', message({ content: words }), baseline(), 0.85],
  ['a stranger who presses', message({ content: { ...words, pressureQuotes: ['today'] } }), baseline(), 1],
  ['a payroll tool that writes so each month', message({ content: words }), whoAsked('bank-change', 9), 0.195],
  ['a bank to all its customers', message({ content: words, bulk: newsletter }), baseline(), 0.26],
  [
    'near-miss: an ordinary invoice',
    message({ content: asking('payment-request', ['invoice attached']) }),
    baseline(),
    'clear',
  ],
  ['near-miss: no request', message(), baseline(), 'clear'],
]);
