/**
 * UTF-16 in bytes, which is how Windows' formats write names and text. The only place that decodes it: Node 24.21 writes one byte past its
 * buffer when an odd number of bytes at an odd address is decoded (nodejs/node PR 64697), and swap16 throws on an odd number.
 */

/** Little-endian, from `from` up to `to`, as far as there are bytes; half a letter at the end is dropped. Never throws. */
export function utf16At(bytes: Buffer, from = 0, to: number = bytes.length): string {
  const piece = evenPiece(bytes, from, to);
  return (piece.byteOffset % 2 === 0 ? piece : Buffer.from(piece)).toString('utf16le');
}

/** Big-endian, likewise. */
export const utf16BeAt = (bytes: Buffer, from = 0, to: number = bytes.length): string =>
  Buffer.from(evenPiece(bytes, from, to))
    .swap16()
    .toString('utf16le');

function evenPiece(bytes: Buffer, from: number, to: number): Buffer {
  const start = Math.min(Math.max(0, from), bytes.length);
  const count = Math.min(to, bytes.length) - start;
  return bytes.subarray(start, start + Math.max(0, count - (count % 2)));
}

/** Its bytes, little-endian. */
export const utf16Of = (text: string): Buffer => Buffer.from(text, 'utf16le');
