/** Whether a PDF is locked with a password, as far as a look at its ends tells. */

const PDF_END = 64 * 1024; // bytes: trailers stand at the end, of linearised files at the beginning too (ISO 32000-1 §7.5.5, annex F)
const ENCRYPT = '/Encrypt';

/** Files that only forbid printing and copying are locked as well by this measure: files/pdfLock.ts tells them. */
export function isLockedPdf(content: Buffer): boolean {
  return hasEncryptEntry(content.subarray(-PDF_END)) || hasEncryptEntry(content.subarray(0, PDF_END));
}

/** `/EncryptMetadata` stands in a dictionary that only `/Encrypt` leads to. */
function hasEncryptEntry(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(ENCRYPT); at >= 0; at = bytes.indexOf(ENCRYPT, at + ENCRYPT.length)) {
    const next = bytes[at + ENCRYPT.length] ?? 0;
    if (next <= 32 || next === 0x3c) return true; // a blank, or the dictionary itself: <<
  }
  return false;
}
