import { unparseableMessage } from '../../src/detectors/unparseableMessage.ts';
import { baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const { sender: _s, content: _c, thread: _t, ...traitless } = message();

detectorTable(unparseableMessage, [
  ['the parser gave up', message({ defects: [{ code: 'unparseable', detail: '1,001 parts' }] }), baseline(), 1],
  ['stopped, and no trait is there', { ...traitless, defects: [{ code: 'time-limit', detail: '2 s' }] }, baseline(), 1],
  ['near-miss: malformed, but read', message({ defects: [{ code: 'nul-byte', detail: '3' }] }), baseline(), 'clear'],
  ['near-miss: in good order', message(), baseline(), 'clear'],
]);
