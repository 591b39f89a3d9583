import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreAway } from '../../src/domain/ports.ts';
import { IntakeError, type IntakeErrorCode } from '../../src/domain/service.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { aStripped, aVerdict, fakeService, JSON_TYPE, MAIL, problem, type Running, run } from './service.ts';

const RAW = 'From: eve@bank.example\r\n\r\nHello';
const service = fakeService();
let http: Running;
beforeAll(async () => {
  http = await run(service, { maxMessageBytes: 1000 });
});
afterAll(() => http.drain());

const post = (query: string, body: Buffer | string = RAW, headers: Record<string, string> = MAIL) =>
  http.ask({ method: 'POST', path: `/v1/messages${query}`, headers, body });
const postJson = (fields: object | string, query = '') =>
  post(query, typeof fields === 'string' ? fields : JSON.stringify(fields), JSON_TYPE);

describe('what the service is handed', () => {
  const envelope = {
    mailFrom: '<>',
    clientIp: '2001:db8::1',
    helo: 'mx.bank.example',
    user: 'ana',
    direction: 'internal' as const,
  };
  const expected = {
    tenant: 'default',
    raw: Buffer.from(RAW),
    mailboxes: ['ana+news@acme.example', 'bob@acme.example'],
    rcptTo: ['x@acme.example'],
    learn: 'never',
    receivedAt: Date.UTC(2026, 0, 1, 23),
    ...envelope,
  };

  test('message/rfc822 with the envelope in the query; + is a plus, mailbox repeats', async () => {
    const query =
      '?mailbox=ana+news@acme.example&mailbox=bob%40acme.example&rcptTo=x@acme.example&mailFrom=%3C%3E&clientIp=2001:db8::1' +
      '&helo=mx.bank.example&user=ana&direction=internal&receivedAt=2026-01-02T00:00:00+01:00&learn=never';
    expect(await post(query)).toMatchObject({ status: 200 });
    expect(service.requests.at(-1)).toEqual(expected);
  });

  test.each([
    ['base64', Buffer.from(RAW).toString('base64')],
    ['base64url without padding', Buffer.from(RAW).toString('base64url')],
  ])('application/json with the same fields and raw in %s', async (_name, raw) => {
    const fields = {
      raw,
      mailbox: ['ana+news@acme.example', 'bob@acme.example'],
      rcptTo: ['x@acme.example'],
      receivedAt: '2026-01-01T23:00:00Z',
      learn: 'never',
      ...envelope,
    };
    expect(await postJson(fields)).toMatchObject({ status: 200 });
    expect(service.requests.at(-1)).toEqual(expected);
  });

  test('nothing but the message: no time, no mailbox, learn auto', async () => {
    await post('');
    expect(service.requests.at(-1)).toEqual({
      tenant: 'default',
      raw: Buffer.from(RAW),
      mailboxes: [],
      learn: 'auto',
    });
  });

  test('bytes arrive as they are: NULs, bare CR, no UTF-8', async () => {
    const raw = Buffer.from([0, 13, 255, 254, 10, 0x80]);
    await post('', raw);
    expect(service.requests.at(-1)?.raw).toEqual(raw);
    await postJson({ raw: raw.toString('base64') });
    expect(service.requests.at(-1)?.raw).toEqual(raw);
  });

  test('an empty mailFrom is a bounce too, and parameters of the media type do not matter', async () => {
    await post('?mailFrom=', RAW, { 'Content-Type': 'Message/RFC822; charset=x' });
    expect(service.requests.at(-1)).toMatchObject({ mailFrom: '' });
  });
});

test('the verdict on the wire: RFC 3339, no tenant, everything else as it is', async () => {
  const { tenant: _, receivedAt: __, ...rest } = aVerdict();
  const { status, headers, json } = await post('');
  expect(status).toBe(200);
  expect(json).toEqual({ ...rest, receivedAt: '2026-01-02T03:04:05.000Z' });
  expect(headers['content-type']).toBe('application/json');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers.etag).toBeUndefined();
  expect(headers['x-powered-by']).toBeUndefined();
});

