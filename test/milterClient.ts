/** The MTA's side of one message over the milter protocol (version 6, no step left out), for what stands between an MTA and us. */
import { connect } from 'node:net';

export interface MilterMail {
  readonly clientIp: string;
  readonly helo: string;
  readonly queueId: string;
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly user?: string;
  /** Name and value; the value with its leading blank, as it came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const STEPS_OFFERED = Buffer.from([0, 0, 0, 6, 0, 0, 0x01, 0xff, 0, 0x1f, 0xff, 0xff]);
const LAST_WORDS = 'acdrty'; // accept, continue, discard, reject, tempfail, reply code

/** What the milter wants done at the end of the message: one string per packet, NULs as '|'. */
export function throughMilter(port: number, mail: MilterMail): Promise<readonly string[]> {
  const socket = connect({ host: '127.0.0.1', port });
  const send = (command: string, data: Buffer | string = ''): void => {
    const payload = Buffer.from(data);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(payload.length + 1);
    head.write(command, 4);
    socket.write(Buffer.concat([head, payload]));
  };
  const port25 = '\0\x19'; // behind the family
  send('O', STEPS_OFFERED);
  send('D', 'Cj\0mx.acme.example\0{daemon_name}\0smtpd\0');
  send('C', `client.bank.example\x004${port25}${mail.clientIp}\0`);
  send('H', `${mail.helo}\0`);
  send('D', `Mi\0${mail.queueId}\0${mail.user === undefined ? '' : `{auth_authen}\0${mail.user}\0`}`);
  send('M', `<${mail.mailFrom}>\0`);
  for (const rcpt of mail.rcptTo) send('R', `<${rcpt}>\0`);
  send('T');
  for (const [name, value] of mail.headers) send('L', `${name}\0${value}\0`);
  send('N');
  send('B', mail.body);
  send('E');
  return new Promise((resolve, reject) => {
    let pending = Buffer.alloc(0);
    const packets: string[] = [];
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) {
        const packet = pending.subarray(4, 4 + pending.readUInt32BE());
        pending = pending.subarray(4 + packet.length);
        packets.push(packet.toString('latin1').replaceAll('\0', '|'));
        if (packet[0] !== undefined && LAST_WORDS.includes(String.fromCharCode(packet[0]))) {
          socket.destroy();
          resolve(packets.filter((text) => !text.startsWith('O')));
          return;
        }
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the milter closed the connection after ${JSON.stringify(packets)}`)));
  });
}
