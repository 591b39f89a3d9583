import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FoundLock, type LinkLock, type LockEvent, MAX_LOCK_COUNT } from '../../src/domain/lock.ts';
import type { AppOptions } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { aVerdict, bearer, fakeService, keyFor, problem, type Running, run } from './service.ts';

const TOKEN = 'Abc_-567890123456789_z';
const LOCK: LinkLock = {
  token: TOKEN,
  tenant: 'default',
  verdictId: 'v1',
  receivedAt: 0,
  url: 'https://evil.example/a?b=%3Cc%3E',
  host: 'evil.example',
  openedCount: 2,
  firstOpenedAt: 1000,
  goneOnCount: 0,
};

let http: Running;
let found: FoundLock;
let asked: string[];
let noted: [string, LockEvent][];
let metrics = createMetrics();
const start = async (options: Partial<AppOptions> = {}, noteLock?: () => Promise<void>): Promise<void> => {
  await http?.drain();
  metrics = createMetrics();
  const service = fakeService(
    {
      async findLock(token) {
        asked.push(token);
        return token === TOKEN ? found : undefined;
      },
      noteLock: noteLock ?? (async ({ token }, event) => void noted.push([token, event])),
      locksOf: async (tenant, id) => (tenant === 'default' && id === 'v1' ? [found.lock] : undefined),
    },
    [{ verdict: aVerdict() }],
  );
  http = await run(service, { metrics, ...options });
};
beforeEach(async () => {
  found = { lock: LOCK, entry: { verdict: aVerdict() } };
  [asked, noted] = [[], []];
  await start();
});
afterEach(() => http.drain());
const goOn = (headers: Record<string, string> = {}) => http.ask({ method: 'POST', path: `/l/${TOKEN}`, headers });

describe('the page', () => {
  test('says where the link leads, why, when and from whom, to anybody, and notes that', async () => {
    const forwarded = { Host: 'mail.acme.example', 'X-Forwarded-For': '192.0.2.1', 'Sec-Fetch-Site': 'cross-site' };
    const { status, headers, text } = await http.ask({ path: `/l/${TOKEN}`, headers: forwarded });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const said of [
      '<strong>evil.example</strong>',
      'https://evil.example/a?b=%3Cc%3E',
      'eve@bank.example',
      '2 Jan 2026',
    ]) {
      expect(text.replace('02 Jan', '2 Jan')).toContain(said);
    }
    expect(noted).toEqual([[TOKEN, 'opened']]);
  });

  test('has a policy under which nothing runs or loads, and no trace is left of it', async () => {
    const { headers, text } = await http.ask({ path: `/l/${TOKEN}` });
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers).toMatchObject({
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action http: https:; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'no-store',
    });
    expect(style).not.toMatch(/url\(|@import/);
    expect(text).not.toMatch(/<script|<link|<img|href|src=/i);
  });

  test('HEAD notes nothing', async () => {
    expect(await http.ask({ method: 'HEAD', path: `/l/${TOKEN}` })).toMatchObject({ status: 200, text: '' });
    expect(noted).toEqual([]);
  });

  test('is shown although it cannot be noted, which is logged', async () => {
    await start({}, () => Promise.reject(new Error('disk full')));
    expect((await http.ask({ path: `/l/${TOKEN}` })).status).toBe(200);
    expect(http.logged).toContainEqual(
      expect.objectContaining({ msg: 'the opening of a lock page could not be noted' }),
    );
  });

  test('nothing is written any more once it was opened often', async () => {
    found = { ...found, lock: { ...LOCK, openedCount: MAX_LOCK_COUNT, goneOnCount: MAX_LOCK_COUNT } };
    await http.ask({ path: `/l/${TOKEN}` });
    expect((await goOn()).status).toBe(303);
    expect(noted).toEqual([]);
  });
});

describe('an unknown token', () => {
  test.each([
    ['GET', 'x'.repeat(22), 1],
    ['POST', 'x'.repeat(22), 1],
    ['GET', 'x'.repeat(21), 0],
    ['GET', 'x'.repeat(9000), 0],
    ['GET', '%00', 0],
    ['POST', '__proto__', 0],
  ])('%s %.30s: a page that says nothing; what no token can be is not looked for', async (method, token, count) => {
    const { status, headers, text } = await http.ask({ method, path: `/l/${token}` });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<p>There is nothing here.</p>');
    expect(text).not.toContain('xxx');
    expect(asked).toHaveLength(count);
    expect(noted).toEqual([]);
    expect(await metrics.text()).toContain('tidemark_lock_pages_total{event="unknown"} 1');
  });
});

