/** Reads request bodies as they come, with every limit checked before a byte is kept. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyLimit } from './exchange.ts';
import { Refusal } from './problem.ts';

const MAX_BYTES_IN_FLIGHT = 256 * 1024 * 1024; // five messages of the largest size at once; more wait for their turn
const MAX_LOOSE_CHUNKS = 1024; // a client may send one byte a chunk; each would cost 100 bytes of bookkeeping

/** The client went away in the middle of its request: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

export type ReadBody = (request: IncomingMessage, response: ServerResponse, limit: BodyLimit) => Promise<Buffer>;

/** Bodies count from their first byte until their request is answered. */
export function createBodyReader(maxBytesInFlight: number = MAX_BYTES_IN_FLIGHT): ReadBody {
  let bytesInFlight = 0;
  const checkRoom = (bytes: number): void => {
    if (bytesInFlight + bytes <= maxBytesInFlight) return;
    throw new Refusal('overloaded', 'too many large requests at once; try again later');
  };
  return async (request, response, limit) => {
    const announcedBytes = Number(request.headers['content-length'] ?? 0); // the HTTP parser lets digits through only
    checkHead(request, announcedBytes, limit);
    checkRoom(announcedBytes * limit.copies);
    let takenBytes = 0;
    response.once('close', () => {
      bytesInFlight -= takenBytes;
    });
    return collect(request, limit, (chunkBytes) => {
      const bytes = chunkBytes * limit.copies;
      checkRoom(bytes);
      bytesInFlight += bytes;
      takenBytes += bytes;
    });
  };
}

/** Throws ClientGone when the client leaves in the middle. What is not asked for is thrown away, so that the client gets its answer. */
export function streamBody(request: IncomingMessage): AsyncIterable<Buffer> {
  checkCoding(request);
  return chunksOf(request);
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!request.complete) throw new ClientGone('the client closed the connection before the body was complete');
    throw error;
  } finally {
    request.resume();
  }
}

function checkHead(request: IncomingMessage, announcedBytes: number, limit: BodyLimit): void {
  checkCoding(request);
  if (announcedBytes > limit.bytes) throw tooLarge(limit);
}

function checkCoding({ headers }: IncomingMessage): void {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity') {
    throw new Refusal(
      'unsupported-encoding',
      `Content-Encoding '${coding.slice(0, 40)}' is not read`,
      'Content-Encoding',
      {
        'Accept-Encoding': 'identity', // RFC 9110 §12.5.3
      },
    );
  }
}

const tooLarge = ({ bytes, tooLarge: code }: BodyLimit): Refusal =>
  new Refusal(code, `the body has more than ${bytes} bytes`);

/** `take` throws when there is no room for so many bytes more. */
function collect(request: IncomingMessage, limit: BodyLimit, take: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) throw new ClientGone('the client closed the connection before its body was read');
    const blocks: Buffer[] = [];
    let loose: Buffer[] = [];
    let sizeBytes = 0;

    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      try {
        if (sizeBytes > limit.bytes) throw tooLarge(limit);
        take(chunk.length);
      } catch (error) {
        stop();
        request.resume(); // what still comes is thrown away, so that the client gets to read its answer
        reject(error);
        return;
      }
      loose.push(chunk);
      if (loose.length === MAX_LOOSE_CHUNKS) {
        blocks.push(Buffer.concat(loose));
        loose = [];
      }
    };
    const onEnd = (): void => {
      stop();
      const parts = blocks.length === 0 ? loose : [...blocks, ...loose];
      const [first] = parts;
      if (first === undefined) reject(new Refusal('empty-body', 'the request has no body'));
      else resolve(parts.length === 1 ? first : Buffer.concat(parts, sizeBytes));
    };
    const onGone = (): void => {
      stop();
      reject(new ClientGone('the client closed the connection before the body was complete'));
    };
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onGone);
    };
    // An aborted request also emits 'error'; 'close' follows it and says all there is to know.
    request
      .on('data', onData)
      .on('end', onEnd)
      .on('close', onGone)
      .on('error', () => undefined);
  });
}
