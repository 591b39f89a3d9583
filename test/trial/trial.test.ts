/** When the mail of a trial teaches. */
import { expect, test } from '@jest/globals';
import { observationOf } from '../../src/baseline/observe.ts';
import { lessonsAtOnce, lessonsFor } from '../../src/lessons.ts';
import { readMessage } from '../../src/read.ts';
import { shippedModel } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { splitMail } from '../../src/trial/mail.ts';
import { ownBorder } from '../../src/trial/ownBorder.ts';
import { seeded } from '../../src/trial/random.ts';
import { type Arrival, openTrial } from '../../src/trial/trial.ts';

const ANA = 'ana@acme.example';
const ORGANISATION = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 1, 8);
const border = ownBorder(ORGANISATION.authservIds);

const mailOf = (id: string): Buffer =>
  Buffer.from(`From: Bea Berg <bea@partner.example>\nTo: ${ANA}\nSubject: Offer\nMessage-ID: <${id}>\n\nText.\n`);

async function arrivalOf(id: string, at: number): Promise<Arrival> {
  const raw = mailOf(id);
  const mailboxes = [ANA];
  const submission = { tenant: 'acme', raw, envelope: { rcptTo: [] }, direction: 'inbound', receivedAt: at, mailboxes };
  const { message } = await readMessage({ ...submission, direction: 'inbound' }, ORGANISATION);
  const observation = observationOf(message);
  if (observation === undefined) throw new Error('it has a sender');
  return {
    ...{ at, direction: 'inbound', mailboxes, raw, message, isFromInside: false, isWhole: true },
    lessonsWith: () => lessonsFor(observation, mailboxes, ORGANISATION),
    lessonsAtOnce: lessonsAtOnce(observation, mailboxes, ORGANISATION),
    delivered: border.take(splitMail(raw)),
  };
}

/** Mails of Bea's that are known after each of four mails, two hours apart. */
async function knownAfterEach(learnDelayMs: number): Promise<readonly number[]> {
  const store = await openSqliteStore({ path: ':memory:' });
  const read = (submission: Parameters<typeof readMessage>[0]) => readMessage(submission, ORGANISATION);
  const parts = { tenant: 'acme', store, model: shippedModel(), organisation: ORGANISATION, read, learnDelayMs };
  const trial = openTrial({ ...parts, random: seeded(1), attacks: [], handOn: border.handOn });
  const counts: number[] = [];
  for (let nth = 0; nth < 4; nth += 1) {
    const arrival = await arrivalOf(`m${nth}@partner.example`, START + nth * 2 * HOUR);
    for await (const _ of trial.meet(arrival));
    await trial.learn(arrival);
    const probe = { kind: 'probe', cluster: '', mailbox: ANA, at: arrival.at };
    const { judgement } = await trial.judge(probe, border.take(splitMail(mailOf(`probe${nth}@partner.example`))));
    counts.push(judgement.baseline.correspondent?.received?.messageCount ?? 0);
  }
  await store.close();
  return counts;
}

test('a mail teaches at once, unless it is told to wait', async () => {
  expect(await knownAfterEach(0)).toEqual([1, 2, 3, 4]);
});

test('a mail that waits teaches before the first that comes when its time is over', async () => {
  expect(await knownAfterEach(3 * HOUR)).toEqual([0, 0, 1, 2]);
});
