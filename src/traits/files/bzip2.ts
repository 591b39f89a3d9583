/**
 * The first block of a bzip2 file, up to 900 kB: enough to see what it is and what a tar begins with. Source: Julian Seward's bzip2 1.0.8
 * (decompress.c); "BZIP2: Format Specification" (Joe Tsai, 2016).
 */

const BLOCK = 0x3141_5926; // and 0x5359: the digits of π
const MAX_BLOCK = 900_000; // bytes
const MAX_GROUPS = 6;
const MAX_SELECTORS = 18_002;
const GROUP_SYMBOLS = 50;
const MAX_LENGTH = 20; // bits of a code

interface Bits {
  read(count: number): number;
  /** The next 20 bits, which stay; `skip` takes some of them. */
  peek(): number;
  skip(count: number): void;
  /** It has read past the end: what it says is noise. */
  readonly isSpent: boolean;
}

function newBits(bytes: Buffer, start: number): Bits {
  let at = start;
  let held = 0; // the last `count` bits of it are still to come
  let count = 0;
  const fill = (): void => {
    for (; count <= 24; count += 8) held = (held << 8) | (bytes[at++] ?? 0);
  };
  const take = (wanted: number): number => {
    fill();
    count -= wanted;
    return (held >>> count) & ((1 << wanted) - 1);
  };
  return {
    get isSpent() {
      return at > bytes.length + 8;
    },
    read: (wanted) => (wanted <= 16 ? take(wanted) : take(wanted - 16) * 65_536 + take(16)),
    peek() {
      fill();
      return (held >>> (count - MAX_LENGTH)) & ((1 << MAX_LENGTH) - 1);
    },
    skip(taken) {
      count -= taken;
    },
  };
}

const END = 0x1772_4538; // and 0x5090: the digits of √π

export interface FirstBlock {
  readonly content: Buffer;
  /** There is no second. */
  readonly isWhole: boolean;
}

/** At most `limit` bytes. undefined for what is no bzip2, or damaged before the end of its first block. Never throws. */
export function unpackBzip2(packed: Buffer, limit: number): FirstBlock | undefined {
  const size = ((packed[3] ?? 0) - 0x30) * 100_000;
  if (!packed.subarray(0, 3).equals(Buffer.from('BZh')) || !(size > 0 && size <= MAX_BLOCK)) return undefined;
  const bits = newBits(packed, 4);
  if (bits.read(32) !== BLOCK || bits.read(16) !== 0x5359) return undefined;
  bits.read(32); // checksum
  const isRandomised = bits.read(1) === 1; // by versions before 1996
  const first = bits.read(24);
  const symbols = isRandomised ? undefined : readSymbols(bits);
  const codes = symbols === undefined ? undefined : readCodes(bits, symbols.length + 2);
  if (symbols === undefined || codes === undefined) return undefined;
  const block = readBlock(bits, symbols, codes, size);
  if (block === undefined || first >= block.length) return undefined;
  return { content: withoutRuns(block, first, limit), isWhole: bits.read(32) === END };
}

/** Which of the 256 bytes occur. */
function readSymbols(bits: Bits): readonly number[] | undefined {
  const rows = bits.read(16);
  const symbols: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const used = bits.read(16);
    for (let i = 0; i < 16; i++) if (((used >> (15 - i)) & 1) === 1) symbols.push(row * 16 + i);
  }
  return symbols.length === 0 ? undefined : symbols;
}

interface Codes {
  /** Which table, for each fifty symbols. */
  readonly selectors: readonly number[];
  readonly tables: readonly Table[];
}

/** By the length of a code: the last code of it, what to take off to have its place, and the symbols by their places. */
interface Table {
  readonly limits: readonly number[];
  readonly bases: readonly number[];
  readonly symbols: readonly number[];
}

