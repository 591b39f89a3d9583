/** Whether PDF and 7z files are locked with a password, as far as a look at their ends tells. */

const PDF_END = 64 * 1024; // bytes: trailers stand at the end, of linearised files at the beginning too (ISO 32000-1 §7.5.5, annex F)
const ENCRYPT = '/Encrypt';

/** Files that only forbid printing and copying are locked as well by this measure: an empty password is not tried. */
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

const AES_CODER = Buffer.from([0x06, 0xf1, 0x07, 0x01]); // 7zFormat.txt, method ids
const MAX_7Z_HEADER = 64 * 1024; // bytes

/**
 * The coder of 7z's list of files. A list that is packed hides the coders of the files themselves: false then means "not known". With
 * "encrypt file names", which attackers tick, the answer is exact.
 */
export function isLocked7z(content: Buffer): boolean {
  if (content.length < 32) return false;
  const start = 32 + Number(content.readBigUInt64LE(12));
  const size = Number(content.readBigUInt64LE(20));
  if (start >= content.length) return false;
  return content.subarray(start, Math.min(start + size, start + MAX_7Z_HEADER, content.length)).includes(AES_CODER);
}
