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
const KEPT_TOKENS = 16;

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

/** Mail fills up to the burst; what people give back may stand above it, or taking that back would cost one. */
function tokensOf(holds: HoldsRecord | undefined, messageCount: number): number {
  if (holds === undefined) return BURST;
  const filled = holds.t + Math.max(0, messageCount - holds.m) / MESSAGES_PER_TOKEN;
  return Math.max(holds.t, Math.min(BURST, filled));
}

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
    const isSame = before !== undefined && before[2] === 0 && Math.abs(treated.at - before[0]) < SAME_EVENT_MS;
    const noted = withEvent(old, treated, 0);
    return takesToken && !isSame ? { ...noted, t: tokens - 1, p: withToken(old.p, treated.id, 1) } : noted;
  });

/** A person says that it was legitimate (step 1), or takes that back. */
export const falseAlarmLesson = (treated: Treated, mailbox: string, step: Step): Lesson =>
  holdsLesson(`false alarm ${treated.id}`, mailbox, step, (old) => withEvent(old, treated, step === 1 ? 1 : 0));

/** A person says that it was a threat (step 1), or takes that back: the token it took, if it took one, is given back, or taken again. */
export const rightAlarmLesson = (treated: Treated, mailbox: string, step: Step): Lesson =>
  holdsLesson(`right alarm ${treated.id}`, mailbox, step, (old, tokens) => {
    const noted = withEvent(old, treated, 0);
    const isTaken = step === 1 ? 1 : 0;
    if (old.p?.[tokenKey(treated.id)] !== isTaken) return noted;
    return { ...noted, t: tokens + step, p: withToken(old.p, treated.id, step === 1 ? 0 : 1) };
  });

const tokenKey = (id: string): string => id.slice(0, 16);

/** The latest so many holds that took a token, and whether it is still taken. */
function withToken(old: HoldsRecord['p'] = {}, id: string, isTaken: 0 | 1): NonNullable<HoldsRecord['p']> {
  const { [tokenKey(id)]: _, ...others } = old;
  return Object.fromEntries([...Object.entries(others), [tokenKey(id), isTaken] as const].slice(-KEPT_TOKENS));
}

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
  const known = old.e[addressMark(sender)];
  if (sender === '' || (known !== undefined && known[0] > at)) return old;
  const events = { ...old.e, [addressMark(sender)]: [at, [...detectors].sort().join(' '), released] as const };
  const latest = Object.entries(events).sort(([, [a]], [, [b]]) => b - a);
  return { ...old, e: Object.fromEntries(latest.slice(0, KEPT_SENDERS)) };
}
