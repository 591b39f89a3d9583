/** Compound files (MS-CFB) written by hand: streams at the root or in one storage, in sectors of 512 bytes. */

const SECTOR = 512;
const NONE = 0xffff_ffff;
const END = 0xffff_fffe;
const FAT = 0xffff_fffd;
const ROOT_TYPE = 5;
const STREAM_TYPE = 2;
const STORAGE_TYPE = 1;
const MIN_REGULAR = 4_096; // smaller streams would be kept elsewhere: they are filled up

export type CompoundStreams = Readonly<Record<string, Buffer>>;

/** `storage`: the streams stand in it. `freeEntries`: unused places of the directory before the first stream. */
export function compound(streams: CompoundStreams, { storage, freeEntries = 0 }: CompoundOptions = {}): Buffer {
  const first = 1 + freeEntries;
  const names = Object.keys(streams);
  const contents = Object.values(streams).map((content) =>
    Buffer.concat([content, Buffer.alloc(Math.max(0, MIN_REGULAR - content.length))]),
  );
  const firstStream = storage === undefined ? first : first + 1;
  const entryCount = firstStream + names.length;
  const directorySectors = Math.ceil((entryCount * 128) / SECTOR);
  const streamSectors = contents.map(({ length }) => Math.ceil(length / SECTOR));
  const sectors = directorySectors + streamSectors.reduce((sum, count) => sum + count, 0);
  const fatSectors = Math.ceil(sectors / (SECTOR / 4 - 1));
  const fat = Buffer.alloc(fatSectors * SECTOR, 0xff);
  for (let i = 0; i < fatSectors; i++) fat.writeUInt32LE(FAT, i * 4);
  let next = fatSectors;
  const chain = (count: number): number => {
    const start = next;
    for (let i = 0; i < count; i++, next++) fat.writeUInt32LE(i === count - 1 ? END : next + 1, next * 4);
    return start;
  };
  const directoryAt = chain(directorySectors);
  const directory = Buffer.alloc(directorySectors * SECTOR);
  const put = (index: number, entry: Buffer) => entry.copy(directory, index * 128);
  put(0, directoryEntry('Root Entry', ROOT_TYPE, { child: first, start: END, size: 0 }));
  if (storage !== undefined)
    put(first, directoryEntry(storage, STORAGE_TYPE, { child: firstStream, start: 0, size: 0 }));
  names.forEach((name, i) => {
    const right = i === names.length - 1 ? NONE : firstStream + i + 1;
    const start = chain(streamSectors[i] ?? 0);
    put(firstStream + i, directoryEntry(name, STREAM_TYPE, { right, start, size: contents[i]?.length ?? 0 }));
  });
  const padded = contents.map((content, i) =>
    Buffer.concat([content, Buffer.alloc((streamSectors[i] ?? 0) * SECTOR - content.length)]),
  );
  return Buffer.concat([compoundHeader(fatSectors, directoryAt), fat, directory, ...padded]);
}

interface CompoundOptions {
  readonly storage?: string;
  readonly freeEntries?: number;
}

/** `fat`: where the sectors of the table are; they stand first. */
export function compoundHeader(
  fatSectors: number,
  directoryAt: number,
  { miniFat = END, miniSectors = 0 } = {},
): Buffer {
  const header = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30); // sectors of 2^9
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(fatSectors, 44);
  header.writeUInt32LE(directoryAt, 48);
  header.writeUInt32LE(MIN_REGULAR, 56);
  header.writeUInt32LE(miniFat, 60);
  header.writeUInt32LE(miniSectors, 64);
  header.writeUInt32LE(END, 68);
  for (let i = 0; i < 109; i++) header.writeUInt32LE(i < fatSectors ? i : NONE, 76 + i * 4);
  return header;
}

interface Place {
  readonly child?: number;
  readonly left?: number;
  readonly right?: number;
  readonly start: number;
  readonly size: number;
}

export function directoryEntry(
  name: string,
  type: number,
  { child = NONE, left = NONE, right = NONE, start, size }: Place,
): Buffer {
  const entry = Buffer.alloc(128);
  entry.write(name, 0, 'utf16le');
  entry.writeUInt16LE(name.length * 2 + 2, 64);
  entry[66] = type;
  entry[67] = 1;
  entry.writeUInt32LE(left, 68);
  entry.writeUInt32LE(right, 72);
  entry.writeUInt32LE(child, 76);
  entry.writeUInt32LE(start, 116);
  entry.writeUInt32LE(size, 120);
  return entry;
}
