/** A client that says exactly which bytes go out and when. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  send(bytes: string): void;
  /** Everything that came until the other side closed. */
  rest(): Promise<string>;
  /** Resolves when what came so far matches. */
  until(pattern: RegExp): Promise<string>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.setEncoding('utf8').on('error', () => undefined); // a reset is seen as an end without an answer
  let seen = '';
  socket.on('data', (chunk) => {
    seen += chunk;
  });
  const closed = once(socket, 'close');
  return {
    socket,
    send: (bytes) => socket.write(bytes),
    async rest() {
      await closed;
      return seen;
    },
    async until(pattern) {
      while (!pattern.test(seen)) await once(socket, 'data');
      return seen;
    },
  };
}

/** The JSON body of the last answer in these bytes. */
export const lastJson = (bytes: string): unknown => JSON.parse(bytes.slice(bytes.lastIndexOf('\r\n\r\n') + 4));
