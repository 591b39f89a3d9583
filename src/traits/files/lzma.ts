/**
 * LZMA, as far as it is needed to read the list of files of a 7z archive: one block of known size. The libraries on the registry take no
 * limit of output. Source: LZMA specification (Igor Pavlov, 2015, public domain).
 */

const STATES = 12;
const POSITION_STATES = 16;
const HALF = 1_024; // of 2^11
const MOVE_BITS = 5;
const TOP = 2 ** 24;
const MATCH_MIN = 2;
const END_POSITION = 14;
const FULL_DISTANCES = 128;
const ALIGN_BITS = 4;

type Probabilities = Uint16Array;

const fresh = (count: number): Probabilities => new Uint16Array(count).fill(HALF);

interface RangeDecoder {
  bit(probabilities: Probabilities, index: number): number;
  direct(count: number): number;
  /** It has read past the end: what it says is noise. */
  readonly isSpent: boolean;
}

function newRangeDecoder(packed: Buffer): RangeDecoder {
  let at = 5; // a zero byte, then the first code
  let range = 0xffff_ffff;
  let code = packed.readUInt32BE(1);
  const normalize = (): void => {
    if (range >= TOP) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | (packed[at++] ?? 0)) >>> 0;
  };
  return {
    get isSpent() {
      return at > packed.length + 4;
    },
    bit(probabilities, index) {
      const probability = probabilities[index] ?? HALF;
      const bound = (range >>> 11) * probability;
      let bit = 0;
      if (code < bound) {
        range = bound;
        probabilities[index] = probability + ((2_048 - probability) >> MOVE_BITS);
      } else {
        range -= bound;
        code -= bound;
        probabilities[index] = probability - (probability >> MOVE_BITS);
        bit = 1;
      }
      normalize();
      return bit;
    },
    direct(count) {
      let value = 0;
      for (let i = 0; i < count; i++) {
        range >>>= 1;
        const bit = code >= range ? 1 : 0;
        if (bit === 1) code -= range;
        normalize();
        value = value * 2 + bit;
      }
      return value;
    },
  };
}

/** `base`: where the tree starts in the table. */
function tree(decoder: RangeDecoder, table: Probabilities, base: number, bits: number): number {
  let m = 1;
  for (let i = 0; i < bits; i++) m = (m << 1) + decoder.bit(table, base + m);
  return m - (1 << bits);
}

function reverseTree(decoder: RangeDecoder, table: Probabilities, base: number, bits: number): number {
  let m = 1;
  let value = 0;
  for (let i = 0; i < bits; i++) {
    const bit = decoder.bit(table, base + m);
    m = (m << 1) + bit;
    value |= bit << i;
  }
  return value;
}

interface Lengths {
  readonly choice: Probabilities;
  readonly low: Probabilities;
  readonly mid: Probabilities;
  readonly high: Probabilities;
}

const newLengths = (): Lengths => ({
  choice: fresh(2),
  low: fresh(POSITION_STATES << 3),
  mid: fresh(POSITION_STATES << 3),
  high: fresh(256),
});

function length(decoder: RangeDecoder, { choice, low, mid, high }: Lengths, position: number): number {
  if (decoder.bit(choice, 0) === 0) return tree(decoder, low, position << 3, 3);
  if (decoder.bit(choice, 1) === 0) return 8 + tree(decoder, mid, position << 3, 3);
  return 16 + tree(decoder, high, 0, 8);
}

/**
 * `properties`: the five bytes of the coder; `size`: bytes to unpack, which the caller has checked. undefined when the data are no LZMA of
 * that size. Never throws.
 */
export function unpackLzma(packed: Buffer, properties: Buffer, size: number): Buffer | undefined {
  const first = properties[0] ?? 255;
  if (packed.length < 5 || packed[0] !== 0 || first >= 225) return undefined;
  const lc = first % 9;
  const lp = Math.floor(first / 9) % 5;
  const pb = Math.floor(first / 45);
  if (lc + lp > 8) return undefined;
  const decoder = newRangeDecoder(packed);
  const out = Buffer.alloc(size);
  const literals = fresh(0x300 << (lc + lp));
  const isMatch = fresh(STATES << 4);
  const isRep = fresh(STATES);
  const isRepG0 = fresh(STATES);
  const isRepG1 = fresh(STATES);
  const isRepG2 = fresh(STATES);
  const isRep0Long = fresh(STATES << 4);
  const slots = fresh(4 << 6);
  const special = fresh(1 + FULL_DISTANCES - END_POSITION);
  const align = fresh(1 << ALIGN_BITS);
  const matchLengths = newLengths();
  const repLengths = newLengths();
  let [rep0, rep1, rep2, rep3] = [0, 0, 0, 0];
  let state = 0;
  let at = 0;

  const literal = (): number => {
    const before = at > 0 ? (out[at - 1] ?? 0) : 0;
    const base = 0x300 * (((at & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
    let symbol = 1;
    if (state >= 7) {
      let match = out[at - rep0 - 1] ?? 0;
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = decoder.bit(literals, base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | decoder.bit(literals, base + symbol);
    return symbol - 0x100;
  };

  const distance = (lengthCode: number): number => {
    const slot = tree(decoder, slots, Math.min(lengthCode, 3) << 6, 6);
    if (slot < 4) return slot;
    const directBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** directBits;
    if (slot < END_POSITION) return base + reverseTree(decoder, special, base - slot, directBits);
    return base + decoder.direct(directBits - ALIGN_BITS) * 16 + reverseTree(decoder, align, 0, ALIGN_BITS);
  };

  while (at < size) {
    if (decoder.isSpent) return undefined;
    const position = at & ((1 << pb) - 1);
    if (decoder.bit(isMatch, (state << 4) + position) === 0) {
      out[at] = literal();
      at++;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count: number;
    if (decoder.bit(isRep, state) === 0) {
      [rep3, rep2, rep1] = [rep2, rep1, rep0];
      const code = length(decoder, matchLengths, position);
      state = state < 7 ? 7 : 10;
      rep0 = distance(code);
      if (rep0 === 0xffff_ffff) return undefined; // the mark of the end, before the size was reached
      count = code + MATCH_MIN;
    } else {
      if (decoder.bit(isRepG0, state) === 0) {
        if (decoder.bit(isRep0Long, (state << 4) + position) === 0) {
          if (rep0 >= at) return undefined;
          state = state < 7 ? 9 : 11;
          out[at] = out[at - rep0 - 1] ?? 0;
          at++;
          continue;
        }
      } else if (decoder.bit(isRepG1, state) === 0) {
        [rep0, rep1] = [rep1, rep0];
      } else if (decoder.bit(isRepG2, state) === 0) {
        [rep0, rep1, rep2] = [rep2, rep0, rep1];
      } else {
        [rep0, rep1, rep2, rep3] = [rep3, rep0, rep1, rep2];
      }
      count = length(decoder, repLengths, position) + MATCH_MIN;
      state = state < 7 ? 8 : 11;
    }
    if (rep0 >= at) return undefined;
    for (let i = 0; i < count && at < size; i++, at++) out[at] = out[at - rep0 - 1] ?? 0;
  }
  return out;
}
