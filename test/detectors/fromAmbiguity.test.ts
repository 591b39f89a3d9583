import { fromAmbiguity } from '../../src/detectors/fromAmbiguity.ts';
import type { FromCandidate } from '../../src/domain/message.ts';
import { baseline, message, sender } from '../messages.ts';
import { detectorTable } from './table.ts';

const read = (reading: FromCandidate['reading'], address = 'ceo@acme.example') =>
  message({ sender: sender('bea@partner.example', { otherReadings: [{ address, reading }] }) });

detectorTable(fromAmbiguity, [
  ['a second From', read('other-from-header'), baseline(), 1],
  ['a second From of the same organisation', read('other-from-header', 'boss@partner.example'), baseline(), 1],
  ['two addresses in From', read('other-address'), baseline(), 1],
  ['a route', read('route'), baseline(), 1],
  ['an address behind a NUL', read('after-nul'), baseline(), 1],
  ['an address in an encoded word', read('encoded-word'), baseline(), 0.9],
  ['an address in a comment', read('comment'), baseline(), 0.7],
  ['the own other address in a comment', read('comment', 'b.lind@mail.partner.example'), baseline(), 0.21],
  ['near-miss: a secretary in Sender', read('sender-header'), baseline(), 'clear'],
  ['near-miss: a name that shows an address', read('in-display-name'), baseline(), 'clear'],
  ['near-miss: one plain From', message(), baseline(), 'clear'],
]);
