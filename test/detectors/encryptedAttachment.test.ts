import { encryptedAttachment } from '../../src/detectors/encryptedAttachment.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, content, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const locked = attachment('invoice.zip', { kind: 'archive', isEncrypted: true });
const saying = (text: string) => message({ attachments: [locked], content: content(text) });
const openingItself = message({
  attachments: [
    attachment('a.xlsx', { isEncrypted: true, hazards: [{ kind: 'default-password', quote: 'VelvetSweatshop' }] }),
  ],
  content: content('The figures.'),
});
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const UNASKED: Hazard = { kind: 'empty-password', quote: 'opens without a password' };
const forbidden = (hazard: Hazard) =>
  message({
    attachments: [attachment('a.pdf', { isEncrypted: true, hazards: [hazard] })],
    content: content('The gate PIN is 4711. Password: 4711'),
  });

detectorTable(encryptedAttachment, [
  ['with its password', saying('See the file. Password: 4711'), baseline(), 1],
  ['with its password in German', saying('Das Passwort lautet 4711abc'), baseline(), 1],
  ['without', saying('The password follows by phone.'), baseline(), 0.5],
  ['from a correspondent, with its password', saying('Password: 4711'), written, 0.5],
  ['from a correspondent, without', saying('The payslip for May.'), written, 0.25],
  ['with the password that Excel tries by itself, whoever sends it', openingItself, written, 1],
  ['a PDF that asks for none, and the password of something else', forbidden(UNASKED), baseline(), 0.5],
  ['such a PDF in a file that is locked', forbidden({ ...UNASKED, inside: 'a.pdf' }), baseline(), 1],
  [
    'near-miss: an open archive',
    message({ attachments: [attachment('a.zip', { kind: 'archive' })], content: content('Password: 4711') }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: an encrypted mail',
    message({ attachments: [attachment('smime.p7m', { kind: 'signature', isEncrypted: true })] }),
    baseline(),
    'clear',
  ],
]);
