import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { VerdictQuery } from '../../src/domain/ports.ts';
import type { VerdictPage } from '../../src/http/api.generated.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { aVerdict, bearer, fakeService, JSON_TYPE, keyFor, problem, type Running, run } from './service.ts';

const log = [5, 4, 3, 2, 1].map((n) => ({ verdict: aVerdict({ id: `v${n}`, receivedAt: n * 1000 }) }));
const queries: VerdictQuery[] = [];
const fake = fakeService({}, [...log, { verdict: aVerdict({ id: 'released' }), feedback: 'safe' as const }]);
const metrics = createMetrics();
let http: Running;
beforeAll(async () => {
  const service = {
    ...fake,
    findVerdicts(tenant: string, query: VerdictQuery) {
      queries.push(query);
      return fakeService({}, log).findVerdicts(tenant, query);
    },
  };
  http = await run(service, { metrics });
});
afterAll(() => http.drain());

const idsOf = (json: unknown) => (json as VerdictPage).verdicts.map((verdict) => verdict.id);

describe('the list', () => {
  test('is followed by next, in the body and as a Link, until it ends', async () => {
    const first = await http.ask({ path: '/v1/verdicts?limit=2' });
    expect(idsOf(first.json)).toEqual(['v5', 'v4']);
    expect(first.json).toMatchObject({ next: '/v1/verdicts?limit=2&cursor=v4' });
    expect(first.headers.link).toBe('</v1/verdicts?limit=2&cursor=v4>; rel="next"');
    const second = await http.ask({ path: (first.json as VerdictPage).next ?? '' });
    expect(idsOf(second.json)).toEqual(['v3', 'v2']);
    const third = await http.ask({ path: (second.json as VerdictPage).next ?? '' });
    expect(idsOf(third.json)).toEqual(['v1']);
    expect(third.json).not.toHaveProperty('next');
    expect(third.headers.link).toBeUndefined();
  });

  test('a page that is just full is the last', async () => {
    expect((await http.ask({ path: '/v1/verdicts?limit=5' })).json).not.toHaveProperty('next');
  });

  test('asks for what is filtered, and keeps the filter in next', async () => {
    const path =
      '/v1/verdicts?mailbox=ana+news@acme.example&action=hold&since=1970-01-01T00:00:01%2B00:00&limit=1&cursor=v3';
    const { json } = await http.ask({ path });
    expect(queries.at(-1)).toEqual({
      mailbox: 'ana+news@acme.example',
      action: 'hold',
      since: 1000,
      limit: 2,
      after: 'v3',
    });
    const next = new URL((json as VerdictPage).next ?? '', 'http://localhost');
    expect(Object.fromEntries(next.searchParams)).toEqual({
      mailbox: 'ana+news@acme.example',
      action: 'hold',
      since: '1970-01-01T00:00:01+00:00',
      limit: '1',
      cursor: 'v2',
    });
  });

  test('a cursor that this tenant does not know is refused, not taken for the end', async () => {
    for (const [cursor, headers] of [
      ['gone', {}],
      ['v3', bearer(keyFor('review', 'other'))],
    ] as const) {
      expect(await http.ask({ path: `/v1/verdicts?cursor=${cursor}`, headers })).toMatchObject(
        problem(
          400,
          'invalid-field',
          `cursor: there is no verdict ${cursor}; take it from next, or begin again without it`,
          'cursor',
        ),
      );
    }
    expect((await http.ask({ path: '/v1/verdicts?cursor=v1' })).json).toEqual({ verdicts: [] });
  });

  test('has 50 to a page unless asked', async () => {
    await http.ask({ path: '/v1/verdicts' });
    expect(queries.at(-1)).toEqual({ limit: 51 });
  });

  test.each([
    ['limit=0', 'invalid-field', 'limit must be >= 1', 'limit'],
    ['limit=201', 'invalid-field', 'limit must be <= 200', 'limit'],
    ['limit=1e2', 'invalid-field', 'limit must be integer', 'limit'],
    ['limit=', 'invalid-field', 'limit must be integer', 'limit'],
    ['limit=1&limit=2', 'repeated-field', 'limit may be given once', 'limit'],
    ['mailbox=a&mailbox=b', 'repeated-field', 'mailbox may be given once', 'mailbox'],
    ['action=drop', 'invalid-field', 'action must be one of deliver, strip, hold', 'action'],
    ['since=yesterday', 'invalid-field', 'since must match format "date-time"', 'since'],
    ['cursor=%00', 'invalid-field', 'cursor must match pattern "^[A-Za-z0-9_-]{1,64}$"', 'cursor'],
    ['tenant=other', 'unknown-field', "there is no query parameter 'tenant'", 'tenant'],
  ])('refuses ?%s', async (query, code, detail, field) => {
    expect(await http.ask({ path: `/v1/verdicts?${query}` })).toMatchObject(problem(400, code, detail, field));
  });
});

