import { doubleExtension } from '../../src/detectors/doubleExtension.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const file = (name: string, innerExtension: string) => message({ attachments: [attachment(name, { innerExtension })] });
const archive = (...entryNames: readonly string[]) =>
  message({ attachments: [attachment('files.zip', { kind: 'archive', entryNames })] });

detectorTable(doubleExtension, [
  ['a program behind a document', file('invoice.pdf.exe', 'pdf'), baseline(), 1],
  ['a page behind a document', file('invoice.pdf.html', 'pdf'), baseline(), 0.8],
  ['inside an archive', archive('a/readme.txt', 'a/invoice.pdf.scr'), baseline(), 0.9],
  ['inside, with a dot at the end', archive('invoice.pdf.scr.'), baseline(), 0.9],
  ['a program behind data that people get', file('invoice.xml.js', 'xml'), baseline(), 1],
  ['near-miss: program text', file('setup.py.bat', 'py'), baseline(), 'clear'],
  ['near-miss: a source file', file('main.c.js', 'c'), baseline(), 'clear'],
  ['near-miss: data of programs, inside an archive', archive('a/data.json.js'), baseline(), 'clear'],
  ['near-miss: a packed archive', file('backup.tar.gz', 'tar'), baseline(), 'clear'],
  ['near-miss: printed from a document', file('contract.docx.pdf', 'docx'), baseline(), 'clear'],
  ['near-miss: a signed document', file('report.pdf.p7m', 'pdf'), baseline(), 'clear'],
  ['near-miss: a packed document', file('report.pdf.zip', 'pdf'), baseline(), 'clear'],
  ['near-miss: dots in a name', archive('v1.2.setup/notes.txt', 'jquery.min.js'), baseline(), 'clear'],
]);
