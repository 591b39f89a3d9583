/** Samples through the whole service, each on a store of its own that has learned the case's history. */
import type { Submission } from '../src/domain/mail.ts';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Verdict } from '../src/domain/verdict.ts';
import { type Read, type Reading, readMessage } from '../src/read.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';
import type { HistoryMessage, Sample } from './samples.ts';

/** Whom samples/ is about. */
export const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
export const TENANT = 'acme';

/** The verdict on each sample, in order. */
export async function* judgeSamples(samples: readonly Sample[]): AsyncGenerator<readonly [Sample, Verdict]> {
  const read = rememberingRead(ACME);
  for (const sample of samples) yield [sample, await judgeSample(sample, read)];
}

async function judgeSample({ history, raw, context }: Sample, read: Read): Promise<Verdict> {
  const store = await openSqliteStore({ path: ':memory:' });
  const service = createService({
    store,
    read,
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => context.receivedAt,
  });
  await Promise.all(history.map((message) => service.observe(requestFor(message))));
  const verdict = await service.score(requestFor({ ...context, raw }));
  await store.close();
  return verdict;
}

export const requestFor = ({ raw, mailbox, direction, receivedAt, envelope }: HistoryMessage) => ({
  tenant: TENANT,
  raw,
  mailboxes: [mailbox],
  direction,
  receivedAt,
  learn: 'auto' as const,
  ...envelope,
  mailFrom: envelope.mailFrom ?? '',
});

/** The common history is the same bytes in every sample: read once. One after the other, so that the clock of each counts its own time. */
function rememberingRead(organisation: Organisation): Read {
  const known = new WeakMap<Buffer, Promise<Reading>>();
  let last: Promise<unknown> = Promise.resolve();
  return (submission: Submission) => {
    const reading = known.get(submission.raw) ?? last.then(() => readPatiently(submission, organisation));
    known.set(submission.raw, reading);
    last = reading;
    return reading;
  };
}

const MAX_READINGS = 20;

const FOR_WANT_OF_TIME: ReadonlySet<string> = new Set(['unread-pictures', 'time-limit']);

/** Again where a busy machine had no time for it: what is judged is the message, not the machine. */
async function readPatiently(submission: Submission, organisation: Organisation): Promise<Reading> {
  for (let left = MAX_READINGS; ; left--) {
    const reading = await readMessage(submission, organisation);
    const isUnread = reading.message.defects.some(({ code }) => FOR_WANT_OF_TIME.has(code));
    if (!isUnread || left === 0) return reading;
  }
}
