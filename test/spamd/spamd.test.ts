/** Both protocols of the port, in one file: they share the port, its limits and the fake behind it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StoreAway } from '../../src/domain/ports.ts';
import { IntakeError, type IntakeRequest } from '../../src/domain/service.ts';
import type { Stripped } from '../../src/domain/strip.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import {
  DEFAULT_LIMITS,
  type SpamdAddress,
  type SpamdLimits,
  type SpamdListener,
  startSpamd,
} from '../../src/spamd/listen.ts';
import { aVerdict } from '../http/service.ts';
import { rawClient } from '../http/socket.ts';

const RAW =
  'From: eve@bank.example\r\nX-Spam-Flag: NO\r\n folded\r\nX-Tidemark-Action: deliver\r\nSubject: Invoice\r\n\r\nHello\r\n';
const delivered = { action: 'deliver', proposed: 'deliver', enacted: 'deliver', score: 0.01 } as const;
const stripped = { action: 'strip', proposed: 'strip', enacted: 'strip', score: 0.5 } as const;

let verdict: Verdict = aVerdict();
let scoring: (request: IntakeRequest) => Promise<Verdict> = async () => verdict;
const requests: IntakeRequest[] = [];
const feedbacks: unknown[] = [];
const answered: string[] = [];
const failures: unknown[] = [];
const dir = mkdtempSync(join(tmpdir(), 'tidemark-spamd-'));

const start = (
  limits: Partial<SpamdLimits> = {},
  {
    address = { host: '127.0.0.1', port: 0 },
    stripped,
    mayTell = true,
  }: { address?: SpamdAddress; stripped?: Stripped; mayTell?: boolean } = {},
) =>
  startSpamd(
    address,
    {
      tenant: 'default',
      service: {
        async score(request) {
          requests.push(request);
          return scoring(request);
        },
        async scoreAndStrip(request) {
          requests.push(request);
          return { verdict: await scoring(request), ...(stripped === undefined ? {} : { stripped }) };
        },
        async giveFeedback(...words) {
          feedbacks.push(words);
          return undefined;
        },
      },
      holdFallback: 'soft reject',
      mayTell,
      maxMessageBytes: 100_000,
      onVerdict: () => undefined,
      onFeedback: () => undefined,
      watcher: {
        answered: (command, exit) => answered.push(`${command} ${exit}`),
        failed: (error) => failures.push(error),
        refused: () => answered.push('refused'),
      },
    },
    { ...DEFAULT_LIMITS, ...limits },
  );

let spamd: SpamdListener;
beforeAll(async () => {
  spamd = await start();
});
beforeEach(() => {
  verdict = aVerdict();
  scoring = async () => verdict;
});
afterAll(async () => {
  await spamd.drain();
  rmSync(dir, { recursive: true });
});

/** What comes back for these bytes; the client closes its half, unless it is Exim with rspamd's form. */
async function say(bytes: string, { halfClose = true, port = spamd.port ?? 0 } = {}): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(bytes);
  if (halfClose) socket.end();
  return text(socket);
}

const spamc15 = (command: string, fields = '', message = RAW) =>
  `${command} SPAMC/1.5\r\nUser: ana@acme.example\r\n${fields}Content-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`;

