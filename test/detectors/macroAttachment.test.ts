import { macroAttachment } from '../../src/detectors/macroAttachment.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('figures.xlsm', { hazards })] });
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const usual = baseline({
  correspondent: correspondent('bea@partner.example', 40, {
    sent: tally(9),
    attachmentKinds: new Map([['macros', 11]]),
  }),
});
const MACRO: Hazard = { kind: 'macro', quote: 'VBA project' };
const AUTO: Hazard = { kind: 'macro-auto-run', quote: 'Workbook_Open' };
const XLM: Hazard = { kind: 'macro', quote: 'Excel 4.0 macro sheet Macro1' };
const HIDDEN: Hazard = { kind: 'default-password', quote: 'VelvetSweatshop' };
const call = (quote: string): Hazard => ({ kind: 'macro-call', quote });

detectorTable(macroAttachment, [
  ['plain macros of a stranger', holding(MACRO), baseline(), 0.3],
  ['that run by themselves', holding(MACRO, AUTO), baseline(), 0.8],
  ['that run by themselves and write files', holding(MACRO, AUTO, call('FileSystemObject')), baseline(), 0.8],
  ['that start a program behind a button', holding(MACRO, call('Shell')), baseline(), 0.8],
  ['that start a program by themselves', holding(MACRO, AUTO, call('PowerShell')), baseline(), 1],
  ['a field that starts a program', holding({ kind: 'command-field', quote: 'DDEAUTO cmd' }), baseline(), 1],
  ['Excel 4.0 macros of a stranger that run by themselves', holding(XLM, AUTO), baseline(), 0.9],
  ['Excel 4.0 macros of a correspondent that run by themselves', holding(XLM, AUTO), written, 0.6],
  ['macros that only scanners cannot read', holding(MACRO, AUTO, HIDDEN), baseline(), 0.9],
  ['that run by themselves, of a correspondent', holding(MACRO, AUTO), written, 0.3],
  ['plain macros of a correspondent', holding(MACRO), written, 0.15],
  ['that start a program, of a correspondent who never sent any', holding(MACRO, AUTO, call('Shell')), written, 1],
  ['a command field of a correspondent', holding({ kind: 'command-field', quote: 'DDEAUTO cmd' }), written, 1],
  ['the monthly figures of one who sends such', holding(MACRO, AUTO), usual, 0.21],
  ['the monthly figures, which start a program this time', holding(MACRO, AUTO, call('Shell')), usual, 0.7],
  ['near-miss: a document without macros', holding(), baseline(), 'clear'],
  ['near-miss: a PDF with a script', holding({ kind: 'pdf-script', quote: 'JavaScript' }), baseline(), 'clear'],
]);
