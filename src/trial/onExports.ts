/** A trial on a user's own exports: in memory, on this machine, at the shipped costs and budgets. */
import type { HistoryProgress, SkipReason } from '../domain/history.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { Store } from '../domain/ports.ts';
import type { TrialReport, TryExports } from '../domain/trial.ts';
import type { Policy } from '../domain/verdict.ts';
import { fetched, inOrderOfArrival } from '../exportOrder.ts';
import { openFetcher } from '../exports/fetch.ts';
import { openUnpacking } from '../exports/unpacking.ts';
import { aboutOf } from '../learnWorker.ts';
import type { Read } from '../read.ts';
import type { Model } from '../score/model.ts';
import { attacksAt } from './attackers.ts';
import { ownBorder } from './ownBorder.ts';
import { seeded } from './random.ts';
import { arrivalOfStored } from './stored.ts';
import { newTally } from './tally.ts';
import { type Arrival, openTrial } from './trial.ts';

export interface TryParts {
  readonly openStore: () => Promise<Store>;
  readonly read: Read;
  readonly organisation: Organisation;
  readonly model: Model;
  readonly policy: Policy;
  /** How long a mail waits before it teaches. */
  readonly learnDelayMs: number;
  readonly stdin: AsyncIterable<Buffer>;
  /** Standard input is kept there, without a name, while it is read. */
  readonly spoolDir: string;
  readonly now: () => number;
}

const TENANT = 'trial';
const WANTED = 300; // attacks of each class: half of them with a link; intervals are ±4 points and less above 85 %
const TELL_EVERY = 100; // messages
const MAX_BORDERS = 1000; // names that are counted
const SHOWN_BORDERS = 3;

export const createTryExports =
  ({ openStore, read, organisation, model, policy, learnDelayMs, stdin, spoolDir, now }: TryParts): TryExports =>
  async (exports, { mailboxes, seed }, { signal, progress } = {}) => {
    const about = aboutOf({ tenant: TENANT, mailboxes }, now());
    const border = ownBorder(organisation.authservIds);
    const counts = newCounts(progress);
    const tally = newTally(policy);
    const unpacking = openUnpacking(spoolDir);
    const fetcher = openFetcher();
    const store = await openStore();
    try {
      const watcher = signal === undefined ? {} : { signal };
      const found = await inOrderOfArrival(exports, { stdin, ...unpacking }, undefined, now(), counts, watcher);
      const parts = { tenant: TENANT, store, model, organisation, read, learnDelayMs, handOn: border.handOn };
      const trial = openTrial({
        ...parts,
        random: seeded(seed),
        attacks: attacksAt(Math.min(1, WANTED / Math.max(1, found.length))),
      });
      for await (const { mail } of fetched(found, fetcher, signal)) {
        const stored = { about, organisation, read, border };
        const arrival = typeof mail === 'string' ? { skipped: mail } : await arrivalOfStored(mail.raw, mail, stored);
        if ('skipped' in arrival) counts.skip(arrival.skipped);
        else if (counts.isNew(arrival)) {
          for await (const tried of trial.meet(arrival)) tally.add(tried);
          await trial.learn(arrival);
        }
      }
      const met = trial.mailboxes().map(({ mailbox, receivedCount }) => ({ mailbox, receivedCount }));
      return { modelVersion: model.version, seed, mailboxes: met, ...counts.report(), ...tally.report() };
    } finally {
      await fetcher.close();
      await unpacking.close();
      await store.close();
    }
  };

type Counted = Pick<TrialReport, 'foundCount' | 'skippedCounts' | 'repeatedCount' | 'borders'>;

function newCounts(heard: ((progress: HistoryProgress) => void) | undefined) {
  const skippedCounts: Partial<Record<SkipReason, number>> = {};
  const borders = new Map<string, number>();
  const seen = new Set<string>();
  let foundCount = 0;
  let readCount = 0;
  let repeatedCount = 0;
  const tell = (phase: HistoryProgress['phase']) => {
    if ((phase === 'look' ? foundCount : readCount) % TELL_EVERY !== 0) return;
    const known = { knownCount: repeatedCount, resumedCount: 0, skippedCounts: { ...skippedCounts } };
    heard?.({ phase, foundCount, readCount, learnedCount: seen.size, ...known });
  };
  const countBorder = ({ transport }: Arrival['delivered']) => {
    const top = transport.trace.find(([name]) => name.toLowerCase() === 'authentication-results')?.[1];
    const id = top?.trim().split(/[;\s]/, 1)[0]?.toLowerCase();
    if (id === undefined || id.includes('=') || (borders.size >= MAX_BORDERS && !borders.has(id))) return;
    borders.set(id, (borders.get(id) ?? 0) + 1);
  };
  return {
    found() {
      foundCount += 1;
      tell('look');
    },
    skip(reason: SkipReason) {
      readCount += 1;
      skippedCounts[reason] = (skippedCounts[reason] ?? 0) + 1;
    },
    /** The same mail lies in several folders, and in several exports. */
    isNew({ message: { id, contentHash }, direction, delivered }: Arrival): boolean {
      readCount += 1;
      const key = `${direction} ${id} ${contentHash}`;
      const isNew = !seen.has(key);
      if (isNew) seen.add(key);
      else repeatedCount += 1;
      if (isNew && direction === 'inbound') countBorder(delivered);
      tell('learn');
      return isNew;
    },
    report: (): Counted => ({
      foundCount,
      skippedCounts,
      repeatedCount,
      borders: [...borders]
        .map(([authservId, messageCount]) => ({ authservId, messageCount }))
        .sort((a, b) => b.messageCount - a.messageCount)
        .slice(0, SHOWN_BORDERS),
    }),
  };
}