describe('one verdict', () => {
  test('has the feedback that was given', async () => {
    expect((await http.ask({ path: '/v1/verdicts/released' })).json).toMatchObject({
      id: 'released',
      feedback: 'safe',
    });
    expect((await http.ask({ path: '/v1/verdicts/v1' })).json).not.toHaveProperty('feedback');
  });

  test.each([
    ['v9', 404, 'unknown-verdict', 'there is no verdict v9'],
    ['..', 400, 'invalid-field', 'id must match pattern "^[A-Za-z0-9_-]{1,64}$"'],
    ['a%2Fb', 400, 'invalid-field', 'id must match pattern "^[A-Za-z0-9_-]{1,64}$"'],
    ['x'.repeat(65), 400, 'invalid-field', 'id must match pattern "^[A-Za-z0-9_-]{1,64}$"'],
  ])('%s', async (id, status, code, detail) => {
    expect(await http.ask({ path: `/v1/verdicts/${id}` })).toMatchObject(problem(status, code, detail, 'id'));
  });
});

describe('feedback', () => {
  const give = (id: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
    http.ask({ method: 'POST', path: `/v1/verdicts/${id}/feedback`, headers, body });

  test.each(['safe', 'threat'])('%s is answered with the verdict as it stands', async (feedback) => {
    expect(await give('v1', JSON.stringify({ feedback }))).toMatchObject({ status: 200, json: { id: 'v1', feedback } });
    expect(await metrics.text()).toContain(`tidemark_feedback_total{feedback="${feedback}"} 1`);
  });

  test('the same again changes nothing and is not counted, another is', async () => {
    const counted = async () => (await metrics.text()).match(/^tidemark_feedback_total.*$/gm);
    const before = await counted();
    await give('released', '{"feedback":"safe"}');
    expect(await counted()).toEqual(before);
    await give('released', '{"feedback":"threat"}');
    expect(await counted()).not.toEqual(before);
  });

  test.each<[string, Record<string, string>, ReturnType<typeof problem>]>([
    ['', JSON_TYPE, problem(400, 'empty-body', 'the request has no body')],
    ['safe', JSON_TYPE, problem(400, 'malformed-json', 'the body is not JSON')],
    ['"safe"', JSON_TYPE, problem(400, 'malformed-json', 'the body must be object')],
    ['{}', JSON_TYPE, problem(400, 'missing-field', 'feedback is missing', 'feedback')],
    [
      '{"feedback":"spam"}',
      JSON_TYPE,
      problem(400, 'invalid-field', 'feedback must be one of safe, threat', 'feedback'),
    ],
    ['{"feedback":"safe","note":"x"}', JSON_TYPE, problem(400, 'unknown-field', "there is no field 'note'", 'note')],
    [
      '{"feedback":"safe"}',
      { 'Content-Type': 'text/plain' },
      problem(415, 'unsupported-media-type', 'send application/json', 'Content-Type'),
    ],
    [' '.repeat(1025), JSON_TYPE, problem(413, 'body-too-large', 'the body has more than 1024 bytes')],
  ])('refuses %j', async (body, headers, expected) => {
    expect(await give('v1', body, headers)).toMatchObject(expected);
  });

  test('on an unknown verdict is not counted', async () => {
    expect(await give('v9', '{"feedback":"safe"}')).toMatchObject(
      problem(404, 'unknown-verdict', 'there is no verdict v9', 'id'),
    );
    expect(await metrics.text()).toContain('tidemark_feedback_total{feedback="safe"} 1');
  });
});
