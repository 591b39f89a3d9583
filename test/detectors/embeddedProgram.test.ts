import { embeddedProgram } from '../../src/detectors/embeddedProgram.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('notes.one', { hazards })] });

detectorTable(embeddedProgram, [
  ['a program', holding({ kind: 'embedded-program', quote: 'open.hta' }), baseline(), 1],
  ['a control', holding({ kind: 'active-control', quote: 'word/activeX/activeX1.bin' }), baseline(), 0.3],
  ['near-miss: a document with macros', holding({ kind: 'macro', quote: 'VBA project' }), baseline(), 'clear'],
  ['near-miss: notes with pictures', holding(), baseline(), 'clear'],
]);