describe("spamc's protocol, as transcripts", () => {
  test.each([
    ['CHECK of a threat', 'CHECK', {}, 'SPAMD/1.1 0 EX_OK\r\nSpam: True ; 19.9 / 6.0\r\n\r\n'],
    ['CHECK of what is delivered', 'CHECK', delivered, 'SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.1 / 6.0\r\n\r\n'],
    ['CHECK of what is to be stripped', 'CHECK', stripped, 'SPAMD/1.1 0 EX_OK\r\nSpam: True ; 10.0 / 6.0\r\n\r\n'],
    [
      'SYMBOLS',
      'SYMBOLS',
      {},
      'SPAMD/1.1 0 EX_OK\r\nContent-length: 61\r\nSpam: True ; 19.9 / 6.0\r\n\r\nTIDEMARK_HOLD,TIDEMARK_REPLY_TO_DIVERSION,TIDEMARK_ALL_ELSE\r\n',
    ],
    [
      'REPORT_IFSPAM of what is none',
      'REPORT_IFSPAM',
      delivered,
      'SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: False ; 0.1 / 6.0\r\n\r\n',
    ],
  ])('%s', async (_name, command, changes, expected) => {
    verdict = aVerdict(changes);
    expect(await say(spamc15(command))).toBe(expected);
    expect(requests.at(-1)).toEqual({
      tenant: 'default',
      raw: Buffer.from(RAW),
      mailboxes: ['ana@acme.example'],
      learn: 'auto',
    });
  });

  test('REPORT', async () => {
    const report = await say(spamc15('REPORT'));
    expect(report).toContain('\r\nSpam: True ; 19.9 / 6.0\r\n\r\nTidemark: Replies would go to else.example.\n');
    expect(report).toContain('   3.48 TIDEMARK_REPLY_TO_DIVERSION Replies would go elsewhere.\n');
  });

  test('PROCESS: our headers on top, forged ones gone, all else as it was', async () => {
    const said = await say(spamc15('PROCESS'));
    const message = said.slice(said.indexOf('\r\n\r\n') + 4);
    expect(said).toContain(`Content-length: ${message.length}\r\n`);
    expect(message).toBe(
      'X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=19.9 required=6.0 tests=TIDEMARK_HOLD,TIDEMARK_REPLY_TO_DIVERSION,TIDEMARK_ALL_ELSE\r\n' +
        'X-Tidemark-Action: hold; id=v1\r\nX-Tidemark-Score: 0.970\r\nX-Tidemark-Reason: Replies would go to else.example.\r\n' +
        'From: eve@bank.example\r\nSubject: Invoice\r\n\r\nHello\r\n',
    );
  });

  test('PROCESS of what is to be stripped: the rewritten message, which is no spam', async () => {
    verdict = aVerdict(stripped);
    const bytes = Buffer.from('Subject: x\r\n\r\nDisarmed\r\n');
    const other = await start(
      {},
      { stripped: { isRewritten: true, bytes, headers: [], body: bytes, changes: [], locks: [], unmet: [] } },
    );
    const said = await say(spamc15('PROCESS'), { port: other.port ?? 0 });
    expect(said).toContain('Spam: False');
    expect(said).toMatch(/X-Tidemark-Action: strip; id=v1\r\n[\s\S]*Subject: x\r\n\r\nDisarmed\r\n$/);
    await other.drain();
  });

  test('a message in LF, with a line of mbox: that stays first', async () => {
    const message = 'From eve Mon\nSubject: x\n\nHello\n';
    expect(await say(spamc15('PROCESS', '', message))).toMatch(
      /\r\n\r\nFrom eve Mon\nX-Spam-Flag: YES\n[\s\S]*\nSubject: x\n\nHello\n$/,
    );
  });

  test.each([
    ['PING SPAMC/1.2\r\n\r\n', 'SPAMD/1.5 0 PONG\r\n'],
    ['SKIP SPAMC/1.5\r\n\r\n', ''],
  ])('%j', async (bytes, expected) => {
    expect(await say(bytes)).toBe(expected);
  });

  test('a PING without its empty line is answered while the client waits', async () => {
    const client = await rawClient(spamd.port ?? 0);
    client.send('PING SPAMC/1.2\r\n');
    expect(await client.until(/PONG/)).toBe('SPAMD/1.5 0 PONG\r\n');
    client.socket.destroy();
  });

  test('TELL is feedback on the verdict', async () => {
    const fields = 'Message-class: spam\r\nSet: local,remote\r\n';
    expect(await say(spamc15('TELL', fields))).toBe('SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\nContent-length: 0\r\n\r\n');
    expect(requests.at(-1)?.learn).toBe('never');
    expect(feedbacks).toEqual([['default', 'v1', 'threat']]);
    expect(await say(spamc15('TELL', 'Remove: local\r\n'))).not.toContain('Did');
    expect(await say(spamc15('TELL', 'Message-class: constructor\r\nSet: local\r\n'))).not.toContain('Did');
    expect(feedbacks).toHaveLength(1);
  });

  test('TELL of whoever reaches the port does nothing where it is not enabled', async () => {
    const other = await start({}, { mayTell: false });
    const before = requests.length;
    const said = await say(spamc15('TELL', 'Message-class: ham\r\nSet: local\r\n'), { port: other.port ?? 0 });
    expect(said).toBe('SPAMD/1.0 69 TELL is not enabled: SPAMD_TELL=on\r\n');
    expect(requests).toHaveLength(before);
    expect(feedbacks).toHaveLength(1);
    await other.drain();
  });

  test('a user without a domain is no mailbox', async () => {
    await say(`CHECK SPAMC/1.5\r\nUser: ana\r\nContent-length: 5\r\n\r\nHello`);
    expect(requests.at(-1)?.mailboxes).toEqual([]);
  });
});