describe('a query that does not follow openapi.yaml', () => {
  test.each([
    ['?foo=1', 'unknown-field', "there is no query parameter 'foo'", 'foo'],
    ['?Mailbox=a@b.example', 'unknown-field', "there is no query parameter 'Mailbox'", 'Mailbox'],
    ['?__proto__=1', 'unknown-field', "there is no query parameter '__proto__'", '__proto__'],
    ['?raw=eA', 'unknown-field', "there is no query parameter 'raw'", 'raw'],
    ['?helo=a&helo=b', 'repeated-field', 'helo may be given once', 'helo'],
    ['?mailbox=', 'invalid-field', 'mailbox must NOT have fewer than 1 characters', 'mailbox'],
    [`?mailbox=${'a'.repeat(321)}`, 'invalid-field', 'mailbox must NOT have more than 320 characters', 'mailbox'],
    ['?direction=up', 'invalid-field', 'direction must be one of inbound, outbound, internal', 'direction'],
    ['?learn', 'invalid-field', 'learn must be one of auto, never', 'learn'],
    ['?receivedAt=2026-01-02', 'invalid-field', 'receivedAt must match format "date-time"', 'receivedAt'],
    ['?receivedAt=2026-02-30T00:00:00Z', 'invalid-field', 'receivedAt must match format "date-time"', 'receivedAt'],
    ['?receivedAt=2026-01-02T00:00:00', 'invalid-field', 'receivedAt must match format "date-time"', 'receivedAt'],
    ['?helo=%zz', 'malformed-url', 'the query has a percent-escape that is not UTF-8', undefined],
    ['?helo=%ff', 'malformed-url', 'the query has a percent-escape that is not UTF-8', undefined],
  ])('%s', async (query, code, detail, field) => {
    expect(await post(query)).toMatchObject(problem(400, code, detail, field));
  });

  test('a leap second follows it and is no time of ours', async () => {
    expect(await post('?receivedAt=2016-12-31T23:59:60Z')).toMatchObject(
      problem(422, 'invalid-time', 'receivedAt is no moment in time', 'receivedAt'),
    );
  });
});