describe('going on', () => {
  test('leads to the link, and is noted, counted and logged without its address', async () => {
    const reply = await goOn({ 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(reply).toMatchObject({
      status: 303,
      text: '',
      headers: { location: LOCK.url, 'referrer-policy': 'no-referrer' },
    });
    expect(noted).toEqual([[TOKEN, 'gone-on']]);
    expect(await metrics.text()).toContain('tidemark_lock_pages_total{event="gone-on"} 1');
    expect(http.logged).toContainEqual(
      expect.objectContaining({ verdict: 'v1', msg: 'a person went on to a locked link' }),
    );
    expect(JSON.stringify(http.logged)).not.toContain('evil.example');
  });

  test('is refused by policy, until a person has released the message', async () => {
    await start({ lockPolicy: 'block' });
    const refused = await goOn();
    expect(refused.status).toBe(403);
    expect(refused.headers.location).toBeUndefined();
    expect(refused.text).toContain('It cannot be opened from here.');
    expect(noted).toEqual([]);
    expect(await metrics.text()).toContain('tidemark_lock_pages_total{event="refused"} 1');
    found = { ...found, entry: { ...found.entry, feedback: 'safe' } };
    expect(await goOn()).toMatchObject({ status: 303, headers: { location: LOCK.url } });
  });

  test.each(['ftp://evil.example/x', 'ws://evil.example/'])('not to %s', async (url) => {
    found = { ...found, lock: { ...LOCK, url } };
    expect((await goOn()).status).toBe(403);
  });

  test.each(['cross-site', 'same-site'])('a form elsewhere (%s) is led to the page', async (site) => {
    expect(await goOn({ 'Sec-Fetch-Site': site })).toMatchObject({ status: 303, headers: { location: TOKEN } });
    expect(noted).toEqual([]);
  });

  test('not where it could not be noted', async () => {
    await start({}, () => Promise.reject(new Error('disk full')));
    expect((await goOn()).status).toBe(500);
  });
});

describe('GET /v1/verdicts/{id}/locks', () => {
  const ask = (id: string, headers = {}) => http.ask({ path: `/v1/verdicts/${id}/locks`, headers });
  test('says what was opened and gone on to', async () => {
    found = { ...found, lock: { ...LOCK, goneOnCount: 1, lastGoneOnAt: 2000 } };
    expect((await ask('v1')).json).toEqual({
      locks: [
        {
          token: TOKEN,
          url: LOCK.url,
          host: 'evil.example',
          openedCount: 2,
          firstOpenedAt: '1970-01-01T00:00:01.000Z',
          goneOnCount: 1,
          lastGoneOnAt: '1970-01-01T00:00:02.000Z',
        },
      ],
    });
  });
  test('to reviewers of the tenant', async () => {
    expect((await ask('v1', bearer(keyFor('review')))).status).toBe(200);
    expect((await ask('v1', bearer(keyFor('score')))).status).toBe(403);
    expect(await ask('v1', bearer(keyFor('review', 'other')))).toMatchObject(
      problem(404, 'unknown-verdict', 'there is no verdict v1', 'id'),
    );
  });
});

test('a crowd is turned away before it takes the store from the others', async () => {
  const gate = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  await http.drain();
  http = await run(
    fakeService({
      async findLock() {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await gate.promise;
        atOnce -= 1;
        return undefined;
      },
    }),
  );
  const statuses: number[] = [];
  const asking = Array.from({ length: 260 }, async () => {
    statuses.push((await http.ask({ path: `/l/${TOKEN}` })).status);
  });
  while (statuses.length < 56) await sleep(5); // 4 are at it, 200 wait
  expect((await http.ask({ path: '/healthz' })).status).toBe(200);
  gate.resolve();
  await Promise.all(asking);
  expect(statuses.map((status, at) => status === (at < 56 ? 503 : 404))).not.toContain(false);
  expect(most).toBe(4);
});