/** What Exim's spam condition reads: src/spam.c. */
describe("Exim's forms, as transcripts", () => {
  const rspamc = (fields = '') =>
    `CHECK RSPAMC/1.3\r\nContent-length: ${RAW.length}\r\nQueue-Id: 1abc-0000-00\r\nFrom: <eve@bank.example>\r\nRecipient-Number: 2\r\n` +
    `Rcpt: <ana@acme.example>\r\nRcpt: <bob@acme.example>\r\nHelo: mx.bank.example\r\nHostname: mx.bank.example\r\nIP: 192.0.2.9\r\n${fields}\r\n${RAW}`;
  const FORM =
    /^RSPAMD\/(\S{1,7}) 0 EX_OK\r\nMetric: default; (\S{1,7}) (-?[\d.]+) \/ (-?[\d.]+) \/ (-?[\d.]+)\r\nAction: ([^\r\n]*)\r\n/;

  test.each([
    [{}, 'True', '19.85', 'soft reject'],
    [stripped, 'False', '10.00', 'add header'],
    [delivered, 'False', '0.05', 'no action'],
  ])('variant=rspamd, without closing its half: %j', async (changes, word, score, action) => {
    verdict = aVerdict(changes);
    const [, version, ...said] = FORM.exec(await say(rspamc(), { halfClose: false })) ?? [];
    expect(version).toBe('1.3');
    expect(said).toEqual([word, score, '15.00', '15.00', action]);
    expect(requests.at(-1)).toEqual({
      tenant: 'default',
      raw: Buffer.from(RAW),
      mailboxes: [],
      mailFrom: 'eve@bank.example',
      rcptTo: ['ana@acme.example', 'bob@acme.example'],
      clientIp: '192.0.2.9',
      clientName: 'mx.bank.example',
      helo: 'mx.bank.example',
      learn: 'auto',
    });
  });

  test('a bounce, and a user who logged in', async () => {
    await say(rspamc('User: ana\r\n').replace('<eve@bank.example>', '<>'), { halfClose: false });
    expect(requests.at(-1)).toMatchObject({ mailFrom: '<>', user: 'ana', mailboxes: [] });
  });

  test('the answer fits into its 32 kB, whatever was found', async () => {
    const [first] = aVerdict().findings;
    if (first === undefined) throw new Error('no finding to repeat');
    const findings = Array.from({ length: 3000 }, (_, at) => ({ ...first, detector: `detector-${at}` }));
    verdict = aVerdict({ findings });
    for (const request of [rspamc(), `REPORT SPAMC/1.2\r\nUser: ana\r\nContent-length: ${RAW.length}\r\n\r\n${RAW}`]) {
      expect((await say(request, { halfClose: false })).length).toBeLessThan(32_000);
    }
  });

  test('SpamAssassin mode: score and threshold are the first line of the report', async () => {
    const said = await say(`REPORT SPAMC/1.2\r\nUser: nobody\r\nContent-length: ${RAW.length}\r\n\r\n${RAW}`);
    expect(said).toMatch(/^SPAMD\/1\.1 0 EX_OK\r\nContent-length: \d+\r\n\r\n19\.9\/6\.0\r\nTidemark: /);
  });

  test('a failure is no verdict', async () => {
    scoring = async () => {
      throw new Error('secret detail');
    };
    const said = await say(rspamc(), { halfClose: false });
    expect(said).toBe('RSPAMD/1.3 70 the service failed\r\n');
    expect(failures.at(-1)).toMatchObject({ message: 'secret detail' });
  });
});

