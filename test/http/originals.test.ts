import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RestoreOutcome } from '../../src/domain/custody.ts';
import type { OriginalContent, RestoreRequest } from '../../src/domain/service.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { aVerdict, fakeService, JSON_TYPE, problem, type Running, run } from './service.ts';

const RESTORED: RestoreOutcome = {
  kind: 'restored',
  recipients: [
    { address: 'ana@acme.example', state: 'accepted', said: '250 ok' },
    { address: 'bob@acme.example', state: 'before' },
  ],
};
const RAW = Buffer.from('From: eve@bank.example\r\n\r\n\x00\xff', 'latin1');
const metrics = createMetrics();
const asked: (RestoreRequest & { tenant: string; id: string })[] = [];
let outcome: RestoreOutcome;
let original: OriginalContent | undefined;
let http: Running;

beforeAll(async () => {
  const fake = fakeService({}, [{ verdict: aVerdict() }]);
  const service = {
    ...fake,
    async restore(tenant: string, id: string, request: RestoreRequest) {
      asked.push({ tenant, id, ...request });
      return outcome;
    },
    original: async () => original,
  };
  http = await run(service, { metrics });
});
afterAll(() => http.drain());

const path = '/v1/verdicts/v1/restore';
const restore = (body?: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  http.ask({ method: 'POST', path, ...(body === undefined ? {} : { headers, body }) });

describe('a restore', () => {
  test('answers what became of each recipient, and needs no body', async () => {
    outcome = RESTORED;
    const reply = await restore();
    expect(reply).toMatchObject({ status: 200, json: { recipients: RESTORED.recipients } });
    expect(asked.at(-1)).toEqual({ tenant: 'default', id: 'v1', again: false });
  });

  test('takes again and feedback, which counts once', async () => {
    outcome = RESTORED;
    expect((await restore('{"again":true,"feedback":"safe"}')).status).toBe(200);
    expect(asked.at(-1)).toEqual({ tenant: 'default', id: 'v1', again: true, feedback: 'safe' });
    expect(await metrics.text()).toContain('tidemark_feedback_total{feedback="safe"} 1');
  });

  test('whose verdict is gone has nothing that feedback could be about', async () => {
    outcome = RESTORED;
    const body = '{"feedback":"safe"}';
    const reply = await http.ask({ method: 'POST', path: '/v1/verdicts/v9/restore', headers: JSON_TYPE, body });
    expect(reply.status).toBe(200);
    expect(await metrics.text()).toContain('tidemark_feedback_total{feedback="safe"} 1'); // of the test before
  });

  test.each<[RestoreOutcome, number, string]>([
    [{ kind: 'unknown-verdict' }, 404, 'unknown-verdict'],
    [{ kind: 'not-configured' }, 404, 'not-configured'],
    [{ kind: 'nothing-kept' }, 409, 'nothing-kept'],
    [{ kind: 'already-restored' }, 409, 'already-restored'],
    [{ kind: 'being-restored' }, 409, 'being-restored'],
    [{ kind: 'refused', said: '554 no' }, 502, 'release-refused'],
    [{ kind: 'unreachable', said: 'ECONNREFUSED' }, 503, 'release-unreachable'],
  ])('%j is a problem', async (what, status, code) => {
    outcome = what;
    const reply = await restore('{"feedback":"safe"}');
    expect(reply).toMatchObject({ status, json: { code, detail: 'said' in what ? what.said : expect.any(String) } });
    if (status === 503) expect(reply.headers['retry-after']).toBe('1');
    expect(await metrics.text()).toContain('tidemark_feedback_total{feedback="safe"} 1'); // nothing was said
  });

  test.each([
    ['{"feedback":"threat"}', JSON_TYPE, 400],
    ['{"other":1}', JSON_TYPE, 400],
    ['{', JSON_TYPE, 400],
    [JSON.stringify({ again: true, pad: 'x'.repeat(1024) }), JSON_TYPE, 413],
    ['again=true', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
  ])('%.40s is refused', async (body, headers, status) => {
    const before = asked.length;
    expect((await restore(body, headers)).status).toBe(status);
    expect(asked).toHaveLength(before);
  });
});

async function* pieces(...all: readonly (Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const piece of all) {
    if (piece instanceof Error) throw piece;
    yield piece;
  }
}

describe('an original', () => {
  const get = (id = 'v1') => http.ask({ path: `/v1/verdicts/${id}/original` });

  test('comes byte for byte, as a file', async () => {
    original = {
      sizeBytes: RAW.length,
      bytes: pieces(RAW.subarray(0, 5), RAW.subarray(5)),
    };
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-length': String(RAW.length),
      'content-disposition': 'attachment; filename="v1.eml"',
      'x-content-type-options': 'nosniff',
    });
    expect(reply.text).toBe(RAW.toString());
  });

  test('comes when its verdict is gone', async () => {
    original = { sizeBytes: RAW.length, bytes: pieces(RAW) };
    expect(await get('v9')).toMatchObject({ status: 200, text: RAW.toString() });
  });

  test('is asked for by HEAD without its bytes', async () => {
    original = { sizeBytes: RAW.length, bytes: pieces(RAW) };
    const reply = await http.ask({ method: 'HEAD', path: '/v1/verdicts/v1/original' });
    expect(reply).toMatchObject({ status: 200, text: '', headers: { 'content-length': String(RAW.length) } });
  });

  test('without bytes is empty', async () => {
    original = { sizeBytes: 0, bytes: pieces() };
    expect(await get()).toMatchObject({ status: 200, text: '' });
  });

  test('that cannot be read is a fault, and never half a message that looks whole', async () => {
    const gone = new Error('the original of v1 is gone');
    original = {
      sizeBytes: 3,
      bytes: pieces(gone),
    };
    expect((await get()).status).toBe(500);
    original = {
      sizeBytes: 3,
      bytes: pieces(Buffer.from('a'), gone),
    };
    const halfway = fetch(`http://127.0.0.1:${http.port}/v1/verdicts/v1/original`).then((answer) => answer.text());
    await expect(halfway).rejects.toThrow('terminated');
  });

  test('of which nothing is kept, or of no verdict, is a problem', async () => {
    original = undefined;
    expect(await get()).toMatchObject(problem(409, 'nothing-kept', 'no original of v1 is kept', 'id'));
    expect(await get('gone')).toMatchObject(problem(404, 'unknown-verdict', 'there is no verdict gone', 'id'));
  });
});
