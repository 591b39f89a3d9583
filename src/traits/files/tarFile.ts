/**
 * Names and contents of tar archives, from the headers of their entries (POSIX.1-2001 pax and ustar; GNU long names, sizes in base 256).
 * Nothing is packed in them.
 */
import { type Budget, leaveUnread } from './budget.ts';

export interface TarEntry {
  readonly name: string;
  readonly content: Buffer;
}

const BLOCK = 512;
const MAX_NAME = 255; // characters, from the end
const GNU_LONG_NAME = 'L';
const PAX = 'x';
/** Links, devices, folders, pipes, and headers that are about others. A reader takes a type that it does not know for a file. */
const NO_FILE = new Set('1 2 3 4 5 6 g K V N'.split(' '));

/** The checksum of the first header tells: 'ustar' is missing in old ones. */
export function isTar(content: Buffer): boolean {
  if (content.length < BLOCK) return false;
  const stored = octal(content, 148, 8);
  if (!(stored > 0)) return false;
  let sum = 8 * 32; // the checksum itself counts as blanks
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += content[i] ?? 0;
  return sum === stored;
}

/** Content as far as it is there; a header that makes no sense ends it. Never throws. */
export function readTar(content: Buffer, budget: Budget): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let given: string | undefined; // by a header before
  let at = 0;
  for (; at + BLOCK <= content.length && budget.entries > 0; budget.entries--) {
    const header = content.subarray(at, at + BLOCK);
    const size = sizeOf(header);
    const type = header.toString('latin1', 156, 157);
    if ((header[0] === 0 && given === undefined) || !(size >= 0)) break;
    const data = content.subarray(at + BLOCK, at + BLOCK + size);
    if (type === GNU_LONG_NAME) given = textOf(data);
    else if (type === PAX) given = paxPath(data) ?? given;
    else {
      const name = (given ?? ownName(header)).slice(-MAX_NAME);
      if (!NO_FILE.has(type) && name !== '' && !name.endsWith('/')) entries.push({ name, content: data });
      given = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (budget.entries <= 0) leaveUnread(budget, 'names in archives beyond the first 20,000');
  return entries;
}

function ownName(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  const short = textOf(header.subarray(0, 100));
  return prefix === '' ? short : `${prefix}/${short}`;
}

/** In octal digits, or with the first bit set as a number of eleven bytes, of which six hold all there can be. */
const sizeOf = (header: Buffer): number =>
  ((header[124] ?? 0) & 0x80) !== 0 ? header.readUIntBE(130, 6) : octal(header, 124, 12);

const octal = (bytes: Buffer, at: number, length: number): number =>
  Number.parseInt(bytes.toString('latin1', at, at + length).replace(/^[\0 ]+|(?<=[0-7])[\0 ].*$/gs, ''), 8);

const MAX_RECORDS = 64 * 1024; // bytes of a pax header that are read

/** Records "length key=value\n" (POSIX.1-2001 §pax). */
const paxPath = (data: Buffer): string | undefined =>
  /^\d{1,6} path=([^\n]+)\n/m.exec(data.toString('utf8', 0, MAX_RECORDS))?.[1];

function textOf(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.toString('utf8', 0, Math.min(zero < 0 ? bytes.length : zero, MAX_RECORDS));
}
