/** What holds cost a mailbox, through the whole service: tokens, releases, confirmations. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Store } from '../src/domain/ports.ts';
import type { Service } from '../src/domain/service.ts';
import type { Policy } from '../src/domain/verdict.ts';
import { readMessage } from '../src/read.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';

const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const ANA = 'ana@acme.example';
const NOW = Date.UTC(2026, 10, 24, 12);
const DAY_MS = 86_400_000;
/** So that likely lures are held by likelihood, whatever the shipped budgets and costs are. */
const WIDE: Policy = {
  ...DEFAULT_POLICY,
  budgets: { ...DEFAULT_POLICY.budgets, stranger: { banner: 1, strip: 1, hold: 1 } },
  costs: { ...DEFAULT_POLICY.costs, missed: { ...DEFAULT_POLICY.costs.missed, bec: 20_000 } },
};

let store: Store;
let service: Service;
beforeEach(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  service = createService({
    store,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    policy: WIDE,
    learnDelayMs: 0,
    now: () => NOW,
  });
  for (let n = 0; n < 210; n += 1)
    await service.observe(requestOf(`m${n}`, 'bea@partner.example', NOW - (30 - n / 10) * DAY_MS, 'The minutes.'));
});
afterEach(() => store.close());

const requestOf = (id: string, from: string, receivedAt: number, body: string, learn: 'auto' | 'never' = 'auto') => ({
  tenant: 'acme',
  raw: Buffer.from(
    [
      `From: ${from}`,
      `To: ${ANA}`,
      'Subject: Hello',
      `Message-ID: <${id}@x.example>`,
      'Date: Tue, 24 Nov 2026 12:00:00 +0000',
      '',
      body,
    ].join('\r\n'),
  ),
  mailboxes: [ANA],
  receivedAt,
  learn,
});

const lure = (n: number, hours = n, learn: 'auto' | 'never' = 'auto') =>
  service.score(
    requestOf(
      `lure${n}`,
      `Finance <pay${n}@else${n}.example>`,
      NOW + hours * 3_600_000,
      'Please settle the attached invoice today. Kindly confirm the payment.',
      learn,
    ),
  );

test('the fourth uncertain hold is a strip, until a person confirms one', async () => {
  const verdicts = [await lure(1), await lure(2), await lure(3), await lure(4)];
  expect(verdicts.map(({ score }) => score < 0.99)).toEqual([true, true, true, true]);
  expect(verdicts.map(({ action }) => action)).toEqual(['hold', 'hold', 'hold', 'strip']);
  expect(verdicts[3]?.enactedBecause).toContain('share of uncertain holds');
  expect(verdicts[3]?.banner).toBeDefined();
  await service.giveFeedback('acme', verdicts[0]?.id ?? '', 'threat');
  expect((await lure(5)).action).toBe('hold');
});

test('what is judged without learning costs no hold', async () => {
  const curious = [1, 2, 3, 4].map((n) => lure(n, n, 'never'));
  expect((await Promise.all(curious)).map(({ action }) => action)).toEqual(['hold', 'hold', 'hold', 'hold']);
  expect((await lure(5)).action).toBe('hold');
});

test('the very message that a person released passes when it is handed in again, at every door', async () => {
  const { id } = await lure(1);
  expect((await lure(1)).action).toBe('hold');
  await service.giveFeedback('acme', id, 'safe');
  const again = await lure(1);
  expect(again).toMatchObject({ id, action: 'deliver', enacted: 'deliver', proposed: 'hold' });
  expect(again.enactedBecause).toBe('a person released this message');
  expect((await service.verdict('acme', id))?.verdict.action).toBe('hold'); // what was decided stays on record
  await service.giveFeedback('acme', id, 'threat');
  expect((await lure(1)).action).toBe('hold');
});

test('what a person releases is delivered the next time, and teaches', async () => {
  const { id, action } = await lure(1);
  expect(action).toBe('hold');
  await service.giveFeedback('acme', id, 'safe');
  const again = await service.score(
    requestOf(
      'again',
      'Finance <pay1@else1.example>',
      NOW + DAY_MS,
      'Please settle the attached invoice today. Kindly confirm the payment.',
    ),
  );
  expect(again.action).toBe('deliver');
  if (again.proposed !== 'deliver') expect(again.enactedBecause).toContain('released');
  expect(again.isLearned).toBe(true);
});

test('what is delivered or released says what is usual in the mailbox, and a report takes it back', async () => {
  const rarity = async () => {
    const exported = await service.exportMailbox('acme', ANA);
    return exported?.records.find(({ kind }) => kind === 'mailbox')?.value as {
      rare?: { stranger?: readonly number[] };
    };
  };
  expect((await rarity()).rare).toBeUndefined();
  const { id } = await lure(1);
  expect((await rarity()).rare).toBeUndefined();
  await service.giveFeedback('acme', id, 'safe');
  expect((await rarity()).rare?.stranger?.[0]).toBe(1);
  await service.giveFeedback('acme', id, 'threat');
  expect((await rarity()).rare?.stranger?.[0]).toBe(0);
});
