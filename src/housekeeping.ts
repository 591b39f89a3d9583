/** What a running service does beside answering: learns what has waited long enough, removes what is past its time. */
import type { Jobs } from './domain/jobs.ts';
import type { Retention, Store } from './domain/ports.ts';
import type { Service } from './domain/service.ts';

const DAY_MS = 86_400_000;
const LEARN_EVERY_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_BITE = 500; // rows of each kind at a time, some milliseconds
const OBSERVATION_DAYS = 30; // a report takes back what a message taught for so long: detection.md §6

export interface Housekeeping {
  /** Resolves when what was begun is done. */
  stop(): Promise<void>;
}

export interface HousekeepingParts {
  readonly service: Pick<Service, 'learnDue'>;
  readonly store: Pick<Store, 'prune'>;
  readonly retentionDays: number;
  readonly jobs: Pick<Jobs, 'prune'>;
  readonly now: () => number;
  /** Told what went wrong; the next round tries again. */
  readonly onError: (error: unknown) => void;
}

export function startHousekeeping({
  service,
  store,
  retentionDays,
  jobs,
  now,
  onError,
}: HousekeepingParts): Housekeeping {
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>) => {
    running = running.then(() => (isStopping ? undefined : work())).catch(onError);
  };
  const prune = async () => {
    while (!isStopping && (await store.prune(retentionAt(now(), retentionDays), PRUNE_BITE)) > 0);
    await jobs.prune();
  };
  enqueue(() => service.learnDue());
  enqueue(prune);
  const timers = [
    setInterval(() => enqueue(() => service.learnDue()), LEARN_EVERY_MS),
    setInterval(() => enqueue(prune), PRUNE_EVERY_MS),
  ];
  return {
    async stop() {
      isStopping = true;
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}

const retentionAt = (now: number, retentionDays: number): Retention => ({
  recordsBefore: now - retentionDays * DAY_MS,
  verdictsBefore: now - retentionDays * DAY_MS,
  observationsBefore: now - OBSERVATION_DAYS * DAY_MS,
});