describe('what is refused', () => {
  test.each([
    ['no command', 'HELO x\r\n\r\n', /^SPAMD\/1\.0 76 'HELO x' is no request/],
    ['an unknown command', 'LEARN SPAMC/1.5\r\n\r\n', /^SPAMD\/1\.0 76 /],
    ['no length', 'CHECK SPAMC/1.5\r\n\r\nHello', /76 Content-length is needed/],
    ['a length that is none', 'CHECK SPAMC/1.5\r\nContent-length: -1\r\n\r\nHello', /76 Content-length is needed/],
    ['no message', 'CHECK SPAMC/1.5\r\nContent-length: 0\r\n\r\n', /65 the message is empty/],
    [
      'a message over the limit',
      'CHECK SPAMC/1.5\r\nContent-length: 100001\r\n\r\n',
      /65 the message has more than 100000/,
    ],
    ['compression', spamc15('CHECK', 'Compress: zlib\r\n'), /76 Compress is not read/],
    ['fewer bytes than announced', spamc15('CHECK').slice(0, -3), /76 Content-length is \d+, and \d+ bytes came/],
    ['a bad field', 'CHECK SPAMC/1.5\r\nnonsense\r\n\r\n', /76 bad header line: 'nonsense'/],
    ['a head without end', `CHECK SPAMC/1.5\r\n${'User: x\r\n'.repeat(20_000)}`, /76 the head has more than/],
    ['fields without end', `CHECK SPAMC/1.5\r\n${'a:\r\n'.repeat(2_000)}\r\n`, /76 more than 1200 fields/],
  ])('%s', async (_name, bytes, expected) => {
    expect(await say(bytes)).toMatch(expected);
  });

  test('nobody to judge it for', async () => {
    scoring = async () => {
      throw new IntakeError('no-mailbox', 'mailbox', 'no mailbox given');
    };
    expect(await say(spamc15('CHECK'))).toBe('SPAMD/1.0 65 no mailbox given (spamc: -u MAILBOX)\r\n');
    expect(answered.at(-1)).toBe('CHECK EX_DATAERR');
  });

  test('a store that is away is for the client to try again', async () => {
    const before = failures.length;
    scoring = async () => {
      throw new StoreAway('down', undefined);
    };
    expect(await say(spamc15('CHECK'))).toBe('SPAMD/1.0 75 the store is away, or full\r\n');
    expect(failures).toHaveLength(before);
  });

  test('a message that is only announced takes no room from others', async () => {
    const other = await start({ maxBytesInFlight: 150 });
    const talkers = await Promise.all([1, 2, 3, 4].map(() => rawClient(other.port ?? 0)));
    for (const { send } of talkers) send('CHECK SPAMC/1.5\r\nContent-length: 100000\r\n\r\nx');
    await sleep(50);
    expect(await say(spamc15('CHECK'), { port: other.port ?? 0 })).toContain('EX_OK');
    for (const { socket } of talkers) socket.destroy();
    await other.drain();
  });

  test('more bytes at once than there is room for; room comes back', async () => {
    const other = await start({ maxBytesInFlight: 150 });
    let finish = (): void => undefined;
    scoring = () =>
      new Promise((resolve) => {
        finish = () => resolve(verdict);
      });
    const first = say(spamc15('CHECK'), { port: other.port ?? 0 });
    await sleep(100);
    expect(await say(spamc15('CHECK'), { port: other.port ?? 0 })).toMatch(/^SPAMD\/1\.0 75 too many large messages/);
    finish();
    expect(await first).toContain('EX_OK');
    scoring = async () => verdict;
    expect(await say(spamc15('CHECK'), { port: other.port ?? 0 })).toContain('EX_OK');
    await other.drain();
  });
});

