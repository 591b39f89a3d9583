/**
 * Names, locks and sizes of 7z archives from their header (7zFormat.txt of the LZMA SDK). A header packed with LZMA, as 7-Zip writes it, is
 * unpacked up to 1 MiB; one that is encrypted hides the names.
 */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, leaveUnread } from './budget.ts';
import { unpackLzma } from './lzma.ts';

export interface SevenZipFacts {
  readonly names: readonly string[];
  readonly isEncrypted: boolean;
  /** Bytes that all files say they unpack to. */
  readonly unpackedBytes: number;
}

const MAX_HEADER = 1024 * 1024; // bytes: some 12,000 names
const LZMA_COST = 8; // times as slow as what the budget counts
const MAX_NAMES = 12_000;
const MAX_ITEMS = 10_000; // folders, streams, files as the header counts them
const MAX_NESTING = 4; // a packed header may hold a packed header
const ID = {
  end: 0,
  header: 1,
  properties: 2,
  mainStreams: 4,
  filesInfo: 5,
  packInfo: 6,
  unpackInfo: 7,
  substreams: 8,
  size: 9,
  digests: 10,
  folder: 11,
  unpackSizes: 12,
  streamCounts: 13,
  names: 17,
  encodedHeader: 23,
} as const;
const AES = '06f10701';
const LZMA = '030101';
const COPY = '00';

const UNREAD: SevenZipFacts = { names: [], isEncrypted: false, unpackedBytes: 0 };

/** `content` starts with the mark of 7z. Never throws; a header that makes no sense gives what was read before it. */
export function readSevenZip(content: Buffer, budget: Budget): SevenZipFacts {
  if (content.length < 32) return UNREAD;
  const start = 32 + Number(content.readBigUInt64LE(12));
  const size = Number(content.readBigUInt64LE(20));
  if (size === 0 || start + size > content.length) return UNREAD;
  if (size > MAX_HEADER) leaveUnread(budget, 'names in a 7z archive');
  let header = content.subarray(start, start + Math.min(size, MAX_HEADER));
  for (let depth = 0; depth < MAX_NESTING; depth++) {
    const reader = newReader(header);
    const id = reader.byte();
    if (id === ID.header) return readHeader(reader);
    if (id !== ID.encodedHeader) return damaged(header);
    const streams = readStreams(reader);
    if (streams.hasAes) return { ...UNREAD, isEncrypted: true };
    const unpacked = unpackHeader(content, streams, budget);
    if (unpacked === undefined) {
      leaveUnread(budget, 'names in a 7z archive');
      return damaged(header);
    }
    header = unpacked;
  }
  return UNREAD;
}

/** Of a header that makes no sense the lock may still be seen. */
const damaged = (header: Buffer): SevenZipFacts => ({
  ...UNREAD,
  isEncrypted: header.includes(Buffer.from(AES, 'hex')),
});

interface Coder {
  readonly method: string;
  readonly properties: Buffer;
}

interface Streams {
  packedAt: number;
  packedSize: number;
  readonly coders: Coder[];
  unpackedBytes: number;
  /** Of each folder. */
  hasDigest: readonly boolean[];
  readonly unpackSizes: number[];
  hasAes: boolean;
}

/** By the only coder that writers of headers use. */
function unpackHeader(
  content: Buffer,
  { packedAt, packedSize, coders, unpackSizes }: Streams,
  budget: Budget,
): Buffer | undefined {
  const [coder] = coders;
  const size = unpackSizes[0] ?? 0;
  const packed = content.subarray(32 + packedAt, 32 + packedAt + packedSize);
  if (coder === undefined || coders.length !== 1 || size === 0 || size > MAX_HEADER) return undefined;
  if (coder.method === COPY) return packed.subarray(0, size);
  if (coder.method !== LZMA || budget.bytes < size * LZMA_COST) return undefined;
  budget.bytes -= size * LZMA_COST;
  return unpackLzma(packed, coder.properties, size);
}

function readHeader(reader: Reader): SevenZipFacts {
  let facts = UNREAD;
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    if (id === ID.mainStreams) {
      const { hasAes, unpackedBytes } = readStreams(reader);
      facts = { ...facts, isEncrypted: hasAes, unpackedBytes };
    } else if (id === ID.filesInfo) {
      return { ...facts, names: readNames(reader) };
    } else if (id === ID.properties) skipProperties(reader);
    else return facts; // further streams: nobody writes them
  }
  return facts;
}

/** Each a type, a size and data, up to type 0. */
function skipProperties(reader: Reader): void {
  while (reader.byte() !== ID.end && !reader.isSpent) reader.bytes(reader.number());
}

function readStreams(reader: Reader): Streams {
  const streams: Streams = {
    packedAt: 0,
    packedSize: 0,
    coders: [],
    unpackedBytes: 0,
    unpackSizes: [],
    hasDigest: [],
    hasAes: false,
  };
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    if (id === ID.packInfo) readPackInfo(reader, streams);
    else if (id === ID.unpackInfo) readUnpackInfo(reader, streams);
    else if (id === ID.substreams) skipSubstreams(reader, streams.hasDigest);
    else break;
  }
  return streams;
}

