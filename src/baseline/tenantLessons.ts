/** What the tenant as a whole learns from a message, once however many mailboxes got it. */
import { hash } from 'node:crypto';
import { HABIT_NAMES } from '../domain/baseline.ts';
import type { Observation, ProfileRecord } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { addressMark } from '../text/mark.ts';
import { counted, EMPTY_COUNT, EMPTY_TOP, type Step, withValue } from './counts.ts';
import { eitherTaught, taughtOfOwn } from './identity.ts';
import { keyOf, recordOf, TENANT } from './keys.ts';
import { bindName, countLink, domainsOf, KEEP, lesson, MAX_PARTICIPANTS, unique } from './lesson.ts';
import { lookalikeLesson } from './lookalikeLesson.ts';

const MAX_DOMAINS_WRITTEN_TO = 10; // of one message: more is a circular, not a relation
const HEARD_AFTER_DAYS = 2; // days of mail before a mailbox counts as one that hears from a sender, unless its owner writes there

export const tenantLessons = (observation: Observation, step: Step): readonly Lesson[] => [
  ...eitherTaught(commonLesson(observation, step), twinLesson(observation, step), observation),
  threadLesson(observation, step),
  ...(step === 1 ? lookalikeLessons(observation) : []),
];

/** The sender's profile and its organisation's, names, links, whom the tenant writes to. */
function commonLesson(observation: Observation, step: Step): Lesson {
  const { id, at, sender, linkDomains } = observation;
  const profile = keyOf(TENANT, 'profile', sender.address);
  const organisation = keyOf(TENANT, 'organisation', sender.orgDomain);
  const sampled = isSampled(id) ? [keyOf(TENANT, 'everybody', '')] : [];
  const name = sender.nameKey === undefined ? [] : [keyOf(TENANT, 'name', sender.nameKey)];
  const links = linkDomains.map((link) => keyOf(TENANT, 'link', link));
  const writtenTo = domainsWrittenTo(observation).map((domain) => keyOf(TENANT, 'organisation', domain));
  const keys = [profile, organisation, ...sampled, ...name, ...links, ...writtenTo];
  return lesson(`tenant ${id}`, TENANT, step, keys, (draft) => {
    for (const key of [profile, organisation])
      draft.set(key, (old) => withHabits(withCounts(old, observation, step), observation, KEEP.habit, step));
    for (const key of sampled)
      draft.set(key, (old) => withHabits(old ?? EMPTY_PROFILE, observation, KEEP.everybodysHabit, step));
    for (const key of name) bindName(draft, key, sender.address, at, false, step);
    for (const key of links) countLink(draft, key, observation, step);
    for (const key of writtenTo)
      draft.set(key, (old = EMPTY_PROFILE) => ({ ...old, out: Math.max(0, (old.out ?? 0) + step) }));
  });
}

/** That there was such a mail, and who took part in it. */
export function threadLesson(observation: Observation, step: Step): Lesson {
  const thread = keyOf(TENANT, 'thread', observation.messageId);
  const own = lesson(`thread ${observation.id}`, TENANT, step, [thread], (draft) => {
    draft.set(thread, (old) => withThread(old, observation, step));
  });
  return taughtOfOwn(own, twinId(observation), observation);
}

const twinId = ({ id }: Observation): string => `twin ${id}`;

/** Mail in the name of an identity that authenticates and that nobody vouches for: lists and forwarders write so day by day, forgers too. */
function twinLesson(observation: Observation, step: Step): Lesson {
  const twin = keyOf(TENANT, 'twin', observation.sender.address);
  return lesson(twinId(observation), TENANT, step, [twin], (draft) => {
    draft.set(twin, (old) => withHabits(withCounts(old, observation, step), observation, KEEP.habit, step));
  });
}

/** One message in sixteen: what mail is like in general needs no more, and one record for all would be written by everybody at once. */
const isSampled = (id: string): boolean => id.startsWith('0');

/**
 * The first mail under a Message-ID is the thread's: a later one cannot take it over, nor wipe it. Mail in the organisation's own name that
 * came from outside unvouched for begins none.
 */
