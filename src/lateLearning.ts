/** Delivered messages teach after a delay, so that a report comes before the lesson. Time is the messages' own: a replay learns as live mail did. */
import type { Organisation } from './domain/organisation.ts';
import type { LoggedVerdict, Store } from './domain/ports.ts';
import { lessonsFor } from './lessons.ts';

const BATCH = 25; // messages learned in one transaction: some 5 ms, for which everything else waits

export interface LateLearning {
  /** A message of the tenant is due at `at` (ms). */
  expect(tenant: string, at: number): void;
  /** Learns what is due by `before`, in one tenant or, for messages that nobody follows up, in all. */
  learnDue(before: number, tenant?: string): Promise<void>;
}

export function createLateLearning(store: Store, organisation: Organisation): LateLearning {
  /** The earliest time at which something may be due; absent: not known since the start. Keeps all other messages from asking the store. */
  const nextDue = new Map<string, number>();

  async function learnDue(before: number, tenant?: string): Promise<void> {
    if (tenant !== undefined && before < (nextDue.get(tenant) ?? 0)) return;
    for (;;) {
      const entries = await store.verdicts.due(before, BATCH, tenant);
      await Promise.all(entries.map(settle));
      if (entries.length < BATCH) break;
    }
    if (tenant === undefined) return;
    const [next] = await store.verdicts.due(Number.MAX_SAFE_INTEGER, 1, tenant);
    nextDue.set(tenant, next?.verdict.learnsAt ?? Number.POSITIVE_INFINITY);
  }

  /** A report that comes meanwhile wins: the store settles only what is still due. */
  function settle({ verdict, observation }: LoggedVerdict): Promise<boolean> {
    const mailboxes = verdict.mailboxes.map(({ mailbox }) => mailbox);
    const lessons = observation === undefined ? [] : lessonsFor(observation, mailboxes, organisation);
    return store.verdicts.settle(verdict.tenant, verdict.id, lessons);
  }

  return {
    expect(tenant, at) {
      const known = nextDue.get(tenant);
      if (known !== undefined) nextDue.set(tenant, Math.min(known, at));
    },
    learnDue,
  };
}