describe('a client that is slow to read a large answer', () => {
  test('keeps its room until it has read it', async () => {
    const body = Buffer.alloc(20_000_000, 'x'); // more than the kernel takes in between
    const rewritten: Stripped = {
      isRewritten: true,
      bytes: Buffer.concat([Buffer.from('Subject: Invoice\r\n\r\n'), body]),
      headers: [],
      body,
      changes: [],
      locks: [],
      unmet: [],
    };
    const other = await start({ maxBytesInFlight: 150 }, { stripped: rewritten });
    const port = other.port ?? 0;
    verdict = aVerdict(stripped);
    const slow = connect({ host: '127.0.0.1', port });
    slow.end(spamc15('PROCESS'));
    await sleep(300);
    expect(await say(spamc15('CHECK'), { port })).toMatch(/^SPAMD\/1\.0 75 too many large messages/);
    expect((await text(slow)).length).toBeGreaterThan(body.length);
    expect(await say(spamc15('CHECK'), { port })).toContain('EX_OK');
    await other.drain();
  });
});

describe('bad company', () => {
  test('mutated requests are answered or cut off, and nothing else happens', async () => {
    const before = failures.length;
    const valid = Buffer.from(spamc15('CHECK'));
    const mutation = fc.record({ at: fc.nat(valid.length), cut: fc.nat(30), put: fc.uint8Array({ maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        let bytes: Buffer = valid;
        for (const { at, cut, put } of mutations) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + cut)]);
        }
        const socket = connect({ host: '127.0.0.1', port: spamd.port ?? 0 });
        socket.end(bytes);
        expect(await text(socket)).toMatch(/^(?:S|RS)PAMD\/1\.\d (?:0|65|76) |^$/);
      }),
      { numRuns: 300 },
    );
    expect(failures).toHaveLength(before);
  });

  test('a client that says nothing, or half a message, is cut off in time', async () => {
    const other = await start({ headMs: 100, messageMs: 100 });
    const silent = await rawClient(other.port ?? 0);
    const slow = await rawClient(other.port ?? 0);
    slow.send(spamc15('CHECK').slice(0, -5));
    expect(await silent.rest()).toBe('');
    expect(await slow.rest()).toBe('');
    expect(answered.slice(-2).sort()).toEqual(['CHECK EX_TIMEOUT', 'none EX_TIMEOUT']);
    await other.drain();
  });

  test('a client that leaves in the middle leaves no trace', async () => {
    const before = failures.length;
    const client = await rawClient(spamd.port ?? 0);
    client.send(spamc15('CHECK').slice(0, 60));
    await sleep(20);
    client.socket.resetAndDestroy();
    await sleep(50);
    expect(failures).toHaveLength(before);
  });

  test('a byte at a time is a request too', async () => {
    const client = await rawClient(spamd.port ?? 0);
    client.socket.setNoDelay(true);
    for (const byte of spamc15('CHECK')) {
      client.send(byte);
      await sleep(1);
    }
    expect(await client.rest()).toContain('Spam: True');
  });

  test('connections beyond the limit are dropped', async () => {
    const refusedBefore = answered.filter((word) => word === 'refused').length;
    const other = await start({ maxConnections: 2 });
    const open = await Promise.all([rawClient(other.port ?? 0), rawClient(other.port ?? 0)]);
    await sleep(20);
    const third = await rawClient(other.port ?? 0);
    expect(await third.rest()).toBe('');
    expect(answered.filter((word) => word === 'refused')).toHaveLength(refusedBefore + 1);
    for (const { socket } of open) socket.destroy();
    await other.drain();
  });
});

