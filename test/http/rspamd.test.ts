import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HeaderEdit, Stripped } from '../../src/domain/strip.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import type { RspamdReply } from '../../src/http/api.generated.ts';
import { type MilterMail, throughMilter } from '../milterClient.ts';
import { hasRspamd, openRspamdProxy, type RspamdProxy } from './rspamdProxy.ts';
import { aVerdict, type FakeService, fakeService, keyFor, problem, type Running, run } from './service.ts';
import { rawClient } from './socket.ts';

const RAW = 'From: eve@bank.example\r\nSubject: Invoice\r\n\r\nHello\r\n';
const delivered = { action: 'deliver', proposed: 'deliver', enacted: 'deliver', score: 0.01 } as const;
const stripped = { action: 'strip', proposed: 'strip', enacted: 'strip', score: 0.6 } as const;

let verdict: Verdict = aVerdict();
const disarmed = (more: readonly HeaderEdit[] = []): Stripped => ({
  isRewritten: true,
  bytes: Buffer.from('Subject: Invoice\r\nContent-Type: text/html\r\n\r\nDisarmed\r\n'),
  headers: [
    { kind: 'change', name: 'Subject', index: 1, value: ' Invoice (changed)' },
    { kind: 'add', name: 'X-Banner', value: ' yes' },
    ...more,
  ],
  body: Buffer.from('Disarmed\r\n'),
  changes: [],
  locks: [],
  unmet: [],
});
const answering = (stripped: Stripped = disarmed()): FakeService => {
  const service: FakeService = fakeService({
    async score(request) {
      (service.requests as unknown[]).push(request);
      return verdict;
    },
    async scoreAndStrip(request) {
      (service.requests as unknown[]).push(request);
      return { verdict, ...(verdict.action === 'strip' ? { stripped } : {}) };
    },
  });
  return service;
};

const service = answering({ isRewritten: false, refusal: 'signed', detail: 'a change would break the signature' });
let http: Running;
beforeAll(async () => {
  http = await run(service, { maxMessageBytes: 1000 });
});
afterAll(() => http.drain());

const post = (headers: Record<string, string> = {}, path = '/checkv2', body = RAW) =>
  http.ask({ method: 'POST', path, headers, body });

describe('what the service is handed', () => {
  test('the envelope in request headers', async () => {
    await post({
      From: '<>',
      'Deliver-To': 'ana@acme.example',
      IP: '2001:db8::1',
      Helo: 'mx.bank.example',
      Hostname: 'mx.bank.example',
      User: 'bob',
      'Queue-Id': 'Q1',
      'Settings-Id': 'x',
      SPF: '[object Object]', // as Haraka sends it
    });
    expect(service.requests.at(-1)).toEqual({
      tenant: 'default',
      raw: Buffer.from(RAW),
      mailboxes: ['ana@acme.example'],
      rcptTo: [],
      mailFrom: '<>',
      clientIp: '2001:db8::1',
      clientName: 'mx.bank.example',
      helo: 'mx.bank.example',
      user: 'bob',
      learn: 'auto',
    });
  });

  test.each([
    ['192.0.2.9:12345', '192.0.2.9'],
    ['[2001:db8::9]:25', '2001:db8::9'],
    ['192.0.2.9', '192.0.2.9'],
    ['unix:/run/x', undefined],
    ['', undefined],
  ])('IP: %s', async (ip, expected) => {
    await post({ IP: ip });
    expect(service.requests.at(-1)?.clientIp).toBe(expected);
  });

  test.each([
    ['from a mail server is a bounce', { 'Queue-Id': '77D9AA64.1' }, '<>'],
    ['from a mail server that says so is one', { 'Queue-Id': '77D9AA64.1', From: '<>' }, '<>'],
    ['from another is not known', {}, undefined],
  ])('no sender %s', async (_name, headers, expected) => {
    await post({ Rcpt: 'ana@acme.example', ...headers } as Record<string, string>);
    expect(service.requests.at(-1)?.mailFrom).toBe(expected);
  });

  test('nothing but the message; a local name is no mailbox', async () => {
    await post({ Rcpt: 'root', 'Deliver-To': 'ana' });
    expect(service.requests.at(-1)).toEqual({
      tenant: 'default',
      raw: Buffer.from(RAW),
      mailboxes: [],
      rcptTo: [],
      learn: 'auto',
    });
  });
});

