/**
 * Images of a PDF (ISO 32000-1 §8.9.5): JPEGs as they are, samples as pixels. What is drawn with lines or rectangles, stands inside a page's
 * own text, or is packed for fax machines or as JPEG 2000 is not seen.
 */
import type { Bitmap } from '../../qrcode/decoder.ts';
import type { Budget } from '../files/budget.ts';
import { undoFilters } from '../files/pdfFilters.ts';
import { type PdfStream, pdfStreams } from '../files/pdfStreams.ts';
import type { PackedPicture } from './documentCodes.ts';
import { MIN_SIDE } from './pictures.ts';

const MAX_FILE = 8 * 1024 * 1024; // bytes searched for images
const MAX_SAMPLES = 4 * 1024 * 1024; // bytes of one image, unpacked
const IMAGE = /\/Subtype\s{0,20}\/Image\b/;
const JPEG: ReadonlySet<string> = new Set(['DCTDecode', 'DCT']);

/** In the order of the file. */
export function* imagesOfPdf(content: Buffer): Generator<PackedPicture> {
  const bytes = content.subarray(0, MAX_FILE);
  for (const stream of pdfStreams(bytes, bytes.toString('latin1'), IMAGE)) {
    const width = stream.numberOf('(?:Width|W)') ?? 0;
    const height = stream.numberOf('(?:Height|H)') ?? 0;
    if (Math.min(width, height) < MIN_SIDE) continue;
    yield { size: width * height, read: (budget) => pictureOf(stream, width, height, budget) };
  }
}

function pictureOf(stream: PdfStream, width: number, height: number, budget: Budget): Buffer | Bitmap | undefined {
  const { packed, data } = stream;
  const { filters } = packed;
  const jpegAt = filters.findIndex((filter) => JPEG.has(filter));
  const plain = undoFilters(
    data,
    jpegAt < 0 ? packed : { ...packed, filters: filters.slice(0, jpegAt) },
    budget,
    MAX_SAMPLES,
  );
  if (plain === undefined || jpegAt >= 0) return plain;
  const bits = stream.isMask ? 1 : (stream.numberOf('(?:BitsPerComponent|BPC)') ?? 8);
  return bitmapOf(plain, { width, height, bits, palette: stream.palette });
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** RGB of each value, where samples are places in a list of colours. */
  readonly palette: Buffer | undefined;
}

const MAX_BITMAP = 1_500_000; // pixels, of four bytes each; of larger ones every second pixel, or third, counts

/** Of grey, RGB or CMYK, as many to a pixel as there are bytes for (§8.6.4); undefined when there are too few. */
function bitmapOf(plain: Buffer, { width, height, bits, palette }: Samples): Bitmap | undefined {
  const rowOf = (channels: number): number => Math.ceil((width * bits * channels) / 8);
  const channels = [4, 3, 1].find((count) => plain.length >= rowOf(count) * height);
  if (channels === undefined || ![1, 2, 4, 8].includes(bits)) return undefined;
  const step = Math.ceil(Math.sqrt((width * height) / MAX_BITMAP));
  const out = { width: Math.floor(width / step), height: Math.floor(height / step) };
  const data = new Uint8ClampedArray(out.width * out.height * 4).fill(255);
  const rowBytes = rowOf(channels);
  // Places in a list of colours that cannot be had may all be small: they are told apart as far as they go.
  const most = 2 ** bits - 1;
  const brightest = channels === 1 && bits === 8 ? plain.reduce((max, value) => Math.max(max, value), 1) : most;
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const at = (y * out.width + x) * 4;
      const bit = x * step * bits * channels;
      const place = y * step * rowBytes + (bit >> 3);
      const first = ((plain[place] ?? 0) >> (8 - bits - (bit & 7))) & most;
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] =
          palette !== undefined
            ? (palette[first * 3 + channel] ?? 0)
            : channels === 1 || bits < 8
              ? (first * 255) / brightest
              : channels === 3
                ? (plain[place + channel] ?? 0)
                : 255 - (plain[place + channel] ?? 0) - (plain[place + 3] ?? 0);
      }
    }
  }
  return { ...out, data };
}