function readCodes(bits: Bits, symbolCount: number): Codes | undefined {
  const groupCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (groupCount < 2 || groupCount > MAX_GROUPS || selectorCount < 1) return undefined;
  const order = Array.from({ length: groupCount }, (_, i) => i);
  const selectors: number[] = [];
  for (let i = 0; i < selectorCount; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= groupCount) return undefined;
    order.unshift(...order.splice(place, 1));
    if (i < MAX_SELECTORS) selectors.push(order[0] ?? 0);
  }
  const tables: Table[] = [];
  for (let group = 0; group < groupCount; group++) {
    const lengths: number[] = [];
    let length = bits.read(5);
    for (let i = 0; i < symbolCount; i++) {
      while (bits.read(1) === 1) {
        length += bits.read(1) === 0 ? 1 : -1;
        if (length < 1 || length > MAX_LENGTH || bits.isSpent) return undefined;
      }
      if (length < 1 || length > MAX_LENGTH) return undefined;
      lengths.push(length);
    }
    tables.push(tableOf(lengths));
  }
  return { selectors, tables };
}

function tableOf(lengths: readonly number[]): Table {
  const symbols: number[] = [];
  const limits: number[] = [];
  const bases: number[] = [];
  let code = 0;
  for (let length = 0; length <= MAX_LENGTH; length++) {
    const before = symbols.length;
    lengths.forEach((one, symbol) => {
      if (one === length) symbols.push(symbol);
    });
    const count = symbols.length - before;
    bases[length] = code - before;
    code += count;
    limits[length] = count === 0 ? -1 : code - 1;
    code *= 2;
  }
  return { limits, bases, symbols };
}

function nextSymbol(bits: Bits, { limits, bases, symbols }: Table): number | undefined {
  const next = bits.peek();
  for (let length = 1; length <= MAX_LENGTH; length++) {
    const code = next >>> (MAX_LENGTH - length);
    if (code > (limits[length] ?? -1)) continue;
    bits.skip(length);
    return symbols[code - (bases[length] ?? 0)];
  }
  return undefined;
}

/** Runs of the byte in front are numbers in base 2 of digits 1 and 2; other symbols move a byte to the front. */
function readBlock(
  bits: Bits,
  used: readonly number[],
  { selectors, tables }: Codes,
  size: number,
): Uint8Array | undefined {
  const block = new Uint8Array(size);
  const order = Uint8Array.from(used);
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let digit = 1;
  for (let group = 0; group < selectors.length; group++) {
    const table = tables[selectors[group] ?? 0];
    for (let i = 0; i < GROUP_SYMBOLS && table !== undefined; i++) {
      const symbol = bits.isSpent ? undefined : nextSymbol(bits, table);
      if (symbol === undefined) return undefined;
      if (symbol <= 1) {
        run += digit << symbol;
        digit *= 2;
        if (run > size) return undefined;
        continue;
      }
      if (length + run > size) return undefined;
      block.fill(order[0] ?? 0, length, length + run);
      length += run;
      run = 0;
      digit = 1;
      if (symbol === end) return block.subarray(0, length);
      if (length >= size) return undefined;
      const moved = order[symbol - 1] ?? 0;
      order.copyWithin(1, 0, symbol - 1);
      order[0] = moved;
      block[length++] = moved;
    }
  }
  return undefined;
}

const RUN = 4; // equal bytes, behind which a byte says how many more

/** Undoes the sorting (Burrows–Wheeler), and the runs that were written short before it. */
function withoutRuns(block: Uint8Array, first: number, limit: number): Buffer {
  const starts = new Uint32Array(257);
  for (const byte of block) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const next = new Uint32Array(block.length);
  block.forEach((byte, i) => {
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    next[place] = i;
  });
  const out = Buffer.alloc(limit);
  let size = 0;
  let equal = 0;
  let before = -1;
  for (let i = 0, at = next[first] ?? 0; i < block.length && size < limit; i++, at = next[at] ?? 0) {
    const byte = block[at] ?? 0;
    if (equal === RUN) {
      const end = Math.min(limit, size + byte);
      out.fill(before, size, end);
      size = end;
      equal = 0;
      before = -1;
      continue;
    }
    equal = byte === before ? equal + 1 : 1;
    before = byte;
    out[size++] = byte;
  }
  return out.subarray(0, size);
}