describe('the answer', () => {
  test.each([
    ['deliver', delivered, {}, 'no action', undefined],
    ['strip', stripped, {}, 'add header', undefined],
    ['strip of what cannot be rewritten', stripped, { Flags: 'body_block' }, 'add header', undefined],
    ['hold', {}, {}, 'soft reject', undefined],
    ['hold by Haraka', {}, { 'User-Agent': 'Haraka' }, 'soft reject', undefined],
    ['hold by a milter', {}, { Flags: 'milter,body_block' }, 'reject', 'quarantine'],
    ['hold by rspamc', {}, { 'User-Agent': 'rspamc' }, 'reject', 'quarantine'],
  ])('%s', async (_name, changes, headers, action, reject) => {
    verdict = aVerdict(changes);
    const { status, json } = await post(headers as Record<string, string>);
    expect(status).toBe(200);
    expect(json).toMatchObject({ is_skipped: false, required_score: 15, action, 'message-id': 'm1@bank.example' });
    expect((json as { milter: { reject?: string } }).milter.reject).toBe(reject);
  });

  test.each([
    [delivered, 0.05],
    [{ ...delivered, score: 1 }, 5], // passive
    [{ ...stripped, score: 0 }, 6],
    [{ score: 0.5 }, 17.5],
  ])('the score lies on the side of the action: %j', async (changes, score) => {
    verdict = aVerdict(changes);
    expect((await post()).json).toMatchObject({ score });
  });

  test('symbols: the decision, what fired with its evidence, and one for all else; in plain characters', async () => {
    const prior = { source: 'prior', logOdds: -6.5, sentence: 'Few are threats.' };
    const small = { source: 'unusual-hour', logOdds: -0.39, sentence: 'It did not fire.' };
    const contributions = [prior, ...aVerdict().contributions, small];
    verdict = aVerdict({ reason: 'Replies “go”\u001b[2J elsewhere.', contributions });
    const { symbols } = (await post()).json as { symbols: Record<string, unknown> };
    expect(symbols).toEqual({
      TIDEMARK_HOLD: {
        name: 'TIDEMARK_HOLD',
        score: 0,
        metric_score: 0,
        description: 'Replies "go" [2J elsewhere.',
        options: ['bec', 'v1'],
      },
      TIDEMARK_REPLY_TO_DIVERSION: {
        name: 'TIDEMARK_REPLY_TO_DIVERSION',
        score: 3.48,
        metric_score: 3.48,
        description: 'Replies would go elsewhere.',
        options: ['Reply-To: eve@else.example'],
      },
      TIDEMARK_ALL_ELSE: {
        name: 'TIDEMARK_ALL_ELSE',
        score: -6.89,
        metric_score: -6.89,
        description: 'Prior, trust and small signs',
        options: [],
      },
    });
  });

  test('headers: forged ones go, ours come; mail of a user of ours says no more than the action', async () => {
    verdict = aVerdict();
    const added = {
      'X-Tidemark-Action': { value: 'hold; id=v1', order: 0 },
      'X-Tidemark-Score': { value: '0.970', order: 0 },
      'X-Tidemark-Reason': { value: 'Replies would go to else.example.', order: 0 },
    };
    const removed = { 'X-Tidemark-Action': 0, 'X-Tidemark-Score': 0, 'X-Tidemark-Reason': 0 };
    expect((await post()).json).toMatchObject({ milter: { add_headers: added, remove_headers: removed } });
    const { milter } = (await post({ User: 'bob' })).json as { milter: { add_headers: object } };
    expect(milter.add_headers).toEqual({ 'X-Tidemark-Action': { value: 'hold; id=v1', order: 0 } });
  });

  test('/symbols has the older form', async () => {
    verdict = aVerdict();
    const { status, json } = await post({ 'User-Agent': 'rspamc' }, '/symbols');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      default: { is_spam: true, action: 'reject', TIDEMARK_HOLD: { options: ['bec', 'v1'] } },
      'message-id': 'm1@bank.example',
    });
  });

  test('/ping', async () => {
    expect(await http.ask({ path: '/ping' })).toMatchObject({ status: 200, text: 'pong\r\n' });
  });

  test('what leaves, by a network of ours too, does not tell strangers how it was judged', async () => {
    const other = await run(answering(), {
      directionFor: ({ clientIp }) => (clientIp === '192.0.2.1' ? 'outbound' : 'inbound'),
    });
    const headersAt = async (IP: string) => {
      const { json } = await other.ask({ method: 'POST', path: '/checkv2', headers: { IP }, body: RAW });
      return Object.keys((json as RspamdReply).milter.add_headers ?? {});
    };
    expect(await headersAt('192.0.2.1')).toEqual(['X-Tidemark-Action']);
    expect(await headersAt('203.0.113.9')).toContain('X-Tidemark-Reason');
    await other.drain();
  });

  test('what cannot hold may be told to add a header', async () => {
    verdict = aVerdict();
    const other = await run(answering(), { holdFallback: 'add header' });
    const reply = await other.ask({ method: 'POST', path: '/checkv2', body: RAW });
    expect(reply.json).toMatchObject({ action: 'add header' });
    await other.drain();
  });
});