test('drain: what was asked is answered, the silent are closed', async () => {
  const other = await start();
  let finish = (): void => undefined;
  scoring = () =>
    new Promise((resolve) => {
      finish = () => resolve(verdict);
    });
  const asked = say(spamc15('CHECK'), { port: other.port ?? 0 });
  const silent = await rawClient(other.port ?? 0);
  await sleep(50);
  const drained = other.drain();
  await sleep(50);
  finish();
  expect(await asked).toContain('EX_OK');
  expect(await silent.rest()).toBe('');
  await drained;
});

describe('a Unix socket', () => {
  const path = join(dir, 'socket');
  test('takes the place of one that is left over, and of no other', async () => {
    const dead = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(dead, 'exit');
    expect(existsSync(path)).toBe(true);
    const first = await start({}, { address: { path } });
    expect(first.name).toBe(`unix:${path}`);
    await expect(start({}, { address: { path } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const socket = connect(path);
    socket.end('PING SPAMC/1.2\r\n\r\n');
    expect(await text(socket)).toBe('SPAMD/1.5 0 PONG\r\n');
    await first.drain();
  });
});

const hasSpamc = existsSync('/usr/bin/spamc');
if (!hasSpamc) process.stderr.write('spamc is not here (Debian: apt-get install spamc): not tested with it\n');

(hasSpamc ? describe : describe.skip)("Debian's spamc", () => {
  async function spamc(...words: readonly string[]) {
    const config = join(dir, 'spamc.conf'); // not the machine's
    writeFileSync(config, '');
    const at = ['-F', config, '-d', '127.0.0.1', '-p', String(spamd.port), '-u', 'ana@acme.example', ...words];
    const child = spawn('/usr/bin/spamc', at, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(RAW);
    const [out, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { out, status };
  }

  test('-c: score, threshold and exit status', async () => {
    expect(await spamc('-c')).toEqual({ out: '19.9/6.0\n', status: 1 });
    verdict = aVerdict(delivered);
    expect(await spamc('-c')).toEqual({ out: '0.1/6.0\n', status: 0 });
  });
  test('-y: symbols', async () => {
    expect((await spamc('-y')).out).toContain('TIDEMARK_HOLD,TIDEMARK_REPLY_TO_DIVERSION');
  });
  test('-R: report', async () => {
    expect((await spamc('-R')).out).toMatch(/^19\.9\/6\.0\nTidemark: /);
  });
  test('-r: no report of what is none', async () => {
    verdict = aVerdict(delivered);
    expect((await spamc('-r')).out).toBe('');
  });
  test('as a filter: the message with our headers', async () => {
    const { out, status } = await spamc();
    expect(status).toBe(0);
    expect(out).toMatch(
      /^X-Spam-Flag: YES\r\n[\s\S]*X-Tidemark-Action: hold; id=v1\r\n[\s\S]*Subject: Invoice\r\n\r\nHello\r\n$/,
    );
  });
  test('--headers: the same, with its own body', async () => {
    expect((await spamc('--headers')).out).toMatch(/^X-Spam-Flag: YES\r\n[\s\S]*Subject: Invoice\r\n\r\nHello\r\n$/);
  });
  test('-K: is it there', async () => {
    expect((await spamc('-K')).status).toBe(0);
  });
  test('-L: feedback', async () => {
    expect(await spamc('-L', 'ham')).toEqual({ out: 'Message successfully un/learned\n', status: 0 });
    expect(feedbacks.at(-1)).toEqual(['default', 'v1', 'safe']);
  });
  test('when it fails: the message as it was, and with -x a status that says so', async () => {
    scoring = async () => {
      throw new Error('a bug');
    };
    expect(await spamc()).toEqual({ out: RAW, status: 0 });
    expect((await spamc('-x')).status).not.toBe(0);
  });
});