describe('a body that cannot be taken', () => {
  test.each<[string, string, string, Record<string, string>, ReturnType<typeof problem>]>([
    ['no bytes', '', '', MAIL, problem(400, 'empty-body', 'the request has no body')],
    ['no bytes of JSON', '', '', JSON_TYPE, problem(400, 'empty-body', 'the request has no body')],
    [
      'no media type',
      '',
      RAW,
      {},
      problem(
        415,
        'unsupported-media-type',
        "send message/rfc822, or application/json with the message in base64; not ''",
        'Content-Type',
      ),
    ],
    [
      'another media type',
      '',
      RAW,
      { 'Content-Type': 'text/plain; charset=utf-8' },
      problem(
        415,
        'unsupported-media-type',
        "send message/rfc822, or application/json with the message in base64; not 'text/plain'",
        'Content-Type',
      ),
    ],
    [
      'a content coding',
      '',
      RAW,
      { ...MAIL, 'Content-Encoding': 'gzip' },
      problem(415, 'unsupported-encoding', "Content-Encoding 'gzip' is not read", 'Content-Encoding'),
    ],
    ['no JSON', '', '{"raw":', JSON_TYPE, problem(400, 'malformed-json', 'the body is not JSON')],
    ['no object', '', '[]', JSON_TYPE, problem(400, 'malformed-json', 'the body must be object')],
    [
      'JSON and a query',
      '?helo=x',
      '{"raw":"eA=="}',
      JSON_TYPE,
      problem(400, 'misplaced-field', 'with application/json helo belongs in the body', 'helo'),
    ],
    ['JSON without raw', '', '{}', JSON_TYPE, problem(400, 'missing-field', 'raw is missing', 'raw')],
    ['an empty raw', '', '{"raw":"=="}', JSON_TYPE, problem(400, 'empty-body', 'raw is empty', 'raw')],
    [
      'an unknown field',
      '',
      '{"raw":"eA==","Raw":1}',
      JSON_TYPE,
      problem(400, 'unknown-field', "there is no field 'Raw'", 'Raw'),
    ],
    [
      'a field named __proto__',
      '',
      '{"raw":"eA==","__proto__":{}}',
      JSON_TYPE,
      problem(400, 'unknown-field', "there is no field '__proto__'", '__proto__'),
    ],
    [
      'a mailbox that is no list',
      '',
      '{"raw":"eA==","mailbox":"ana@acme.example"}',
      JSON_TYPE,
      problem(400, 'invalid-field', 'mailbox must be array', 'mailbox'),
    ],
    [
      'a null',
      '',
      '{"raw":"eA==","helo":null}',
      JSON_TYPE,
      problem(400, 'invalid-field', 'helo must be string', 'helo'),
    ],
    [
      'characters outside base64',
      '',
      '{"raw":"eA!=="}',
      JSON_TYPE,
      problem(400, 'invalid-base64', 'raw has characters that are not base64', 'raw'),
    ],
    [
      'base64 cut off',
      '',
      '{"raw":"eAeAe"}',
      JSON_TYPE,
      problem(400, 'invalid-base64', 'raw has characters that are not base64', 'raw'),
    ],
  ])('%s', async (_name, query, body, headers, expected) => {
    expect(await post(query, body, headers)).toMatchObject(expected);
  });

  test('415 says what would have been taken', async () => {
    const { headers } = await post('', RAW, { 'Content-Type': 'text/plain' });
    expect(headers.accept).toBe('message/rfc822, application/json');
    expect((await post('', RAW, { ...MAIL, 'Content-Encoding': 'br' })).headers['accept-encoding']).toBe('identity');
  });

  test('the limit is on the message, in both forms', async () => {
    const [fits, over] = [Buffer.alloc(1000, 'x'), Buffer.alloc(1001, 'x')];
    const tooLarge = problem(413, 'message-too-large', 'the body has more than 1000 bytes');
    expect((await post('', fits)).status).toBe(200);
    expect(await post('', over)).toMatchObject(tooLarge);
    expect((await postJson({ raw: fits.toString('base64') })).status).toBe(200);
    expect(await postJson({ raw: over.toString('base64') })).toMatchObject(
      problem(413, 'message-too-large', 'the message has more than 1000 bytes', 'raw'),
    );
  });
});

test('more items than a request has, within the limit', async () => {
  const http = await run();
  const question = {
    method: 'POST',
    path: '/v1/messages',
    headers: JSON_TYPE,
    body: `{"raw":[${'1,'.repeat(5000)}1]}`,
  };
  expect(await http.ask(question)).toMatchObject(problem(400, 'malformed-json', 'the body has more than 4096 items'));
  await http.drain();
});

test.each([
  ['no JSON', '', 'x'.repeat(1001), 'the body has more than 1000 bytes and is not the JSON expected'],
  ['many items', '', `[${'1,'.repeat(5000)}1]`, 'the body has more than 1000 bytes and is not the JSON expected'],
  ['a field in the query', '?helo=mx', 'x'.repeat(300_000), 'the body has more than 263480 bytes'],
])('over the limit and declared as JSON is 413: %s', async (_name, query, body, detail) => {
  expect(await post(query, body, JSON_TYPE)).toMatchObject(problem(413, 'message-too-large', detail));
});

