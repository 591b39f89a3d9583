/** What the tenant as a whole learns from a message. */
import type { Observation, ProfileRecord } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { counted, EMPTY_COUNT, EMPTY_TOP, withValue } from './counts.ts';
import { HABIT_NAMES } from './habits.ts';
import { domainProfileKey, keyOf, TENANT, unauthenticatedKey } from './keys.ts';
import { bindName, countLink, type Draft, KEEP, lesson, participants } from './lesson.ts';
import { knownDomainLesson } from './lookalikeLessons.ts';

const AUTHENTICATES_FROM = 5; // authenticated mails of a sender from which its other mail may be somebody else's

/** Once a message, however many mailboxes got it: the sender's profile and its domain's, names, links, the thread, look-alikes. */
export function tenantLessons(observation: Observation, mailbox: string): readonly Lesson[] {
  const { at, sender, recipients, messageId, linkDomains } = observation;
  const profiles = [keyOf(TENANT, 'profile', sender.address), domainProfileKey(sender.orgDomain)];
  const twin = unauthenticatedKey(sender.address);
  const everybody = keyOf(TENANT, 'profile', '');
  const name = sender.nameKey === undefined ? [] : [keyOf(TENANT, 'name', sender.nameKey)];
  const links = linkDomains.map((link) => keyOf(TENANT, 'link', link));
  const thread = keyOf(TENANT, 'thread', messageId);
  const isOwn = sender.address === mailbox;
  const common = lesson(
    `tenant ${observation.id}`,
    TENANT,
    [...profiles, twin, everybody, ...name, ...links, thread],
    (draft) => {
      const isForeign = isSomebodyElse(observation, draft);
      for (const key of profiles) {
        draft.set(key, (old) => {
          const next = withCounts(old, observation);
          return isForeign ? next : withHabits(next, observation, KEEP.habit);
        });
      }
      const teaches = isForeign ? twin : everybody;
      const keep = isForeign ? KEEP.habit : KEEP.tenantHabit;
      draft.set(teaches, (old) => withHabits(withCounts(old, observation), observation, keep));
      for (const key of name) bindName(draft, key, sender.address, at, false);
      for (const key of links) countLink(draft, key, observation);
      draft.set(thread, () => ({ own: isOwn ? 1 : 0, p: participants(sender.address, recipients), at }));
    },
  );
  return sender.isFreemail || sender.isOwnDomain ? [common] : [common, knownDomainLesson(observation)];
}

/**
 * Unauthenticated mail never teaches the habits of an identity that authenticates, but its own twin's: lists and forwarders write so in
 * people's names day by day, forgers too. detection.md §2 "Learning rules".
 */
function isSomebodyElse({ isAligned, dmarc, sender }: Observation, draft: Draft): boolean {
  if (isAligned !== false) return false;
  const aligned = draft.get(keyOf(TENANT, 'profile', sender.address))?.aligned ?? 0;
  return dmarc === 'fail' || aligned >= AUTHENTICATES_FROM;
}

export const EMPTY_PROFILE: ProfileRecord = {
  c: EMPTY_COUNT,
  mailboxes: EMPTY_TOP,
  dmarc: EMPTY_TOP,
  aligned: 0,
  checked: 0,
  hours: [],
  habits: {},
};

function withCounts(record: ProfileRecord | undefined, { at, isAligned, dmarc }: Observation): ProfileRecord {
  const old = record ?? EMPTY_PROFILE;
  return {
    ...old,
    c: counted(old.c, at),
    dmarc: dmarc === undefined ? old.dmarc : withValue(old.dmarc, dmarc, KEEP.few),
    aligned: old.aligned + (isAligned === true ? 1 : 0),
    checked: old.checked + (isAligned === undefined ? 0 : 1),
  };
}

function withHabits(record: ProfileRecord, { at, habits: values }: Observation, keep: number): ProfileRecord {
  const habits = { ...record.habits };
  for (const name of HABIT_NAMES) {
    const value = values[name];
    if (value !== undefined) habits[name] = withValue(habits[name] ?? EMPTY_TOP, value, keep);
  }
  return { ...record, hours: withHour(record.hours, at), habits };
}

function withHour(hours: readonly number[], at: number): readonly number[] {
  const next = hours.length === 24 ? [...hours] : new Array<number>(24).fill(0);
  const hour = new Date(at).getUTCHours();
  next[hour] = (next[hour] ?? 0) + 1;
  return next;
}
