/** Writes the containers that the tests of exports read: ZIP, tar, Outlook's compound files. */
import { crc32, deflateRawSync } from 'node:zlib';
import { burn } from '@kenjiuno/msgreader/lib/Burner.js';

export type Files = Readonly<Record<string, string | Buffer>>;

/** `encrypted`: names of entries that say they are. */
export function zipOf(files: Files, encrypted: readonly string[] = []): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted.includes(name) ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), common, tail, path);
    locals.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, entries, end]);
}

export function tarOf(files: Files): Buffer {
  const blocks = Object.entries(files).map(([name, text]) => {
    const content = Buffer.from(text);
    const isLong = Buffer.byteLength(name) > 100;
    const long = isLong ? entryOf('././@LongLink', Buffer.from(`${name}\0`), 'L') : Buffer.alloc(0);
    return Buffer.concat([long, entryOf(name.slice(0, 100), content, '0')]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function entryOf(name: string, content: Buffer, type: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'utf8');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A .msg of text properties, by their tags without type ('0037': subject): MS-OXMSG. */
export function msgOf(
  properties: Readonly<Record<string, string>>,
  recipient: Readonly<Record<string, string>>,
): Buffer {
  const documents = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([tag, text]) => documentOf(`__substg1.0_${tag}001F`, Buffer.from(text, 'utf16le')));
  const own = [documentOf('__properties_version1.0', Buffer.alloc(32)), ...documents(properties)];
  const theirs = [documentOf('__properties_version1.0', Buffer.alloc(8)), ...documents(recipient)];
  const folderAt = 1 + own.length;
  const children = [...own.map((_, at) => 1 + at), folderAt];
  const folder = {
    name: '__recip_version1.0_#00000000',
    type: 1,
    length: 0,
    children: theirs.map((_, at) => folderAt + 1 + at),
  };
  const root = { name: 'Root Entry', type: 5, length: 0, children };
  return Buffer.from(burn([root, ...own, folder, ...theirs]));
}

const documentOf = (name: string, content: Buffer) => ({
  name,
  type: 2,
  length: content.length,
  binaryProvider: () => new Uint8Array(content), // its own buffer: the writer takes all of the one beneath
});
