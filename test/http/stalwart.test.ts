import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/domain/verdict.ts';
import { aVerdict, fakeService, JSON_TYPE, type Running, run } from './service.ts';

let verdict: Verdict = aVerdict();
const taken: unknown[] = [];
let http: Running;
beforeAll(async () => {
  const service = fakeService({
    async score(request) {
      taken.push(request);
      return verdict;
    },
  });
  http = await run(service, { maxMessageBytes: 100_000 });
});
beforeEach(() => {
  verdict = aVerdict();
});
afterAll(() => http.drain());

/** As Stalwart serialises it: crates/smtp/src/inbound/hooks/mod.rs, message.rs. */
const hook = (changes: object = {}) => ({
  context: {
    stage: 'data',
    client: { ip: '192.0.2.9', port: 40_000, ptr: null, helo: 'mx.bank.example', activeConnections: 1 },
    tls: { version: 'TLSv1_3', cipher: 'TLS13_AES_256_GCM_SHA384' },
    server: { name: 'Stalwart', port: 25, ip: '192.0.2.1' },
    queue: { id: '1a2b' },
    protocol: { version: 1 },
  },
  envelope: { from: { address: 'eve@bank.example' }, to: [{ address: 'ana@acme.example' }, { address: 'postmaster' }] },
  message: {
    headers: [
      ['From', ' eve@bank.example\r\n'],
      ['Subject', ' a,b,"c"\r\n\tfolded\r\n'],
      ['X-Tidemark-Action', ' deliver\r\n'],
      ['x-tidemark-action', ' deliver\r\n'],
    ],
    contents: 'Hello, ,,, "Ana"\r\n',
    size: 99,
  },
  ...changes,
});

const post = (body: object) =>
  http.ask({ method: 'POST', path: '/v1/hooks/stalwart', headers: JSON_TYPE, body: JSON.stringify(body) });

test('what the service is handed: the message put together, marked as such', async () => {
  await post(hook());
  expect(taken.at(-1)).toEqual({
    tenant: 'default',
    raw: Buffer.from(
      'From: eve@bank.example\r\nSubject: a,b,"c"\r\n\tfolded\r\nX-Tidemark-Action: deliver\r\nx-tidemark-action: deliver\r\n\r\nHello, ,,, "Ana"\r\n',
    ),
    isRebuilt: true,
    mailboxes: [],
    rcptTo: ['ana@acme.example'],
    mailFrom: 'eve@bank.example',
    clientIp: '192.0.2.9',
    helo: 'mx.bank.example',
    learn: 'auto',
  });
});

test('the published names: ehlo, serverHeaders; a user who logged in', async () => {
  const { context, message } = hook();
  await post(
    hook({
      context: {
        ...context,
        client: { ip: '2001:db8::1', ptr: 'out7.partner.example', ehlo: 'mx' },
        sasl: { login: 'ana' },
      },
      message: { ...message, serverHeaders: [['Received', 'from x']], headers: [['Subject', 'x']] },
    }),
  );
  expect(taken.at(-1)).toMatchObject({
    helo: 'mx',
    user: 'ana',
    clientIp: '2001:db8::1',
    clientName: 'out7.partner.example',
  });
  expect(String((taken.at(-1) as { raw: Buffer }).raw)).toMatch(/^Received: from x\r\nSubject: x\r\n\r\n/);
});

test('no header breaks out of its line, and what is no name is left out', async () => {
  const headers = [
    ['Subject', 'x\r\nTo: forged@acme.example\r\n\r\nbody\n'],
    ['no name', 'x'],
    ['', 'x'],
  ];
  await post(hook({ message: { headers, contents: 'Hello' } }));
  expect(String((taken.at(-1) as { raw: Buffer }).raw)).toBe(
    'Subject: x\r\n To: forged@acme.example\r\n body\r\n\r\nHello',
  );
});

describe('the answer', () => {
  const deleted = [
    { type: 'deleteHeader', index: 2, name: 'X-Tidemark-Action' },
    { type: 'deleteHeader', index: 1, name: 'X-Tidemark-Action' },
  ];
  test.each<[string, Partial<Verdict>, string, string]>([
    ['deliver', { action: 'deliver', proposed: 'deliver', enacted: 'deliver' }, 'accept', 'deliver; id=v1'],
    ['strip', { action: 'strip', proposed: 'strip', enacted: 'strip' }, 'accept', 'strip; not-rewritten; id=v1'],
    ['hold', {}, 'quarantine', 'hold; id=v1'],
  ])('%s', async (_name, changes, action, value) => {
    verdict = aVerdict(changes);
    const { status, json } = await post(hook());
    expect(status).toBe(200);
    expect(json).toEqual({
      action,
      modifications: [
        ...deleted,
        { type: 'addHeader', name: 'X-Tidemark-Action', value },
        { type: 'addHeader', name: 'X-Tidemark-Score', value: '0.970' },
        { type: 'addHeader', name: 'X-Tidemark-Reason', value: 'Replies would go to else.example.' },
      ],
    });
  });

  test.each(['connect', 'ehlo', 'mail', 'rcpt'])('stage %s is accepted without a verdict', async (stage) => {
    const before = taken.length;
    const { context } = hook();
    const { json } = await post({ context: { ...context, stage } });
    expect(json).toEqual({ action: 'accept', modifications: [] });
    expect(taken).toHaveLength(before);
  });
});

test.each([
  ['no context', {}, 'missing-field'],
  ['a header that is no pair', hook({ message: { headers: [['a']], contents: '' } }), 'invalid-field'],
  [
    'more headers than any message has',
    hook({ message: { headers: Array(7000).fill(['a', 'b']), contents: '' } }),
    'malformed-json',
  ],
])('%s is refused', async (_name, body, code) => {
  expect(await post(body)).toMatchObject({ status: 400, json: { code } });
});
