/** What a running service does beside answering: learns what has waited long enough, removes what is past its time. */
import type { Jobs } from './domain/jobs.ts';
import type { Retention, Store } from './domain/ports.ts';
import type { Service } from './domain/service.ts';

const DAY_MS = 86_400_000;
const LEARN_EVERY_MS = 60_000;
const WATCH_EVERY_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_BITE = 500; // rows of each kind at a time, some milliseconds
const OBSERVATION_DAYS = 30; // a report takes back what a message taught for so long: detection.md §6

export interface Housekeeping {
  /** Resolves when what was begun is done. */
  stop(): Promise<void>;
}

export interface HousekeepingParts {
  readonly service: Pick<Service, 'learnDue'>;
  readonly store: Pick<Store, 'prune' | 'custody'>;
  readonly retentionDays: number;
  /** Originals in custody are kept so long. */
  readonly custodyDays: number;
  readonly jobs: Pick<Jobs, 'prune'>;
  readonly now: () => number;
  /** Scores what was delivered before it could be, every minute. */
  readonly scoreLate: (isStopping: () => boolean) => Promise<void>;
  /** Told how much originals take, every minute. */
  readonly onCustody: (bytes: number) => void;
  /** Told what went wrong; the next round tries again. */
  readonly onError: (error: unknown) => void;
}

export function startHousekeeping(parts: HousekeepingParts): Housekeeping {
  const { service, store, jobs, onCustody, onError } = parts;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  const waiting = new Set<() => Promise<void>>();
  const enqueue = (work: () => Promise<void>) => {
    if (waiting.has(work)) return; // one is enough
    waiting.add(work);
    running = running
      .then(() => {
        waiting.delete(work);
        return isStopping ? undefined : work();
      })
      .catch(onError);
  };
  const learn = () => service.learnDue();
  const scoreLate = () => parts.scoreLate(() => isStopping);
  const prune = async () => {
    while (!isStopping && (await store.prune(retentionAt(parts), PRUNE_BITE)) > 0);
    await jobs.prune();
  };
  const watchCustody = async () => onCustody(await store.custody.totalBytes());
  enqueue(learn);
  enqueue(prune);
  enqueue(scoreLate);
  enqueue(watchCustody);
  const timers = [
    setInterval(() => enqueue(learn), LEARN_EVERY_MS),
    setInterval(() => enqueue(prune), PRUNE_EVERY_MS),
    setInterval(() => enqueue(scoreLate), WATCH_EVERY_MS),
    setInterval(() => enqueue(watchCustody), WATCH_EVERY_MS),
  ];
  return {
    async stop() {
      isStopping = true;
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}

function retentionAt({ now, retentionDays, custodyDays }: HousekeepingParts): Retention {
  const daysAgo = (days: number) => now() - days * DAY_MS;
  return {
    recordsBefore: daysAgo(retentionDays),
    verdictsBefore: daysAgo(retentionDays),
    observationsBefore: daysAgo(OBSERVATION_DAYS),
    originalsBefore: daysAgo(custodyDays),
  };
}
