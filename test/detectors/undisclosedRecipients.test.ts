import { undisclosedRecipients } from '../../src/detectors/undisclosedRecipients.ts';
import { address, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (...addresses: readonly string[]) =>
  message({ recipients: { to: addresses.map((one) => address(one)), cc: [], addresses, isUndisclosed: true } });
const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };

detectorTable(undisclosedRecipients, [
  ['nobody shown', to(), baseline(), 0.6],
  ['addressed to the writer', to('bea@partner.example'), baseline(), 0.6],
  ['a blind copy', to('cy@other.example'), baseline(), 0.4],
  ['near-miss: an alias of the organisation', to('info@acme.example'), baseline(), 'clear'],
  ['near-miss: an alias among others', to('cy@other.example', 'info@acme.example'), baseline(), 'clear'],
  ['near-miss: in To', message(), baseline(), 'clear'],
  ['near-miss: in To with a tag', to('ana+news@acme.example'), baseline(), 'clear'],
  ['near-miss: a newsletter', { ...to(), bulk: newsletter }, baseline(), 'clear'],
  [
    'near-miss: among many recipients',
    to('ana@acme.example', ...Array.from({ length: 199 }, (_, at) => `r${at}@other.example`)),
    baseline(),
    'clear',
  ],
  [
    'too many recipients to know',
    to(...Array.from({ length: 200 }, (_, at) => `r${at}@other.example`)),
    baseline(),
    'skipped',
  ],
  ['outbound mail', { ...to(), direction: 'outbound' }, baseline(), 'skipped'],
]);
