/** Parts and archives for tables, small and written by hand. */
import { deflateRawSync } from 'node:zlib';
import type { ParsedPart } from '../../src/domain/mail.ts';

export function part(
  fileName: string | undefined,
  content: Buffer | string,
  more: Partial<ParsedPart> = {},
): ParsedPart {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    ...(fileName === undefined ? {} : { fileName }),
    declaredType: 'application/octet-stream',
    content: bytes,
    sizeBytes: bytes.length,
    isInline: false,
    ...more,
  };
}

export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

interface ZipOptions {
  readonly flags?: number;
  /** Stored in the first entry, uncompressed, as in OpenDocument files. */
  readonly mimetype?: string;
}

/** A zip of files with no content to speak of. */
export const zip = (names: readonly string[], { flags = 0, mimetype }: ZipOptions = {}): Buffer =>
  zipOf(
    [
      ...(mimetype === undefined
        ? []
        : [{ name: 'mimetype', data: Buffer.from(mimetype), method: 0, size: mimetype.length }]),
      ...names.map((name) => packed(name, name.endsWith('/') ? '' : 'x')),
    ],
    flags,
  );

/** A zip of files, deflated. */
export const zipWith = (files: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipOf(Object.entries(files).map(([name, content]) => packed(name, content)));

interface ZipFile {
  readonly name: string;
  readonly data: Buffer;
  readonly method: number;
  readonly size: number;
}

export const packed = (name: string, content: Buffer | string): ZipFile => {
  const bytes = Buffer.from(content);
  return { name, data: deflateRawSync(bytes), method: 8, size: bytes.length };
};

/** One file under many names: each entry of the directory leads to the same bytes. */
export const zipOfCopies = (file: ZipFile, names: readonly string[]): Buffer =>
  zipOf(
    names.map((name) => ({ ...file, name })),
    0,
    true,
  );

/** APPNOTE 4.3: each file, then the directory. `size` is what the directory says. */
export function zipOf(files: readonly ZipFile[], flags = 0, sharesOne = false): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method, size } of files) {
    const local =
      sharesOne && locals.length > 0
        ? Buffer.alloc(0)
        : Buffer.concat([header(LOCAL, name, data.length, method, flags, size), Buffer.from(name), data]);
    const entry = header(CENTRAL, name, data.length, method, flags, size);
    entry.writeUInt32LE(sharesOne ? 0 : offset, 42);
    central.push(entry, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const LOCAL = { mark: 0x0403_4b50, size: 30, at: 4 };
const CENTRAL = { mark: 0x0201_4b50, size: 46, at: 6 };

function header(
  kind: typeof LOCAL,
  name: string,
  packedSize: number,
  method: number,
  flags: number,
  size: number,
): Buffer {
  const bytes = Buffer.alloc(kind.size);
  bytes.writeUInt32LE(kind.mark, 0);
  bytes.writeUInt16LE(flags, kind.at + 2);
  bytes.writeUInt16LE(method, kind.at + 4);
  bytes.writeUInt32LE(packedSize, kind.at + 14);
  bytes.writeUInt32LE(size, kind.at + 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), kind.at + 22);
  return bytes;
}

/** RAR 4: main header, one file header for each name. */
export function rar4(names: readonly string[], { mainFlags = 0, fileFlags = 0 } = {}): Buffer {
  const main = Buffer.alloc(13);
  main.writeUInt8(0x73, 2);
  main.writeUInt16LE(mainFlags, 3);
  main.writeUInt16LE(13, 5);
  const files = names.map((name) => {
    const bytes = Buffer.alloc(32 + name.length + 5);
    bytes.writeUInt8(0x74, 2);
    bytes.writeUInt16LE(fileFlags | 0x8000, 3);
    bytes.writeUInt16LE(32 + name.length, 5);
    bytes.writeUInt32LE(5, 7); // packed size: the data after the header
    bytes.writeUInt16LE(name.length, 26);
    bytes.write(name, 32);
    return bytes;
  });
  return Buffer.concat([latin1('Rar!\x1a\x07\0'), main, ...files]);
}

/** RAR 5: main header, then one file header for each name, with an encryption record when locked. */
export function rar5(names: readonly string[], { isLocked = false, hidesNames = false } = {}): Buffer {
  const block = (fields: readonly number[], tail: Buffer = Buffer.alloc(0)) =>
    Buffer.concat([Buffer.alloc(4), Buffer.from([fields.length + tail.length, ...fields]), tail]);
  const files = names.map((name) => {
    const extra = isLocked ? Buffer.from([3, 1, 0, 0]) : Buffer.alloc(0);
    const fields = [2, isLocked ? 1 : 0, ...(isLocked ? [extra.length] : []), 0, 1, 0, 0, 0, name.length];
    return block(fields, Buffer.concat([Buffer.from(name), extra]));
  });
  const first = hidesNames ? block([4, 0, 0, 0, 15]) : block([1, 0, 0]);
  return Buffer.concat([latin1('Rar!\x1a\x07\x01\0'), first, ...files]);
}

/** A tar of one file (POSIX ustar). */
export function tarWith(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write('0000644\0', 100);
  head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('        0ustar\x0000', 148);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, content, Buffer.alloc(1024 + ((512 - (content.length % 512)) % 512))]);
}
