import { unsolicitedSender } from '../../src/detectors/unsolicitedSender.ts';
import { baseline, correspondent, message, sender, tally } from '../messages.ts';
import { list } from './requests.ts';
import { detectorTable } from './table.ts';

const bea = 'bea@partner.example';

detectorTable(unsolicitedSender, [
  ['a stranger', message(), baseline(), 1],
  ['wrote for months, unasked', message(), baseline({ correspondent: correspondent(bea, 300) }), 1],
  ['through a list', message({ bulk: list }), baseline(), 1],
  [
    'near-miss: the owner wrote there once',
    message(),
    baseline({ correspondent: correspondent(bea, 0, { sent: tally(1) }) }),
    'clear',
  ],
  [
    'near-miss: the owner answered',
    message(),
    baseline({ correspondent: correspondent(bea, 3, { repliedCount: 1 }) }),
    'clear',
  ],
  [
    'near-miss: a colleague inside',
    message({ sender: sender('dan@acme.example', { isOwnDomain: true }), direction: 'internal' }),
    baseline(),
    'clear',
  ],
  ['near-miss: a note to oneself', message({ sender: sender('ana@acme.example') }), baseline(), 'clear'],
  ['outbound mail', message({ direction: 'outbound' }), baseline(), 'skipped'],
]);
