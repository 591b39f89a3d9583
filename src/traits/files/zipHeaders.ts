/**
 * The headers of a zip found by their marks, for what a strict reader refuses and others open all the same: bytes before or behind it, a list
 * that counts too few, two zips in one. Source: PKWARE APPNOTE 6.3.10 §4.3.7 (local headers), §4.3.12 (the directory), §4.6.9 (Unicode path).
 */
import type { ZipEntry } from '../zipFile.ts';
import type { Budget } from './budget.ts';

const LOCAL = { mark: Buffer.from('PK\x03\x04'), size: 30, at: 6, name: 26 } as const;
const CENTRAL = { mark: Buffer.from('PK\x01\x02'), size: 46, at: 8, name: 28 } as const;
const MAX_NAME = 255; // characters, from the end: the ending tells what it is
const MAX_NAME_BYTES = 1_024;
const UNICODE_PATH = 0x7075;

/** What both kinds of headers name, each file once. `budget.entries` bounds it. Never throws. */
export function scanZipHeaders(content: Buffer, budget: Budget): readonly ZipEntry[] {
  const listed = new Map(headers(content, CENTRAL, budget).map((entry) => [entry.name, entry]));
  const local = headers(content, LOCAL, budget).map((entry) => {
    const packedBytes = entry.packedBytes || (listed.get(entry.name)?.packedBytes ?? content.length - entry.at);
    return { ...entry, packedBytes };
  });
  const names = new Set(local.map(({ name }) => name));
  return [...local, ...[...listed.values()].filter(({ name }) => !names.has(name))];
}

/** Data of files are not stepped over, whose size is anybody's word: a zip kept unpacked in an odd one is named too. */
function headers(content: Buffer, kind: typeof LOCAL | typeof CENTRAL, budget: Budget): readonly ZipEntry[] {
  const found: ZipEntry[] = [];
  let at = content.indexOf(kind.mark);
  while (at >= 0 && at + kind.size <= content.length && budget.entries > 0) {
    const nameBytes = content.readUInt16LE(at + kind.name);
    const extraAt = at + kind.size + nameBytes;
    const extra = content.subarray(extraAt, extraAt + content.readUInt16LE(at + kind.name + 2));
    const flags = content.readUInt16LE(at + kind.at);
    const packedBytes = content.readUInt32LE(at + kind.at + 12);
    for (const name of namesOf(content.subarray(at + kind.size, extraAt), extra)) {
      budget.entries--;
      found.push({
        name,
        method: content.readUInt16LE(at + kind.at + 2),
        packedBytes,
        unpackedBytes: content.readUInt32LE(at + kind.at + 16),
        at: kind === LOCAL ? at : content.readUInt32LE(at + 42),
        isEncrypted: (flags & 1) === 1,
      });
    }
    at = content.indexOf(kind.mark, at + 4);
  }
  return found;
}

/**
 * A name as it stands and, where an extra field spells it otherwise, as it stands there: programs differ in which they show. UTF-8 where it is
 * valid; old archivers write CP437, whose letters do not matter here. None for a folder.
 */
export function namesOf(name: Buffer, extra: Buffer): readonly string[] {
  const unicode = unicodePath(extra);
  const both = [name, ...(unicode === undefined || unicode.equals(name) ? [] : [unicode])].map(decoded);
  return both.filter((one) => one !== '');
}

const decoded = (bytes: Buffer): string =>
  bytes.subarray(-MAX_NAME_BYTES).toString('utf8').slice(-MAX_NAME).replaceAll('\\', '/');

/** Records: id 2, size 2, data; of this one version 1, checksum of the other name 4, then the name. */
function unicodePath(extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === UNICODE_PATH && size > 5) return extra.subarray(at + 9, at + 4 + size);
    at += 4 + size;
  }
  return undefined;
}

const END = Buffer.from('PK\x05\x06');
const MAX_END = 64 * 1024 + 22; // bytes: the end of the directory and its comment

/** There is the end of a directory, whatever the file begins with: unpackers look for it from behind. */
export const hasZipEnd = (content: Buffer): boolean => content.subarray(-MAX_END).includes(END);

/** What follows the last entry that a directory counts is one more. */
export const isEntryAt = (content: Buffer, at: number): boolean =>
  content.subarray(at, at + CENTRAL.mark.length).equals(CENTRAL.mark);

/** The name in the header before the data; undefined where there is none. */
export function localNameAt(content: Buffer, at: number): Buffer | undefined {
  if (at + LOCAL.size > content.length || !content.subarray(at, at + 4).equals(LOCAL.mark)) return undefined;
  return content.subarray(at + LOCAL.size, at + LOCAL.size + content.readUInt16LE(at + LOCAL.name));
}
