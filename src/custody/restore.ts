/** A person gives a kept message to its recipients after all: each gets it once, unless it is asked for again. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Custody,
  type KeptOriginal,
  RELEASE_HEADER,
  type RecipientOutcome,
  type RestoreOutcome,
} from '../domain/custody.ts';
import type { Deliver } from './deliver.ts';
import { signRelease } from './releaseMark.ts';

/** How originals get out; the secret signs. */
export interface Release {
  readonly deliver: Deliver;
  readonly secret: string;
}

export interface RestoreParts {
  readonly custody: Custody;
  /** Absent: nothing gets out. */
  readonly release?: Release;
  readonly now: () => number;
}

/** `again`: also for those who have it. */
export type Restore = (tenant: string, verdictId: string, again: boolean) => Promise<RestoreOutcome>;

const RELEASE_MS = 3_600_000; // from here through the organisation's own MTAs; later it is judged as any mail
const CLAIM_MS = 300_000; // longer than a delivery takes: a process that died in between blocks no longer
const SETTLE_AGAIN_MS = 1000;

/** What was delivered unscored its readers have. */
export const isRestorable = ({ why }: Pick<KeptOriginal, 'why'>): boolean => why !== 'unscored';

export function createRestore({ custody, release, now }: RestoreParts): Restore {
  /** Who has what, as long as the store does not know it. Grows only by what was on its way when the store went away. */
  const unnoted = new Set<Unnoted>();

  return async (tenant, verdictId, again) => {
    if (release === undefined) return { kind: 'not-configured' };
    const originals = (await custody.find(tenant, verdictId)).filter(isRestorable);
    if (originals.length === 0) return { kind: 'nothing-kept' };
    const outcomes: Attempt[] = [];
    for (const original of originals) outcomes.push(await attempt(original, release, again));
    return summary(outcomes);
  };

  async function attempt(original: KeptOriginal, { deliver, secret }: Release, again: boolean): Promise<Attempt> {
    const startedAt = now();
    if (wanting(known(original), again).length === 0) return { kind: 'done', recipients: before(known(original)) };
    const until = startedAt + CLAIM_MS;
    if (!(await custody.claim(original, startedAt, until))) return { kind: 'busy' };
    let accepted: readonly string[] = [];
    try {
      // As it is now that nobody else delivers it.
      const found = await custody.find(original.tenant, original.verdictId);
      const stored = found.find(({ key }) => key === original.key);
      if (stored === undefined) return { kind: 'done', recipients: [] }; // erased meanwhile
      const current = known(stored);
      const rcptTo = wanting(current, again);
      if (rcptTo.length === 0) return { kind: 'done', recipients: before(current) };
      const header = Buffer.from(`${RELEASE_HEADER}: ${signRelease(current, startedAt + RELEASE_MS, secret)}\r\n`);
      const outcome = await deliver({
        mailFrom: current.envelope.mailFrom ?? '',
        rcptTo,
        sizeBytes: header.length + current.sizeBytes,
        content: joined(header, custody.read(current)),
      });
      if (outcome.kind === 'unreachable') return outcome;
      accepted = outcome.recipients.filter(({ state }) => state === 'accepted').map(({ address }) => address);
      return { kind: 'done', recipients: [...(again ? [] : before(current)), ...outcome.recipients] };
    } finally {
      await settle(original, until, accepted);
    }
  }

  /** Whoever has it would get it again were that not noted: a store that is away is waited for, and who asks, while the claim lasts. */
  async function settle(original: KeptOriginal, until: number, accepted: readonly string[]): Promise<void> {
    if (accepted.length === 0) return custody.settle(original, until, accepted);
    const entry: Unnoted = { original, until, accepted };
    unnoted.add(entry);
    for (;;) {
      try {
        return await note(entry);
      } catch (error) {
        if (now() + SETTLE_AGAIN_MS >= until) {
          void noteLater(entry);
          throw error;
        }
      }
      await sleep(SETTLE_AGAIN_MS);
    }
  }

  async function note(entry: Unnoted): Promise<void> {
    await custody.settle(entry.original, entry.until, entry.accepted);
    unnoted.delete(entry);
  }

  /** As long as the process lives, which it does not for this. Never rejects: who asked was told of the failure. */
  async function noteLater(entry: Unnoted): Promise<void> {
    while (unnoted.has(entry)) {
      await sleep(SETTLE_AGAIN_MS, undefined, { ref: false });
      await note(entry).catch(() => undefined); // once more
    }
  }

  /** With those who have it and are not noted. */
  function known(original: KeptOriginal): KeptOriginal {
    const more = [...unnoted].filter((entry) => isSame(entry.original, original)).flatMap(({ accepted }) => accepted);
    return more.length === 0 ? original : { ...original, restoredTo: [...new Set([...original.restoredTo, ...more])] };
  }
}

interface Unnoted {
  readonly original: KeptOriginal;
  readonly until: number;
  readonly accepted: readonly string[];
}

const isSame = (a: KeptOriginal, b: KeptOriginal): boolean =>
  a.tenant === b.tenant && a.verdictId === b.verdictId && a.key === b.key;

type Attempt =
  | { readonly kind: 'done'; readonly recipients: readonly RecipientOutcome[] }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unreachable'; readonly said: string };

const wanting = ({ envelope, restoredTo }: KeptOriginal, again: boolean): readonly string[] =>
  again ? envelope.rcptTo : envelope.rcptTo.filter((address) => !restoredTo.includes(address));

const before = ({ restoredTo }: KeptOriginal): readonly RecipientOutcome[] =>
  restoredTo.map((address) => ({ address, state: 'before' }));

async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Of one verdict there is one original, as a rule; more where an MTA split a message by its recipients. */
function summary(attempts: readonly Attempt[]): RestoreOutcome {
  const recipients = attempts.flatMap((attempt) => (attempt.kind === 'done' ? attempt.recipients : []));
  if (recipients.some(({ state }) => state === 'accepted')) return { kind: 'restored', recipients };
  if (attempts.some(({ kind }) => kind === 'busy')) return { kind: 'being-restored' };
  const away = attempts.find((attempt) => attempt.kind === 'unreachable');
  if (away !== undefined) return { kind: 'unreachable', said: away.said };
  const refused = recipients.find(({ state }) => state === 'refused');
  if (refused !== undefined) return { kind: 'refused', said: refused.said ?? 'no reason given' };
  return { kind: recipients.length > 0 ? 'already-restored' : 'nothing-kept' };
}
