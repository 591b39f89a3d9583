/** Names and contents of tar archives, from the headers of their entries (POSIX.1-1988 ustar; GNU long names). Nothing is packed in them. */

export interface TarEntry {
  readonly name: string;
  readonly content: Buffer;
}

const BLOCK = 512;
const MAX_ENTRIES = 1_000;
const MAX_NAME = 255;
const GNU_LONG_NAME = 'L';
const REGULAR = new Set(['0', '\0', '7']);

/** The checksum of the first header tells: 'ustar' is missing in old ones. */
export function isTar(content: Buffer): boolean {
  if (content.length < BLOCK) return false;
  const stored = Number.parseInt(field(content, 148, 8), 8);
  if (!(stored > 0)) return false;
  let sum = 8 * 32; // the checksum itself counts as blanks
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += content[i] ?? 0;
  return sum === stored;
}

/** At most 1,000 entries, content as far as it is there. Never throws. */
export function readTar(content: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  for (let at = 0, count = 0; at + BLOCK <= content.length && count < MAX_ENTRIES; count++) {
    const header = content.subarray(at, at + BLOCK);
    if (header[0] === 0) break;
    const size = Number.parseInt(field(header, 124, 12), 8);
    if (!(size >= 0)) break;
    const data = content.subarray(at + BLOCK, at + BLOCK + size);
    const type = header.toString('latin1', 156, 157);
    if (type === GNU_LONG_NAME) longName = textOf(data.subarray(0, MAX_NAME));
    else {
      const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
      const short = textOf(header.subarray(0, 100));
      const name = longName ?? (prefix === '' ? short : `${prefix}/${short}`);
      if (REGULAR.has(type) && name !== '') entries.push({ name, content: data });
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

const field = (bytes: Buffer, at: number, length: number): string =>
  bytes.toString('latin1', at, at + length).replace(/[\0 ].*$/s, '');

function textOf(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.subarray(0, zero < 0 ? bytes.length : zero).toString('utf8');
}
