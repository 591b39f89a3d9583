/** tar (POSIX.1-1988 ustar, GNU and pax long names) in a region of the spool: nothing is packed in it, so nothing is copied. */
import { MAX_ENTRIES, UnpackError } from './limits.ts';

const BLOCK = 512;
const MAX_LONG_NAME = 64 * 1024;
const REGULAR = new Set(['0', '\0', '7']);

export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The checksum of the first header tells: 'ustar' is missing in old ones. */
export function isTar(head: Buffer): boolean {
  if (head.length < BLOCK) return false;
  const stored = octal(head, 148, 8);
  let sum = 8 * 32; // the checksum itself counts as blanks
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += head[i] ?? 0;
  return stored > 0 && sum === stored;
}

/** `read` answers what stands there, at most so many bytes; offsets count from the beginning. Throws UnpackError where it breaks off. */
export async function* tarEntries(
  read: (offset: number, bytes: number) => Promise<Buffer>,
  sizeBytes: number,
): AsyncGenerator<TarEntry> {
  let longName: string | undefined;
  let entryCount = 0;
  for (let at = 0; at + BLOCK <= sizeBytes; ) {
    const header = await read(at, BLOCK);
    if (header[0] === 0) return;
    const size = octal(header, 124, 12);
    const offset = at + BLOCK;
    if (!isTar(header) || !(size >= 0) || offset + size > sizeBytes) throw new UnpackError('corrupt');
    if (++entryCount > MAX_ENTRIES) throw new UnpackError('unpacks-too-far');
    const type = header.toString('latin1', 156, 157);
    if (type === 'L' || type === 'x') {
      const data = await read(offset, Math.min(size, MAX_LONG_NAME));
      longName = type === 'L' ? textOf(data) : (/(?:^|\n)\d+ path=([^\n]*)\n/.exec(data.toString())?.[1] ?? longName);
    } else {
      if (REGULAR.has(type)) yield { name: longName ?? shortName(header), offset, sizeBytes: size };
      longName = undefined;
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function shortName(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  const name = textOf(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** NaN for what is no number; GNU writes numbers of 8 GiB and more in base 256. */
function octal(bytes: Buffer, at: number, length: number): number {
  if (((bytes[at] ?? 0) & 0x80) !== 0) return bytes.readUIntBE(at + length - 6, 6);
  return Number.parseInt(
    bytes
      .toString('latin1', at, at + length)
      .replaceAll('\0', ' ')
      .trim(),
    8,
  );
}

function textOf(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.subarray(0, zero < 0 ? bytes.length : zero).toString('utf8');
}
