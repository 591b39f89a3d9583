import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { respondWithStream } from '../../src/http/respond.ts';

test('a client that goes away before the first piece leaves no file open', async () => {
  const file = createReadStream(import.meta.filename);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const stream = async function* () {
    client.destroy();
    await once(response, 'close');
    yield* file as AsyncIterable<Buffer>;
  };
  await respondWithStream(response, {}, { stream, sizeBytes: 1 });
  expect(file.destroyed).toBe(true);
  server.close();
});