describe('strip, for a client that takes another message', () => {
  const twice = { kind: 'remove', name: 'Subject', index: 2 } as const;
  const ask = async (flags: string, more: readonly HeaderEdit[] = []) => {
    verdict = aVerdict(stripped);
    const other = await run(answering(disarmed(more)));
    const raw = await rawClient(other.port);
    raw.send(`POST /checkv2 HTTP/1.0\r\nFlags: ${flags}\r\nContent-Length: ${RAW.length}\r\n\r\n${RAW}`);
    const said = await raw.rest();
    await other.drain();
    const offset = Number(/^Message-Offset: (\d+)\r$/m.exec(said)?.[1] ?? Number.NaN);
    const body = said.slice(said.indexOf('\r\n\r\n') + 4);
    const json = JSON.parse(Number.isNaN(offset) ? body : body.slice(0, offset));
    return { json, message: Number.isNaN(offset) ? undefined : body.slice(offset) };
  };

  test('the whole message behind the JSON, and nothing to add but our headers', async () => {
    const { json, message } = await ask('body_block');
    expect(message).toBe('Subject: Invoice\r\nContent-Type: text/html\r\n\r\nDisarmed\r\n');
    expect(json).toMatchObject({ action: 'no action' });
    expect(Object.keys(json.milter.add_headers)).not.toContain('X-Banner');
  });
  test('for a milter its body, with the headers in the JSON', async () => {
    const { json, message } = await ask('milter,body_block');
    expect(message).toBe('Disarmed\r\n');
    expect(json.milter.remove_headers).toMatchObject({ Subject: 1 });
    expect(json.milter.add_headers).toMatchObject({ Subject: [{ value: 'Invoice (changed)', order: -1 }] });
  });
  test('what cannot be told to a milter is not: it is delivered marked', async () => {
    const { json, message } = await ask('milter,body_block', [twice]);
    expect(message).toBeUndefined();
    expect(json).toMatchObject({ action: 'add header' });
    expect(json.milter.add_headers['X-Tidemark-Action'].value).toBe('strip; not-rewritten; id=v1');
  });
});

describe('what is refused', () => {
  test('compression', async () => {
    const detail = 'Compression: zstd is not read';
    expect(await post({ Compression: 'zstd' })).toMatchObject(
      problem(415, 'unsupported-encoding', detail, 'Compression'),
    );
  });
  test('a message over the limit, and none', async () => {
    expect(await post({}, '/checkv2', 'x'.repeat(1001))).toMatchObject({ status: 413 });
    expect(await post({}, '/checkv2', '')).toMatchObject({ status: 400 });
  });
});

const rspamcTest = existsSync('/usr/bin/rspamc') ? test : test.skip;
if (!existsSync('/usr/bin/rspamc'))
  process.stderr.write('rspamc is not here (Debian: apt-get install rspamd): not tested with it\n');

