/** RTF as Outlook keeps it in messages (MS-OXRTFCP): LZ77 with a dictionary of 4,096 bytes that begins with what all RTF begins with. */

const HEADER = 16; // bytes: size packed 4, size 4, kind 4, checksum 4
const PACKED = 0x75465a4c; // 'LZFu'
const AS_IT_IS = 0x414c454d; // 'MELA'
const DICTIONARY = 4_096;
const MAX_PLAIN = 1024 * 1024;
const BEGINNING = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** At most a megabyte of it; of a damaged one what was read before the damage. */
export function unpackedRtf(bytes: Buffer): Buffer {
  if (bytes.length < HEADER) return Buffer.alloc(0);
  const kind = bytes.readUInt32LE(8);
  if (kind === AS_IT_IS) return bytes.subarray(HEADER, HEADER + MAX_PLAIN);
  return kind === PACKED
    ? unpacked(bytes.subarray(HEADER), Math.min(bytes.readUInt32LE(4), MAX_PLAIN))
    : Buffer.alloc(0);
}

/** §2.2.2: a byte of flags, then eight letters or places (12 bits) with lengths (4 bits, two at least). */
function unpacked(packed: Buffer, size: number): Buffer {
  const dictionary = Buffer.alloc(DICTIONARY);
  BEGINNING.copy(dictionary);
  const plain = Buffer.alloc(Math.min(size, packed.length * 9));
  let write = BEGINNING.length;
  let length = 0;
  const put = (byte: number): void => {
    if (length < plain.length) plain[length++] = byte;
    dictionary[write] = byte;
    write = (write + 1) % DICTIONARY;
  };
  let flags = 0;
  for (let at = 0, count = 0; at < packed.length && length < plain.length; count++) {
    flags = count % 8 === 0 ? (packed[at++] ?? 0) : flags >> 1;
    if ((flags & 1) === 0) {
      if (at < packed.length) put(packed[at++] ?? 0);
      continue;
    }
    if (at + 2 > packed.length) break;
    const token = packed.readUInt16BE(at);
    at += 2;
    const place = token >> 4;
    if (place === write) break; // the end
    for (let i = 0; i < (token & 15) + 2; i++) put(dictionary[(place + i) % DICTIONARY] ?? 0);
  }
  return plain.subarray(0, length);
}
