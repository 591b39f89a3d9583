/** The message as it comes in, header by header and chunk by chunk, put together as the bytes that it was. */

const BLOCK_BYTES = 32 * 1024; // tiny chunks are gathered: each of its own would cost 100 bytes of bookkeeping

export interface Collected {
  readonly sizeBytes: number;
  readonly headerBytes: number;
  /** It went over the limit; none of it is kept. */
  readonly isTooLarge: boolean;
  addHeader(name: string, value: string): void;
  addBody(chunk: Buffer): void;
  /** `before` and the message in one buffer; the blocks are let go of. */
  take(before: Buffer): Buffer;
}

export function createCollected(maxBytes: number, hasLeadingSpace: boolean): Collected {
  let blocks: Buffer[] = [];
  let fill = 0; // bytes used of the last block
  let sizeBytes = 0;
  let headerBytes = 0;
  let hasBody = false;
  let isTooLarge = false;

  function add(bytes: Buffer): void {
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) {
      isTooLarge = true;
      blocks = [];
    }
    if (isTooLarge) return;
    for (let rest = bytes; rest.length > 0; ) {
      let last = blocks.at(-1);
      if (last === undefined || fill === BLOCK_BYTES) {
        last = Buffer.allocUnsafe(BLOCK_BYTES);
        blocks.push(last);
        fill = 0;
      }
      const copied = rest.copy(last, fill);
      fill += copied;
      rest = rest.subarray(copied);
    }
  }

  function endHeaders(): void {
    if (hasBody) return;
    hasBody = true;
    headerBytes = sizeBytes;
    add(BLANK_LINE);
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get headerBytes() {
      return hasBody ? headerBytes : sizeBytes;
    },
    get isTooLarge() {
      return isTooLarge;
    },
    addHeader(name, value) {
      const written = value.replace(/\r?\n/g, '\r\n');
      add(Buffer.from(`${name}:${hasLeadingSpace ? '' : ' '}${written}\r\n`, 'latin1'));
    },
    addBody(chunk) {
      endHeaders();
      add(chunk);
    },
    take(before) {
      endHeaders();
      const whole = Buffer.concat([before, ...blocks], before.length + (isTooLarge ? 0 : sizeBytes));
      blocks = [];
      return whole;
    },
  };
}

const BLANK_LINE = Buffer.from('\r\n');
