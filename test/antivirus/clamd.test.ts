import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createClamd } from '../../src/antivirus/clamd.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import type { Antivirus } from '../../src/domain/ports.ts';
import { openReader } from '../../src/readApart.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { type ClamdServer, EICAR, openClamd, STREAM_LIMIT } from './clamdServer.ts';

const LIMITS = { timeoutMs: 5_000, maxBytes: 50 * 1024 * 1024, connections: 2 };
const mail = (file: string): Buffer =>
  Buffer.from(
    [
      'From: Bea Lind <bea@partner.example>',
      'To: ana@acme.example',
      'Subject: file',
      'Message-ID: <m1@partner.example>',
      'Date: Tue, 24 Nov 2026 12:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'The file.',
      '--b',
      'Content-Type: application/octet-stream; name=a.bin',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(file).toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  );
const INFECTED = `Something before it. ${EICAR}`; // no test file by the rule of 68 bytes: the scanner alone knows it

describe('a real clamd', () => {
  let server: ClamdServer;
  beforeAll(async () => {
    server = await openClamd();
  }, 60_000);
  afterAll(() => server.close());

  test('knows its signature inside base64, over a Unix socket', async () => {
    expect(await createClamd({ path: server.path }).scan(mail(INFECTED))).toEqual({
      outcome: 'found',
      signature: 'Tidemark.Test.UNOFFICIAL',
    });
  });
  test('and over TCP', async () => {
    const clamd = createClamd({ host: '127.0.0.1', port: server.port });
    expect(await clamd.scan(mail(INFECTED))).toMatchObject({ outcome: 'found' });
  });
  test('knows nothing else', async () => {
    expect(await createClamd({ path: server.path }).scan(mail('hello'))).toEqual({ outcome: 'clean' });
  });
  test('many at once over few connections', async () => {
    const clamd = createClamd({ path: server.path }, LIMITS);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => clamd.scan(mail(i % 2 === 0 ? INFECTED : 'hello'))),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map((_, i) => (i % 2 === 0 ? 'found' : 'clean')));
  });
  test('more than its limit is no answer', async () => {
    const scan = await createClamd({ path: server.path }).scan(Buffer.alloc(STREAM_LIMIT * 8, 'a'));
    expect(scan).toMatchObject({ outcome: 'failed' });
  });

  test.each([
    ['what it knows is held, for certain', () => createClamd({ path: server.path }), INFECTED, 'hold', 'fired'],
    [
      'what it does not know is judged by the rest',
      () => createClamd({ path: server.path }),
      'hello',
      'deliver',
      'clear',
    ],
    [
      'a scanner that is not there makes nothing clean',
      () => createClamd({ path: `${server.path}-none` }),
      INFECTED,
      'deliver',
      'skipped',
    ],
  ])('%s', async (_name, clamd, file, action, outcome) => {
    const verdict = await verdictWith(clamd(), mail(file));
    expect(verdict.action).toBe(action);
    expect(verdict.findings.find(({ detector }) => detector === 'scanner-match')).toMatchObject({ outcome });
  });
});

async function verdictWith(antivirus: Antivirus, raw: Buffer) {
  const organisation: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
  const store = await openSqliteStore({ path: ':memory:' });
  const reader = openReader(organisation);
  try {
    const service = createService({
      store,
      read: reader.read,
      antivirus,
      organisation,
      policy: DEFAULT_POLICY,
      learnDelayMs: 0,
      now: () => Date.UTC(2026, 10, 24, 12),
    });
    return await service.score({ tenant: 't', raw, mailboxes: ['ana@acme.example'], learn: 'never' });
  } finally {
    await reader.close();
    await store.close();
  }
}

describe('a scanner that does not do as it should', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  async function answering(act: (socket: Socket) => void): Promise<Antivirus> {
    server = createServer((socket) => {
      socket.on('error', () => {});
      act(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return createClamd({ host: '127.0.0.1', port }, { ...LIMITS, timeoutMs: 300 });
  }

  test.each([
    ['says nothing', (socket: Socket) => void socket.resume(), /no answer within 300 ms/],
    ['closes at once', (socket: Socket) => void socket.destroy(), /without an answer|ECONNRESET|EPIPE/],
    ['talks without an end', (socket: Socket) => void socket.write('x'.repeat(10_000)), /without an end/],
    ['refuses', (socket: Socket) => void socket.end('INSTREAM size limit exceeded. ERROR\0'), /size limit exceeded/],
    ['says something else', (socket: Socket) => void socket.end('UNKNOWN COMMAND\0'), /UNKNOWN COMMAND/],
  ])('%s', async (_name, act, why) => {
    const scan = await (await answering(act)).scan(Buffer.alloc(100_000));
    expect(scan).toEqual({ outcome: 'failed', why: expect.stringMatching(why) });
  });

  test('waiting for a free connection ends with the limit', async () => {
    const clamd = await answering((socket) => void socket.resume());
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 100 }, () => clamd.scan(Buffer.from('x'))));
    expect(answers.every(({ outcome }) => outcome === 'failed')).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(10_000); // one after the other they would take 15 s
  });

  test('what is too large is not sent', async () => {
    expect(await createClamd({ path: '/nowhere' }, { ...LIMITS, maxBytes: 10 }).scan(Buffer.alloc(11))).toEqual({
      outcome: 'failed',
      why: 'over 10 bytes',
    });
  });
});
