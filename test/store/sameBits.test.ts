/** The same history gives the same baseline and the same verdicts, bit for bit, in every store. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACME, requestFor } from '../../bench/judge.ts';
import { type HistoryMessage, loadSamples, type Sample } from '../../bench/samples.ts';
import type { Submission } from '../../src/domain/mail.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { Service } from '../../src/domain/service.ts';
import { type Reading, readMessage } from '../../src/read.ts';
import { createService } from '../../src/service.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { openTestServer, type TestServer } from './postgresServer.ts';

const CASES = 40;
const LATE_EVERY = 3; // and with the delay before a message teaches: of these
const LIVE = 50; // messages of each history
const DAY_MS = 86_400_000;

const all = loadSamples(new URL('../../samples', import.meta.url).pathname);
/** Evenly from all families. */
const samples = all.filter(
  (_, at) => Math.floor((at * CASES) / all.length) !== Math.floor(((at - 1) * CASES) / all.length),
);

let server: TestServer;
let stores: readonly Store[] = [];
beforeAll(async () => {
  server = await openTestServer();
  const url = await server.createDatabase();
  // The second of PostgreSQL remembers nothing: what it answers has been written and read.
  stores = [
    await openSqliteStore({ path: ':memory:' }),
    await openPostgresStore({ url }),
    await openPostgresStore({ url: await server.createDatabase(), cacheMs: 0 }),
  ];
}, 60_000);
afterAll(async () => {
  for (const store of stores) await store.close();
  await server?.close();
});

const readings = new WeakMap<Buffer, Promise<Reading>>();
let last: Promise<unknown> = Promise.resolve();
/** Each mail once, and in the order asked for: what a history teaches depends on its order. */
const read = (submission: Submission): Promise<Reading> => {
  const reading = readings.get(submission.raw) ?? readMessage(submission, ACME);
  readings.set(submission.raw, reading);
  const inTurn = last.then(() => reading);
  last = inTurn;
  return inTurn;
};

async function play(
  store: Store,
  { family, name, history, raw, context }: Sample,
  learnDelayMs: number,
): Promise<string> {
  const tenant = `${family}-${name}-${learnDelayMs}`.toLowerCase();
  const now = context.receivedAt;
  const service = createService({
    store,
    read,
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs,
    now: () => now,
  });
  const request = (message: HistoryMessage) => ({ ...requestFor(message), tenant });
  // The older ones are taught; the rest arrives as live mail, and teaches when it is due.
  await Promise.all(history.slice(0, -LIVE).map((message) => service.observe(request(message))));
  for (const message of history.slice(-LIVE)) await service.score(request(message));
  const judged = await service.score(request({ ...context, raw }));
  await service.giveFeedback(tenant, judged.id, judged.action === 'deliver' ? 'threat' : 'safe');
  return JSON.stringify([
    withoutTimings(judged),
    await baselines(service, tenant, history, now),
    (await service.findVerdicts(tenant, { limit: 100 })).map(withoutTimings),
  ]);
}

const withoutTimings = ({ timings: _, ...verdict }: Awaited<ReturnType<Service['score']>>) => verdict;

async function baselines(service: Service, tenant: string, history: readonly HistoryMessage[], now: number) {
  const mailboxes = [...new Set(history.map(({ mailbox }) => mailbox))].sort();
  return Promise.all(mailboxes.map((mailbox) => service.describeBaseline(tenant, mailbox, now)));
}

test.each(samples.map((sample): [string, Sample] => [`${sample.family}/${sample.name}`, sample]))(
  '%s',
  async (_name, sample) => {
    const [sqlite, postgres, uncached] = stores as readonly [Store, Store, Store];
    const expected = await play(sqlite, sample, 0);
    expect(await play(postgres, sample, 0)).toBe(expected);
    expect(expected).toContain('"stage"');
    if (samples.indexOf(sample) % LATE_EVERY !== 0) return;
    const late = await play(sqlite, sample, DAY_MS);
    expect(await play(uncached, sample, DAY_MS)).toBe(late);
  },
  60_000,
);