/** How many files are in each folder, their sizes but for the last, and checksums of those that the folder has none for. */
function skipSubstreams(reader: Reader, hasDigest: readonly boolean[]): void {
  let counts = hasDigest.map(() => 1);
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    if (id === ID.streamCounts) counts = counts.map(() => Math.min(reader.number(), MAX_ITEMS));
    else if (id === ID.size) {
      for (const count of counts) for (let i = 1; i < count && !reader.isSpent; i++) reader.number();
    } else if (id === ID.digests) {
      reader.digests(counts.reduce((sum, count, i) => sum + (count === 1 && hasDigest[i] === true ? 0 : count), 0));
    } else return;
  }
}

function readPackInfo(reader: Reader, streams: Streams): void {
  streams.packedAt = reader.number();
  const count = reader.number();
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    if (id === ID.size) {
      for (let i = 0; i < count && !reader.isSpent; i++) {
        const size = reader.number();
        if (i === 0) streams.packedSize = size;
      }
    } else reader.digests(count);
  }
}

function readUnpackInfo(reader: Reader, streams: Streams): void {
  if (reader.byte() !== ID.folder) return;
  const folders = Math.min(reader.number(), MAX_ITEMS);
  reader.byte(); // external: never
  let outputs = 0;
  streams.hasDigest = new Array<boolean>(folders).fill(false);
  const mains = new Set<number>(); // which of the sizes is the folder's own
  for (let i = 0; i < folders && !reader.isSpent; i++) {
    mains.add(outputs);
    outputs += readFolder(reader, streams);
  }
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    if (id === ID.unpackSizes) {
      for (let i = 0; i < outputs && !reader.isSpent; i++) {
        const size = reader.number();
        if (mains.has(i)) streams.unpackedBytes += size;
        if (streams.unpackSizes.length < MAX_ITEMS) streams.unpackSizes.push(size);
      }
    } else streams.hasDigest = reader.digests(folders);
  }
}

const MAX_CODERS = 8;

/** Number of its outputs. */
function readFolder(reader: Reader, streams: Streams): number {
  const count = Math.min(reader.number(), MAX_CODERS);
  let inputs = 0;
  let outputs = 0;
  for (let i = 0; i < count && !reader.isSpent; i++) {
    const flags = reader.byte();
    const method = reader.bytes(flags & 15).toString('hex');
    const isComplex = (flags & 16) !== 0;
    inputs += isComplex ? reader.number() : 1;
    outputs += isComplex ? reader.number() : 1;
    const properties = (flags & 32) === 0 ? Buffer.alloc(0) : reader.bytes(reader.number());
    if (streams.coders.length < MAX_CODERS) streams.coders.push({ method, properties });
    streams.hasAes ||= method === AES;
  }
  for (let i = 0; i < Math.min(outputs - 1, MAX_CODERS); i++) {
    reader.number();
    reader.number();
  }
  const packed = inputs - (outputs - 1);
  if (packed > 1) for (let i = 0; i < Math.min(packed, MAX_CODERS); i++) reader.number();
  return outputs;
}

function readNames(reader: Reader): readonly string[] {
  reader.number(); // of files
  for (let id = reader.byte(); id !== ID.end && !reader.isSpent; id = reader.byte()) {
    const bytes = reader.bytes(reader.number());
    if (id !== ID.names) continue;
    return utf16At(bytes, 1)
      .split('\0')
      .filter((name) => name !== '')
      .slice(0, MAX_NAMES)
      .map((name) => name.slice(-255));
  }
  return [];
}

interface Reader {
  readonly isSpent: boolean;
  byte(): number;
  bytes(count: number): Buffer;
  /** 7z's own: the number of leading ones of the first byte says how many more bytes follow, lowest first. */
  number(): number;
  /** Checksums: "all", or a bit for each; then four bytes for each there is. Which there are, of the first 10,000. */
  digests(count: number): readonly boolean[];
}

function newReader(bytes: Buffer): Reader {
  let at = 0;
  const reader: Reader = {
    get isSpent() {
      return at > bytes.length;
    },
    byte: () => bytes[at++] ?? 0,
    bytes(count) {
      const piece = bytes.subarray(at, at + count);
      at += count;
      return piece;
    },
    number() {
      const first = reader.byte();
      let value = 0;
      for (let i = 0, mask = 0x80; i < 8; i++, mask >>= 1) {
        if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * i);
        value += reader.byte() * 2 ** (8 * i);
      }
      return value;
    },
    digests(count) {
      const isAll = reader.byte() !== 0;
      const known = Math.min(count, MAX_ITEMS);
      if (isAll) {
        at += count * 4;
        return new Array<boolean>(known).fill(true);
      }
      const bits = reader.bytes(Math.ceil(count / 8));
      const has = Array.from({ length: known }, (_, i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0);
      at += has.filter(Boolean).length * 4;
      return has;
    },
  };
  return reader;
}
