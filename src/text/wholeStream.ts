import { Transform } from 'node:stream';

/** Bytes in; what `read` makes of all of them out. */
export function wholeStream(read: (bytes: Buffer) => Buffer | string): Transform {
  const chunks: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    flush(done) {
      done(null, Buffer.from(read(Buffer.concat(chunks))));
    },
  });
}
