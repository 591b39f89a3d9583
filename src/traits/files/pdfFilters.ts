/** Undoes what streams of a PDF are packed with (ISO 32000-1 §7.4): Flate with predictors, hex and base-85 digits, one after the other. */
import type { Budget } from './budget.ts';
import { unpack } from './unpack.ts';

export interface Packed {
  /** In the order in which they are undone. */
  readonly filters: readonly string[];
  readonly predictor: number;
  /** Of a row, in bytes; and of a pixel. */
  readonly rowBytes: number;
  readonly pixelBytes: number;
}

const MAX_FILTERS = 4;

/** undefined when one of the filters is not known here, or gives nothing. Never throws. */
export function undoFilters(bytes: Buffer, packed: Packed, budget: Budget, limit: number): Buffer | undefined {
  if (packed.filters.length > MAX_FILTERS) return undefined;
  let data: Buffer | undefined = bytes;
  for (const filter of packed.filters) {
    if (data === undefined) return undefined;
    data = undo(filter, data, packed, budget, limit);
  }
  return data;
}

function undo(filter: string, data: Buffer, packed: Packed, budget: Budget, limit: number): Buffer | undefined {
  switch (filter) {
    case 'FlateDecode':
    case 'Fl': {
      const plain = unpack(data, 'zlib', budget, limit);
      return plain === undefined ? undefined : withoutPredictor(plain, packed);
    }
    case 'ASCIIHexDecode':
    case 'AHx':
      return Buffer.from(upTo(data.toString('latin1'), '>').replace(/[^0-9a-f]/gi, ''), 'hex');
    case 'ASCII85Decode':
    case 'A85':
      return base85(upTo(data.toString('latin1'), '~'));
    case 'Crypt': // pdfUnlock.ts's
      return data;
    default:
      return undefined;
  }
}

const upTo = (text: string, end: string): string => {
  const at = text.indexOf(end);
  return at < 0 ? text : text.slice(0, at);
};

/** §7.4.3: five digits from '!' on are four bytes; 'z' is four zeros. */
function base85(text: string): Buffer {
  const digits = text.replace(/[^!-uz]/g, '').replaceAll('z', '!!!!!');
  const out = Buffer.alloc(Math.ceil(digits.length / 5) * 4);
  for (let at = 0; at < digits.length; at += 5) {
    const group = digits.slice(at, at + 5).padEnd(5, 'u');
    let value = 0;
    for (const digit of group) value = value * 85 + digit.charCodeAt(0) - 33;
    out.writeUInt32BE(Math.min(value, 0xffff_ffff), (at / 5) * 4);
  }
  const missing = (5 - (digits.length % 5)) % 5;
  return out.subarray(0, out.length - missing);
}

const FIRST_PNG_PREDICTOR = 10;

/** PNG's filters of rows (§7.4.4.4; PNG §9.2), a byte before each row. */
function withoutPredictor(data: Buffer, { predictor, rowBytes, pixelBytes }: Packed): Buffer {
  if (predictor < FIRST_PNG_PREDICTOR || rowBytes <= 0) return data;
  const rows = Math.ceil(data.length / (rowBytes + 1));
  const out = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (rowBytes + 1)] ?? 0;
    for (let i = 0; i < rowBytes; i++) {
      const at = row * rowBytes + i;
      const left = i >= pixelBytes ? (out[at - pixelBytes] ?? 0) : 0;
      const up = row > 0 ? (out[at - rowBytes] ?? 0) : 0;
      const upLeft = row > 0 && i >= pixelBytes ? (out[at - rowBytes - pixelBytes] ?? 0) : 0;
      out[at] = (data[row * (rowBytes + 1) + 1 + i] ?? 0) + predicted(filter, left, up, upLeft);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [Math.abs(up - upLeft), Math.abs(left - upLeft), Math.abs(left + up - 2 * upLeft)];
      return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }
    default:
      return 0;
  }
}
