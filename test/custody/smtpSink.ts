/** An SMTP server on a free port that writes down what it is given, and refuses what a test wants refused. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface TakenMail {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  /** Without dot-stuffing, with its line ends. */
  readonly raw: Buffer;
}

export interface SmtpSink {
  readonly port: number;
  readonly taken: TakenMail[];
  /** What is said to a command line, in place of 250 or 354; 'hang-up' closes the connection. After the message the line is '.'. */
  answers: (line: string) => string | undefined;
  close(): Promise<void>;
}

export async function openSmtpSink(): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse(socket, sink).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const sink: SmtpSink = {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    taken: [],
    answers: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return sink;
}

const END = Buffer.from('\r\n.\r\n');

async function converse(socket: Socket, sink: SmtpSink): Promise<void> {
  let rest = Buffer.alloc(0);
  let [mailFrom, rcptTo, inData] = ['', [] as string[], false];
  const say = (line: string, usual: string): boolean => {
    const answer = sink.answers(line) ?? usual;
    if (answer === 'hang-up') socket.destroy();
    else socket.write(`${answer}\r\n`);
    return answer === usual;
  };
  socket.write('220 sink\r\n');
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = inData ? rest.indexOf(END) : rest.indexOf('\r\n');
      if (end < 0) break;
      const part = rest.subarray(0, end);
      rest = rest.subarray(end + (inData ? END.length : 2));
      if (inData) {
        inData = false;
        const text = `${part.toString('latin1')}\r\n`.replaceAll(/(^|\r\n)\.\./g, '$1.');
        if (say('.', '250 taken')) sink.taken.push({ mailFrom, rcptTo, raw: Buffer.from(text, 'latin1') });
        continue;
      }
      const line = part.toString();
      if (/^EHLO/i.test(line)) socket.write('250-sink\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n');
      else if (/^DATA/i.test(line)) inData = say(line, '354 go on');
      else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
      else if (/^MAIL/i.test(line)) {
        [mailFrom, rcptTo] = [/<(.*)>/.exec(line)?.[1] ?? '?', []];
        say(line, '250 ok');
      } else if (say(line, '250 ok')) rcptTo.push(/<(.*)>/.exec(line)?.[1] ?? '?');
    }
  }
}
