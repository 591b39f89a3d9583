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
  /** The earliest that was announced since the store was last asked. */
  const announced = new Map<string, number>();
  /** The last look of each tenant: they go one after the other, or the older answer could be kept. */
  const looks = new Map<string, Promise<void>>();

  function learnDue(before: number, tenant?: string): Promise<void> {
    if (tenant === undefined) return settleAll(before);
    if (!mayBeDue(before, tenant)) return Promise.resolve();
    const look = (looks.get(tenant) ?? Promise.resolve())
      .catch(() => undefined) // its own caller was told
      .then(() => (mayBeDue(before, tenant) ? lookAt(tenant, before) : undefined));
    looks.set(tenant, look);
    return look;
  }

  const mayBeDue = (before: number, tenant: string): boolean => before >= (nextDue.get(tenant) ?? 0);

  async function lookAt(tenant: string, before: number): Promise<void> {
    await settleAll(before, tenant);
    announced.delete(tenant);
    const [next] = await store.verdicts.due(Number.MAX_SAFE_INTEGER, 1, tenant);
    const never = Number.POSITIVE_INFINITY;
    nextDue.set(tenant, Math.min(next?.verdict.learnsAt ?? never, announced.get(tenant) ?? never));
  }

  async function settleAll(before: number, tenant?: string): Promise<void> {
    for (;;) {
      const entries = await store.verdicts.due(before, BATCH, tenant);
      await Promise.all(entries.map(settle));
      if (entries.length < BATCH) return;
    }
  }

  /** A report that comes meanwhile wins: the store settles only what is still due. */
  function settle({ verdict, observation }: LoggedVerdict): Promise<boolean> {
    const mailboxes = verdict.mailboxes.map(({ mailbox }) => mailbox);
    const lessons = observation === undefined ? [] : lessonsFor(observation, mailboxes, organisation);
    return store.verdicts.settle(verdict.tenant, verdict.id, lessons);
  }

  return {
    expect(tenant, at) {
      announced.set(tenant, Math.min(announced.get(tenant) ?? at, at));
      const known = nextDue.get(tenant);
      if (known !== undefined) nextDue.set(tenant, Math.min(known, at));
    },
    learnDue,
  };
}
