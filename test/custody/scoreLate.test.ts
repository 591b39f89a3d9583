/** What the milter let pass unscored is scored by the real service, out of a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ACME, requestFor } from '../../bench/judge.ts';
import { loadSamples, type Sample } from '../../bench/samples.ts';
import { createKeep } from '../../src/custody/keep.ts';
import { createScoreLate } from '../../src/custody/scoreLate.ts';
import type { Store } from '../../src/domain/ports.ts';
import { IntakeError, type IntakeRequest, type Service } from '../../src/domain/service.ts';
import { splitHeaders } from '../../src/milter/mail.ts';
import { readMessage } from '../../src/read.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';

const ATTACK = loadSamples(join(import.meta.dirname, '..', '..', 'samples')).find(
  ({ name }) => name === 'double-extension',
) as Sample;
const { envelope, receivedAt } = ATTACK.context;

let dir: string;
let store: Store;
let service: Service;
let now: number;
const said: string[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-late-'));
  store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
  now = receivedAt;
  said.splice(0);
  service = createService({
    store,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => now,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const keepUnscored = (raw = ATTACK.raw) => {
  const mailboxes = envelope.rcptTo;
  const headerBytes = raw.indexOf('\n\n') + 1;
  const content = { raw, headerBytes, headers: splitHeaders(raw.subarray(0, headerBytes)) };
  return createKeep(
    store.custody,
    1e9,
    () => now,
  )({ tenant: 'default', why: 'unscored', mailboxes, envelope }, content);
};
const round = (changes: Partial<Service> = {}, isStopping = () => false) =>
  createScoreLate({
    service: { ...service, ...changes },
    custody: store.custody,
    now: () => now,
    watcher: {
      scored: ({ action }) => said.push(action),
      failed: (error) => said.push(error instanceof Error ? error.message : '?'),
    },
  })(isStopping);
const waiting = async () => (await store.custody.unscored(now, 10)).length;

test('gets the verdict that it would have had, and then lets the bytes go', async () => {
  await keepUnscored();
  await keepUnscored(); // the MTA tried again
  await round();
  expect(said).toEqual(['hold']);
  const direct = requestFor({ ...ATTACK.context, raw: ATTACK.raw });
  const { id } = await service.score({ ...direct, tenant: 'default', mailboxes: [], receivedAt });
  // The verdict says what it would have come to, and that its readers have it.
  const logged = await store.verdicts.get('default', id);
  expect(logged?.verdict).toMatchObject({ action: 'hold', wasDelivered: true });
  expect(await service.findVerdicts('default', { limit: 10 })).toHaveLength(1);
  expect([await waiting(), await store.custody.totalBytes()]).toEqual([0, 0]);
  await round();
  expect(said).toEqual(['hold']);
});

test('nothing is counted as held that was not; the same again is held, and says of the first that it was delivered', async () => {
  const kinds = async () =>
    (await service.exportMailbox('default', 'ana@acme.example'))?.records.map(({ kind }) => kind);
  await keepUnscored();
  await round();
  expect(await kinds()).toBeUndefined();
  const again = await service.score({
    ...requestFor({ ...ATTACK.context, raw: ATTACK.raw }),
    tenant: 'default',
    mailboxes: [],
  });
  expect(again).toMatchObject({ action: 'hold', wasDelivered: true });
  const other = Buffer.from(ATTACK.raw.toString('latin1').replace(/^Message-ID: </im, 'Message-ID: <2.'), 'latin1');
  const inTime = await service.score({
    ...requestFor({ ...ATTACK.context, raw: other }),
    tenant: 'default',
    mailboxes: [],
  });
  expect(inTime.action).toBe('hold');
  expect(inTime).not.toHaveProperty('wasDelivered');
  expect(await kinds()).not.toBeUndefined();
});

test('two mails of the same words are two', async () => {
  await keepUnscored();
  await keepUnscored(
    Buffer.from(ATTACK.raw.toString('latin1').replace(/^Message-ID: </im, 'Message-ID: <2.'), 'latin1'),
  );
  await round();
  expect(said).toEqual(['hold', 'hold']);
  expect(await service.findVerdicts('default', { limit: 10 })).toHaveLength(2);
});

test('waits while the service cannot work', async () => {
  await keepUnscored();
  const away = async () => {
    throw new Error('away');
  };
  await expect(round({ checkReady: away })).rejects.toThrow('away');
  expect([said, await waiting()]).toEqual([[], 1]);
  await round();
  expect(said).toEqual(['hold']);
});

test('what fails is tried again an hour later, and stops nothing but a round in which all fails', async () => {
  for (let n = 0; n < 5; n++) await keepUnscored(Buffer.concat([ATTACK.raw, Buffer.from(`${n}\r\n`)]));
  const failing = async (): Promise<never> => {
    throw new Error('bug');
  };
  await round({ score: failing });
  expect(said).toEqual(['bug', 'bug', 'bug']);
  said.splice(0);
  await round();
  expect(said).toEqual(['hold', 'hold']);
  now += 3_600_000;
  await round();
  expect(said).toEqual(['hold', 'hold', 'hold', 'hold', 'hold']);
});

test('a round ends with the message under way when the service stops, and after ten seconds', async () => {
  for (let n = 0; n < 5; n++) await keepUnscored(Buffer.concat([ATTACK.raw, Buffer.from(`${n}\r\n`)]));
  await round({}, () => said.length === 1);
  expect([said.length, await waiting()]).toEqual([1, 4]);
  const slow: Service['score'] = (request) => {
    now += 6000;
    return service.score(request);
  };
  await round({ score: slow });
  expect([said.length, await waiting()]).toEqual([3, 2]);
});

test('what no service takes is let go', async () => {
  await keepUnscored();
  const refusing = async (_request: IntakeRequest): Promise<never> => {
    throw new IntakeError('no-mailbox', 'mailbox', 'nobody');
  };
  await round({ score: refusing });
  expect([said, await waiting(), await store.custody.totalBytes()]).toEqual([['nobody'], 0, 0]);
});
