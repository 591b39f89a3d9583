import { malformedMessage } from '../../src/detectors/malformedMessage.ts';
import type { DefectCode } from '../../src/domain/mail.ts';
import { baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const broken = (...codes: readonly DefectCode[]) => message({ defects: codes.map((code) => ({ code, detail: '1' })) });

detectorTable(malformedMessage, [
  ['two From headers', broken('multiple-from'), baseline(), 1],
  ['the gravest counts', broken('long-line', 'nul-byte', 'no-date'), baseline(), 0.8],
  ['no From', broken('no-from'), baseline(), 0.9],
  ['a second Subject', broken('duplicate-header'), baseline(), 0.5],
  ['Latin-1 without a declaration: common', broken('invalid-utf8'), baseline(), 0.05],
  ['files of a stranger that were not read to their end', broken('unread-files'), baseline(), 0.2],
  ['an archive that hides its files', broken('odd-archive'), baseline(), 0.3],
  ['pictures likewise', broken('unread-pictures'), baseline(), 0.2],
  [
    'near-miss: files of whom the owner writes to',
    broken('unread-files'),
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) }),
    'clear',
  ],
  ['near-miss: in good order', broken(), baseline(), 'clear'],
  ['near-miss: unparseable is another detector’s', broken('unparseable'), baseline(), 'clear'],
]);
