/** Milter frames off the wire: a length (uint32, big-endian, the command counted), the command, its data. The length is checked first. */

const LENGTH_BYTES = 4;
const FIRST_ALLOCATION = 4096; // what a sender claims costs nothing until it has sent as much

export interface Frame {
  /** One character. */
  readonly command: string;
  readonly data: Buffer;
}

/** The other side does not speak the protocol, or not to us: nothing it says further can be understood. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export interface FrameReader {
  /** All frames that are complete with these bytes; data may share their memory. Throws ProtocolError. */
  read(bytes: Buffer): Iterable<Frame>;
  /** A frame has begun and is not complete. */
  readonly isMidFrame: boolean;
}

export function createFrameReader(maxFrameBytes: number): FrameReader {
  let pending = Buffer.alloc(0);
  let pendingBytes = 0;

  /** Copies what belongs to the frame that is under way; answers how much that was. */
  function keep(bytes: Buffer, wantedBytes: number): number {
    const take = Math.min(bytes.length, wantedBytes - pendingBytes);
    if (pending.length < pendingBytes + take) {
      const grown = Math.min(wantedBytes, Math.max(FIRST_ALLOCATION, 2 * pending.length, pendingBytes + take));
      const larger = Buffer.allocUnsafe(grown);
      pending.copy(larger, 0, 0, pendingBytes);
      pending = larger;
    }
    bytes.copy(pending, pendingBytes, 0, take);
    pendingBytes += take;
    return take;
  }

  function* read(bytes: Buffer): Generator<Frame> {
    let rest = bytes;
    while (rest.length > 0) {
      if (pendingBytes === 0 && rest.length >= LENGTH_BYTES) {
        const end = LENGTH_BYTES + checkedLength(rest, maxFrameBytes);
        if (rest.length >= end) {
          yield toFrame(rest.subarray(LENGTH_BYTES, end));
          rest = rest.subarray(end);
          continue;
        }
      }
      if (pendingBytes < LENGTH_BYTES) rest = rest.subarray(keep(rest, LENGTH_BYTES));
      if (pendingBytes < LENGTH_BYTES) return;
      const end = LENGTH_BYTES + checkedLength(pending, maxFrameBytes);
      rest = rest.subarray(keep(rest, end));
      if (pendingBytes < end) return;
      const frame = toFrame(pending.subarray(LENGTH_BYTES, end));
      pending = Buffer.alloc(0);
      pendingBytes = 0;
      yield frame;
    }
  }

  return {
    read,
    get isMidFrame() {
      return pendingBytes > 0;
    },
  };
}

function checkedLength(bytes: Buffer, maxFrameBytes: number): number {
  const length = bytes.readUInt32BE(0);
  if (length === 0) throw new ProtocolError('a frame without a command');
  if (length > maxFrameBytes) throw new ProtocolError(`a frame of ${length} bytes, the limit is ${maxFrameBytes}`);
  return length;
}

const toFrame = (content: Buffer): Frame => ({
  command: String.fromCharCode(content[0] ?? 0),
  data: content.subarray(1),
});

/** The bytes of one frame. Strings end with NUL as the protocol wants them. */
export function frame(command: string, ...parts: readonly (Buffer | string | number)[]): Buffer {
  const data = parts.map((part) => {
    if (typeof part === 'number') return uint32(part);
    return typeof part === 'string' ? Buffer.from(`${part}\0`, 'latin1') : part;
  });
  const length = data.reduce((sum, part) => sum + part.length, 1);
  return Buffer.concat([uint32(length), Buffer.from(command, 'latin1'), ...data]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