describe('what the service refuses or fails at', () => {
  const failing = (error: Error) =>
    run(
      fakeService({
        score: async () => {
          throw error;
        },
      }),
    );
  const posted = { method: 'POST', path: '/v1/messages?mailbox=ana@acme.example', headers: MAIL, body: RAW };

  test.each<[IntakeErrorCode, number]>([
    ['message-too-large', 413],
    ['invalid-address', 422],
    ['invalid-ip', 422],
    ['invalid-time', 422],
    ['invalid-direction', 422],
    ['too-many-mailboxes', 422],
    ['no-mailbox', 422],
  ])('%s is %i, with its field', async (code, status) => {
    const http = await failing(new IntakeError(code, 'someField', 'what is wrong'));
    expect(await http.ask(posted)).toMatchObject(problem(status, code, 'what is wrong', 'someField'));
    await http.drain();
  });

  test('a bug is 500, says nothing about itself and is logged with the route, not the query', async () => {
    const http = await failing(new TypeError('secret detail'));
    const reply = await http.ask(posted);
    expect(reply).toMatchObject(problem(500, 'internal-error', 'the fault is in the service and was logged'));
    expect(reply.text).not.toContain('secret');
    const errors = http.logged.filter((line) => line.level === 50);
    expect(errors).toMatchObject([{ route: '/v1/messages', err: { message: 'secret detail' } }]);
    expect(JSON.stringify(http.logged)).not.toContain('ana@acme.example');
    await http.drain();
  });

  test('a store that is away is 503, to be tried again', async () => {
    const http = await failing(new StoreAway('PostgreSQL at db.internal cannot be reached', undefined));
    const reply = await http.ask(posted);
    expect(reply).toMatchObject(problem(503, 'not-ready', 'the store is away, or full'));
    expect(reply.headers['retry-after']).toBe('1');
    await http.drain();
  });

  test('an answer that openapi.yaml does not promise is a bug', async () => {
    const http = await run(fakeService({ score: async () => aVerdict({ score: Number.NaN }) }));
    expect((await http.ask(posted)).status).toBe(500);
    expect(http.logged.find((line) => line.level === 50)).toMatchObject({
      err: { message: 'scoreMessage 200: /score must be number' },
    });
    await http.drain();
  });
});

test('verdicts are counted', async () => {
  const metrics = createMetrics();
  const http = await run(fakeService({ score: async () => aVerdict({ isLearned: true }) }), { metrics });
  await http.ask({ method: 'POST', path: '/v1/messages', headers: MAIL, body: RAW });
  const text = await metrics.text();
  expect(text).toContain('tidemark_verdicts_total{action="hold",attack_type="bec",gate="known"} 1');
  expect(text).toContain('tidemark_stage_seconds_count{stage="parse"} 1');
  expect(text).toContain('tidemark_messages_learned_total{source="delivery"} 1');
  await http.drain();
});

describe('the message without what is dangerous', () => {
  const expected = {
    isRewritten: true,
    raw: aStripped.isRewritten && aStripped.bytes.toString('base64'),
    changes: aStripped.isRewritten && aStripped.changes,
    unmet: ['other.example'],
  };
  test('with return=stripped, in both forms', async () => {
    const replies = [
      await post('?mailbox=ana@acme.example&return=stripped'),
      await postJson({ raw: Buffer.from(RAW).toString('base64'), return: 'stripped' }),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text).stripped).toEqual(expected);
    }
    expect(service.requests.at(-1)).not.toHaveProperty('return');
  });
  test.each(['', '?return=verdict'])('not with %j', async (query) => {
    expect(JSON.parse((await post(query)).text)).not.toHaveProperty('stripped');
  });
  test('why it stays as it is', async () => {
    const stripped = { isRewritten: false, refusal: 'signed', detail: 'the whole message is signed' } as const;
    const running = await run(fakeService({ scoreAndStrip: async () => ({ verdict: aVerdict(), stripped }) }));
    const reply = await running.ask({ method: 'POST', path: '/v1/messages?return=stripped', headers: MAIL, body: RAW });
    await running.drain();
    expect(JSON.parse(reply.text).stripped).toEqual(stripped);
  });
});