async function rspamc(...words: readonly string[]): Promise<string> {
  const child = spawn('/usr/bin/rspamc', ['-h', `127.0.0.1:${http.port}`, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(RAW);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + err;
}

describe("Debian's rspamc", () => {
  rspamcTest('prints the verdict', async () => {
    verdict = aVerdict();
    const said = await rspamc(
      '-F',
      'eve@bank.example',
      '-r',
      'ana@acme.example',
      '-r',
      'bob@acme.example',
      '-i',
      '192.0.2.9',
    );
    expect(said).toContain('Action: reject\n');
    expect(said).toMatch(/Score: 19\.85 \/ 15\.00/);
    expect(said).toContain('Symbol: TIDEMARK_REPLY_TO_DIVERSION (3.48)[Reply-To: eve@else.example]');
    expect(said).toContain('Message-ID: m1@bank.example');
    expect(service.requests.at(-1)).toMatchObject({
      raw: Buffer.from(RAW),
      mailFrom: 'eve@bank.example',
      rcptTo: ['ana@acme.example', 'bob@acme.example'],
      clientIp: '192.0.2.9',
    });
  });

  rspamcTest('takes a key by -P', async () => {
    await rspamc('-P', keyFor('score', 'other'));
    expect(service.requests.at(-1)).toMatchObject({ tenant: 'other' });
    expect(await rspamc('-P', 'guess')).toContain('401');
  });

  rspamcTest('puts the verdict into the message by -m', async () => {
    verdict = aVerdict();
    expect(await rspamc('-m')).toMatch(/X-Spam-Action: reject[\s\S]*\r?\n\r?\nHello/);
  });
});

const proxyTest = hasRspamd ? describe : describe.skip;
if (!hasRspamd)
  process.stderr.write('rspamd is not here (Debian: apt-get install rspamd): not tested with its proxy\n');

proxyTest("rspamd's proxy as a milter in front", () => {
  let proxy: RspamdProxy;
  let upstream: Running;
  const behind = answering();
  beforeAll(async () => {
    upstream = await run(behind);
    proxy = await openRspamdProxy(upstream.port);
  }, 90_000);
  afterAll(async () => {
    await proxy?.close();
    await upstream?.drain();
  });

  const mail: MilterMail = {
    clientIp: '192.0.2.9',
    helo: 'mx.bank.example',
    queueId: 'Q1',
    mailFrom: 'eve@bank.example',
    rcptTo: ['ana@acme.example', 'bob@acme.example'],
    headers: [
      ['From', ' eve@bank.example'],
      ['Subject', ' Invoice'],
      ['X-Tidemark-Action', ' deliver'],
    ],
    body: 'Hello\r\n',
  };

  test('deliver: our headers in place of forged ones', async () => {
    verdict = aVerdict({ ...delivered, reason: 'Delivered.' });
    const said = await throughMilter(proxy.milterPort, mail);
    expect(said.at(-1)).toBe('a');
    expect(said).toContainEqual(expect.stringMatching(/^m.*X-Tidemark-Action\|\|$/)); // an empty value: removed
    expect(said).toContainEqual(expect.stringContaining('X-Tidemark-Action|deliver; id=v1'));
    expect(said.findIndex((one) => one.startsWith('m'))).toBeLessThan(said.findIndex((one) => /^[ih]/.test(one)));
    expect(behind.requests.at(-1)).toMatchObject({
      mailFrom: 'eve@bank.example',
      rcptTo: ['ana@acme.example', 'bob@acme.example'],
      clientIp: '192.0.2.9',
      helo: 'mx.bank.example',
    });
  });

  test('hold: the MTA is told to quarantine', async () => {
    verdict = aVerdict();
    const said = await throughMilter(proxy.milterPort, mail);
    expect(said).toContainEqual(expect.stringMatching(/^q/));
    expect(said.at(-1)).toBe('a');
  });

  test('strip: body and headers are replaced', async () => {
    verdict = aVerdict(stripped);
    const said = await throughMilter(proxy.milterPort, mail);
    expect(said).toContain('bDisarmed\r\n');
    expect(said).toContainEqual(expect.stringMatching(/^m.*Subject\|\|$/));
    expect(said).toContainEqual(expect.stringContaining('Subject|Invoice (changed)'));
    expect(said).toContainEqual(expect.stringContaining('X-Banner|yes'));
    expect(said.at(-1)).toBe('a');
  });

  test('a failure of ours is a temporary one of the MTA; while we are away there is no milter', async () => {
    const failing = await run(
      fakeService({
        scoreAndStrip: async () => {
          throw new Error('a bug');
        },
      }),
    );
    const other = await openRspamdProxy(failing.port);
    try {
      expect((await throughMilter(other.milterPort, mail)).at(-1)).toMatch(/^t|^y4/);
      await failing.drain();
      // Then the MTA does what it does without a milter: Postfix answers 451.
      await expect(throughMilter(other.milterPort, mail)).rejects.toThrow('the milter closed the connection');
    } finally {
      await other.close();
    }
  }, 90_000);
});