function withThread(
  old: { readonly own: 0 | 1; readonly p: readonly string[]; readonly at: number } | undefined,
  { sender, recipients, at, direction, isAligned, isOwnersWord }: Observation,
  step: Step,
) {
  const isFree = old === undefined || old.p.length === 0;
  if (step === -1) return isFree || old.p[0] !== sender.address ? (old ?? NO_THREAD) : NO_THREAD;
  if (!isFree || (direction === 'inbound' && sender.isOwnDomain && isAligned !== true)) return old ?? NO_THREAD;
  const p = unique([sender.address, ...recipients]).slice(0, MAX_PARTICIPANTS);
  return { own: isOwnersWord ? 1 : 0, p, at } as const;
}

const NO_THREAD = { own: 0, p: [], at: 0 } as const;

/** Organisations that the owner of a mailbox wrote to; none for mail that came. */
const domainsWrittenTo = ({ sender, recipients, isOwnersWord }: Observation): readonly string[] =>
  isOwnersWord
    ? domainsOf(recipients)
        .filter((domain) => domain !== sender.orgDomain)
        .slice(0, MAX_DOMAINS_WRITTEN_TO)
    : [];

/**
 * That a mailbox hears from a sender, on its third day or when its owner writes there. It is marked without being named, so that erasing it
 * leaves no address.
 */
export function heardLesson({ sender }: Observation, mailbox: string): Lesson {
  const profile = keyOf(TENANT, 'profile', sender.address);
  const correspondent = keyOf(mailbox, 'correspondent', sender.address);
  const mark = addressMark(mailbox);
  return {
    ...lesson(`heard ${hash('sha256', `${sender.address} ${mailbox}`).slice(0, 24)}`, TENANT, 1, [profile], (draft) => {
      draft.set(profile, (old = EMPTY_PROFILE) => ({
        ...old,
        mailboxes: withValue(old.mailboxes, mark, KEEP.exact),
      }));
    }),
    when: {
      keys: [correspondent],
      holds(records) {
        const record = recordOf(records, correspondent);
        return (record?.in?.d ?? 0) >= HEARD_AFTER_DAYS || (record?.out?.n ?? 0) > 0;
      },
    },
  };
}

const lookalikeLessons = (observation: Observation): readonly Lesson[] => {
  const { sender, id } = observation;
  const isWorthIt = !sender.isFreemail && !sender.isOwnDomain;
  const domains = [...(isWorthIt ? [sender.orgDomain] : []), ...domainsWrittenTo(observation)];
  return domains.map((domain) => lookalikeLesson(domain, id));
};

const EMPTY_PROFILE: ProfileRecord = {
  c: EMPTY_COUNT,
  mailboxes: EMPTY_TOP,
  dmarc: EMPTY_TOP,
  aligned: 0,
  checked: 0,
  hours: [],
  habits: {},
};

function withCounts(
  record: ProfileRecord | undefined,
  { at, isAligned, dmarc }: Observation,
  step: Step,
): ProfileRecord {
  const old = record ?? EMPTY_PROFILE;
  return {
    ...old,
    c: counted(old.c, at, step),
    dmarc: dmarc === undefined ? old.dmarc : withValue(old.dmarc, dmarc, KEEP.few, step),
    aligned: Math.max(0, old.aligned + (isAligned === true ? step : 0)),
    checked: Math.max(0, old.checked + (isAligned === undefined ? 0 : step)),
  };
}

function withHabits(
  record: ProfileRecord,
  { at, habits: values }: Observation,
  keep: number,
  step: Step,
): ProfileRecord {
  const habits = { ...record.habits };
  for (const name of HABIT_NAMES) {
    const value = values[name];
    if (value !== undefined) habits[name] = withValue(habits[name] ?? EMPTY_TOP, value, keep, step);
  }
  return { ...record, hours: withHour(record.hours, at, step), habits };
}

function withHour(hours: readonly number[], at: number, step: Step): readonly number[] {
  const next = hours.length === 24 ? [...hours] : new Array<number>(24).fill(0);
  const hour = new Date(at).getUTCHours();
  next[hour] = Math.max(0, (next[hour] ?? 0) + step);
  return next;
}
