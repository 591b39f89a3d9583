import { mismatchedAttachmentType } from '../../src/detectors/mismatchedAttachmentType.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const file = (name: string, trueType: string, declaredType = 'application/octet-stream') =>
  message({ attachments: [attachment(name, { trueType, declaredType })] });

detectorTable(mismatchedAttachmentType, [
  ['a program called .pdf', file('invoice.pdf', 'exe'), baseline(), 1],
  ['a page called .pdf', file('invoice.pdf', 'html', 'application/pdf'), baseline(), 1],
  ['a page declared a picture, without a name', file('scan', 'html', 'image/png'), baseline(), 1],
  ['a program called .txt', file('notes.txt', 'exe'), baseline(), 1],
  ['a table that is a page', file('export.xls', 'html'), baseline(), 0.4],
  [
    'near-miss: a table that is a page without anything to it',
    message({ attachments: [attachment('export.xls', { trueType: 'html', isInertPage: true })] }),
    baseline(),
    'clear',
  ],
  [
    'such a page called .pdf',
    message({ attachments: [attachment('export.pdf', { trueType: 'html', isInertPage: true })] }),
    baseline(),
    1,
  ],
  ['a rar called .zip', file('files.zip', 'rar'), baseline(), 0.5],
  ['near-miss: jpg that is png', file('photo.jpg', 'png', 'image/jpeg'), baseline(), 'clear'],
  ['near-miss: doc that is rtf', file('letter.doc', 'rtf'), baseline(), 'clear'],
  ['near-miss: docx seen as zip', file('letter.docx', 'zip'), baseline(), 'clear'],
  ['near-miss: an encrypted docx, which is OLE', file('letter.docx', 'cfb'), baseline(), 'clear'],
  ['near-miss: csv that is text', file('list.csv', 'txt'), baseline(), 'clear'],
  ['near-miss: text with markup in it', file('mail.log', 'html'), baseline(), 'clear'],
  ['near-miss: a PDF declared as bytes', file('invoice.pdf', 'pdf'), baseline(), 'clear'],
  ['near-miss: an ending that says nothing', file('data.bin', 'exe'), baseline(), 'clear'],
]);
