import { lookalikeBrandDomain } from '../../src/detectors/lookalikeBrandDomain.ts';
import { baseline, correspondent, message, sender } from '../messages.ts';
import { resemblance } from './histories.ts';
import { detectorTable } from './table.ts';

const from = (of: string) => message({ sender: sender(of) });
const paypal = (kind: 'confusable' | 'combination') =>
  baseline({
    senderResemblances: [resemblance('paypal.com', { known: 'brand', kind, messageCount: 0, brand: 'paypal' })],
  });

detectorTable(lookalikeBrandDomain, [
  ['looks the same as a brand’s', from('service@paypa1.example'), paypal('confusable'), 1],
  ['a brand’s name with an addition', from('service@paypal-help.example'), paypal('combination'), 0.6],
  ['near-miss: the brand itself', from('service@mail.paypal.com'), paypal('confusable'), 'clear'],
  [
    'near-miss: a reseller the owner writes to',
    from('shop@paypal-help.example'),
    { ...paypal('combination'), correspondent: correspondent('shop@paypal-help.example', 4, { repliedCount: 2 }) },
    'clear',
  ],
]);
