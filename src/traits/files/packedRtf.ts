/** Outlook's packed RTF (MS-OXRTFCP): references of two bytes into a window of 4,096 that is filled beforehand with what RTF begins with. */
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';

const HEADER = 16; // packed size 4, unpacked size 4, kind 4, checksum 4
const PACKED = 0x7546_5a4c; // 'LZFu'
const PLAIN = 0x414c_454d; // 'MELA'
const WINDOW = 4_096;
const BEGINNING = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New Roman' +
    'Courier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
);
const MIN_RUN = 2;
const MAX_GAIN = 9; // a reference of two bytes gives 17 at most

/** As far as there is room for it; what is damaged ends where it makes no sense. Never throws. */
export function unpackRtf(packed: Buffer, budget: Budget): Buffer {
  if (packed.length < HEADER) return Buffer.alloc(0);
  const kind = packed.readUInt32LE(8);
  if (kind === PLAIN) return packed.subarray(HEADER);
  if (kind !== PACKED) return Buffer.alloc(0);
  const wanted = Math.min(packed.readUInt32LE(4), packed.length * MAX_GAIN, MAX_ONE);
  const room = Math.max(0, Math.min(wanted, budget.bytes));
  if (room < wanted || wanted === MAX_ONE) leaveUnread(budget, 'the rest of a packed text');
  const text = unpackInto(packed, Buffer.alloc(room));
  budget.bytes -= Math.max(text.length, packed.length);
  return text;
}

/** A byte of eight flags, lowest first: 0 stands for a byte, 1 for a reference of place (12 bits) and length (4 bits). */
function unpackInto(packed: Buffer, out: Buffer): Buffer {
  const window = Buffer.alloc(WINDOW, ' ');
  BEGINNING.copy(window);
  let end = BEGINNING.length;
  let size = 0;
  const put = (byte: number): void => {
    window[end++ % WINDOW] = byte;
    if (size < out.length) out[size++] = byte;
  };
  for (let at = HEADER, flags = 1; at < packed.length && size < out.length; flags >>= 1) {
    if (flags === 1) flags = 0x100 | (packed[at++] ?? 0);
    if ((flags & 1) === 0) {
      if (at < packed.length) put(packed[at] ?? 0);
      at++;
      continue;
    }
    const place = ((packed[at] ?? 0) << 4) | ((packed[at + 1] ?? 0) >> 4);
    if (place === end % WINDOW) break; // the mark of the end
    const length = ((packed[at + 1] ?? 0) & 15) + MIN_RUN;
    at += 2;
    for (let i = 0; i < length; i++) put(window[(place + i) % WINDOW] ?? 0);
  }
  return out.subarray(0, size);
}
