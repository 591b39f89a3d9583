/** Bytes from a socket: a head that ends with an empty line, then a message of a length that is announced. Both are bounded before a byte is kept. */
import { SpamdRefusal } from './refusal.ts';

export const MAX_HEAD_BYTES = 96 * 1024; // 1,000 recipients of a usual length

export interface Reader {
  /** With or without its empty line; undefined when the client leaves without a word. */
  head(): Promise<Buffer | undefined>;
  /** `takeRoom` is asked before so many more bytes are kept, as they come: who only announces a long message takes none. */
  message(length: number, takeRoom: (bytes: number) => void): Promise<Buffer>;
}

export function createReader(chunks: AsyncIterator<Buffer>): Reader {
  let rest: Buffer = Buffer.alloc(0); // what came behind the head
  const next = async (): Promise<Buffer | undefined> => {
    const { done, value } = await chunks.next();
    return done === true ? undefined : value;
  };
  return {
    async head() {
      const head = Buffer.allocUnsafe(MAX_HEAD_BYTES); // one piece: a client may send a byte at a time
      let used = 0;
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
        const taken = chunk.copy(head, used);
        const end = endOfHead(head.subarray(0, used + taken), Math.max(0, used - 3));
        used += taken;
        if (end !== undefined) {
          rest = Buffer.concat([head.subarray(end, used), chunk.subarray(taken)]);
          return head.subarray(0, end);
        }
        if (used === MAX_HEAD_BYTES)
          throw new SpamdRefusal('EX_PROTOCOL', `the head has more than ${MAX_HEAD_BYTES} bytes`);
      }
      return used === 0 ? undefined : head.subarray(0, used);
    },

    async message(length, takeRoom) {
      let message: Buffer = Buffer.alloc(0);
      let used = 0;
      const keep = (chunk: Buffer): void => {
        const needed = Math.min(length, used + chunk.length);
        if (needed > message.length) {
          const size = Math.min(length, Math.max(needed, 2 * message.length)); // few copies, however small the chunks
          takeRoom(size - message.length);
          const larger = Buffer.allocUnsafe(size);
          message.copy(larger, 0, 0, used);
          message = larger;
        }
        used += chunk.copy(message, used);
      };
      keep(rest);
      while (used < length) {
        const chunk = await next();
        if (chunk === undefined) {
          throw new SpamdRefusal('EX_PROTOCOL', `Content-length is ${length}, and ${used} bytes came`);
        }
        keep(chunk);
      }
      return message;
    },
  };
}

/** Behind the empty line; for words that no message follows, behind their line: some clients wait then. `from`: nothing ends before. */
function endOfHead(bytes: Buffer, from: number): number | undefined {
  const crlf = bytes.indexOf('\r\n\r\n', from);
  const lf = bytes.indexOf('\n\n', from);
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return crlf + 4;
  if (lf >= 0) return lf + 2;
  const line = bytes.indexOf('\n');
  return line >= 0 && line < 64 && /^(?:PING|SKIP) /.test(bytes.toString('latin1', 0, 5)) ? line + 1 : undefined;
}
