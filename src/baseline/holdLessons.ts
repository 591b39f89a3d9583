/**
 * What holds that rest on likelihood alone cost a mailbox: a token bucket, and what was held of whom, so that the same change of one sender
 * counts once and is not held again after its release (detection.md §6).
 */
import type { HoldHistory } from '../domain/baseline.ts';
import type { HoldsRecord, MailboxRecord } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { addressMark } from '../text/mark.ts';
import { EMPTY_TOP, type Step } from './counts.ts';
import { keyOf } from './keys.ts';
import { lesson } from './lesson.ts';

const BURST = 3; // holds in a row: an attack on a mailbox comes in few waves
const MESSAGES_PER_TOKEN = 2000; // one uncertain hold in so many, detection.md §6
const SAME_EVENT_MS = 86_400_000; // detection.md §6: by sender and change, in 24 hours
const KEPT_SENDERS = 16;

/** A treatment that may prove wrong. */
export interface Treated {
  /** Of the verdict: the same is never counted twice. */
  readonly id: string;
  readonly at: number;
  /** Address of From; '' where there is none. */
  readonly sender: string;
  readonly detectors: readonly string[];
}

const messagesOf = (own: MailboxRecord | undefined): number => (own?.in?.n ?? 0) + (own?.out?.n ?? 0);

const tokensOf = (holds: HoldsRecord | undefined, messageCount: number): number =>
  holds === undefined ? BURST : Math.min(BURST, holds.t + Math.max(0, messageCount - holds.m) / MESSAGES_PER_TOKEN);

export function holdHistory(own: MailboxRecord | undefined, sender: string): HoldHistory {
  const holds = own?.holds;
  const last = sender === '' ? undefined : holds?.e[addressMark(sender)];
  return {
    tokens: tokensOf(holds, messagesOf(own)),
    ...(last === undefined
      ? {}
      : { lastOfSender: { at: last[0], detectors: new Set(last[1].split(' ')), isReleased: last[2] === 1 } }),
  };
}

/** A message was held or stripped. `takesToken`: by likelihood alone, and held. */
export const treatedLesson = (treated: Treated, mailbox: string, takesToken: boolean): Lesson =>
  holdsLesson(`treated ${treated.id}`, mailbox, 1, (old, tokens) => {
    const before = old.e[addressMark(treated.sender)];
    const isSame = before !== undefined && before[2] === 0 && treated.at - before[0] < SAME_EVENT_MS;
    return { ...withEvent(old, treated, 0), t: tokens - (takesToken && !isSame ? 1 : 0) };
  });

/** A person says that it was legitimate (step 1), or takes that back. */
export const falseAlarmLesson = (treated: Treated, mailbox: string, step: Step): Lesson =>
  holdsLesson(`false alarm ${treated.id}`, mailbox, step, (old) => withEvent(old, treated, step === 1 ? 1 : 0));

/** A person says that it was a threat: the hold has cost nothing. */
export const rightAlarmLesson = (treated: Treated, mailbox: string, step: Step): Lesson =>
  holdsLesson(`right alarm ${treated.id}`, mailbox, step, (old, tokens) => ({
    ...withEvent(old, treated, 0),
    t: Math.min(BURST, tokens + step),
  }));

function holdsLesson(
  id: string,
  mailbox: string,
  step: Step,
  change: (old: HoldsRecord, tokens: number) => HoldsRecord,
): Lesson {
  const own = keyOf(mailbox, 'mailbox', '');
  return lesson(id, mailbox, step, [own], (draft) => {
    draft.set(own, (record) => {
      const m = messagesOf(record);
      const t = tokensOf(record?.holds, m);
      const old = { ...(record?.holds ?? { e: {} }), t, m };
      return { kinds: EMPTY_TOP, ...record, holds: change(old, t) };
    });
  });
}

/** The latest of each sender, of so many senders. */
function withEvent(old: HoldsRecord, { at, sender, detectors }: Treated, released: 0 | 1): HoldsRecord {
  if (sender === '') return old;
  const events = { ...old.e, [addressMark(sender)]: [at, [...detectors].sort().join(' '), released] as const };
  const latest = Object.entries(events).sort(([, [a]], [, [b]]) => b - a);
  return { ...old, e: Object.fromEntries(latest.slice(0, KEPT_SENDERS)) };
}
