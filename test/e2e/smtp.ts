/** An SMTP client that says, with XCLIENT, who it is: a test can come from any address. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../../src/domain/mail.ts';

export interface SmtpClient {
  /** Sends one message; resolves with the last answer. */
  send(envelope: Envelope, raw: Buffer): Promise<string>;
  quit(): Promise<void>;
}

/** One session. A message with a client address comes from there, and so do all that follow. */
export async function openSmtp(port: number): Promise<SmtpClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined); // whoever waits for an answer is told
  const lines = answers(socket);
  const answer = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) return '421 the connection was closed';
      if (/^\d{3}(?: |$)/.test(value)) return value;
    }
  };
  const ask = (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return answer();
  };
  await answer();
  let isGreeted = false;
  return {
    async send({ clientIp, helo = 'localhost', user, mailFrom = '', rcptTo }, raw) {
      if (clientIp !== undefined) {
        await ask('EHLO tester');
        const login = user === undefined ? '' : ` LOGIN=${user}`;
        const literal = clientIp.includes(':') ? `IPV6:${clientIp}` : clientIp;
        const taken = await ask(`XCLIENT ADDR=${literal} NAME=[UNAVAILABLE]${login}`);
        if (!taken.startsWith('220')) return taken;
        isGreeted = false;
      }
      if (!isGreeted) await ask(`EHLO ${helo}`);
      isGreeted = true;
      for (const command of [`MAIL FROM:<${mailFrom}>`, ...rcptTo.map((to) => `RCPT TO:<${to}>`)]) {
        const said = await ask(command);
        if (!said.startsWith('250')) return said;
      }
      const ready = await ask('DATA');
      if (!ready.startsWith('354')) return ready;
      socket.write(Buffer.concat([stuffed(raw), Buffer.from('.\r\n')]));
      return answer();
    },
    async quit() {
      await ask('QUIT');
      socket.destroy();
    },
  };
}

const START_TIMEOUT_MS = 20_000;

/** A server that was just started. */
export async function untilUp(port: number): Promise<void> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await (await openSmtp(port)).quit();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await sleep(100);
    }
  }
}

async function* answers(socket: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket) {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** CRLF line ends, as any client sends; dots doubled (RFC 5321 §4.5.2). */
function stuffed(raw: Buffer): Buffer {
  const text = raw
    .toString('latin1')
    .replace(/\r?\n/g, '\r\n')
    .replace(/(^|\r\n)\./g, '$1..');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}
