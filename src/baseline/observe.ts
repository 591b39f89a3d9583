/** Message → Observation (what is kept of it) → Lessons: pure folds of one observation into the records that it touches. */
import { hash } from 'node:crypto';
import type { Message } from '../domain/message.ts';
import type {
  CorrespondentRecord,
  Observation,
  ProfileRecord,
  RecordKind,
  Records,
  RecordTypes,
} from '../domain/observation.ts';
import { recordId } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { nameKey } from '../text/names.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { counted, EMPTY_COUNT, EMPTY_TOP, withValue, withValues } from './counts.ts';
import { HABIT_NAMES, habitValues } from './habits.ts';
import { domainProfileKey, type KeyOf, keyOf, recordOf, TENANT, unauthenticatedKey } from './keys.ts';
import { signaturesOf } from './resemblance.ts';

const MAX_RECIPIENTS = 50;
const MAX_NAMED_RECIPIENTS = 20;
const MAX_LINK_DOMAINS = 20;
const MAX_ANCESTORS = 12; // as many as are looked up: domain/message.ts
const MAX_PARTICIPANTS = 20;
const MAX_NAME_HOLDERS = 16; // addresses under one name: more share it than a person can mean
/** Values kept by list, detection.md §2 (K = 6 a trait; exact counts to 32). */
const KEEP = { habit: 6, tenantHabit: 32, few: 8, kinds: 20, exact: 32 } as const;
const MAX_LOOKALIKES = 32; // domains under one signature
const KNOWN_AFTER_DAYS = 2; // days a domain must have written before it is worth imitating; a first contact is not
const AUTHENTICATES_FROM = 5; // authenticated mails of a sender from which its other mail may be somebody else's

/** What a message can teach; undefined when it has no sender. A few hundred bytes, no text of the mail. */
export function observationOf(message: Message): Observation | undefined {
  const { sender, authentication, thread, direction } = message;
  if (sender === undefined) return undefined;
  return {
    id: hash('sha256', `${message.id}\n${message.contentHash}`).slice(0, 32),
    at: message.receivedAt,
    direction,
    messageId: message.id,
    ancestors: (thread?.ancestors ?? []).slice(0, MAX_ANCESTORS),
    sender: {
      address: sender.address,
      orgDomain: sender.orgDomain,
      ...(sender.nameKey === undefined ? {} : { nameKey: sender.nameKey }),
      isFreemail: sender.isFreemail,
      isOwnDomain: sender.isOwnDomain,
    },
    ...(authentication === undefined ? {} : { isAligned: authentication.isAligned, dmarc: authentication.dmarc }),
    replyToOrgDomains: unique(sender.replyTo.map(({ orgDomain }) => orgDomain)).slice(0, KEEP.few),
    recipients: (message.recipients?.addresses ?? []).slice(0, MAX_RECIPIENTS),
    ...(direction === 'inbound' ? {} : { recipientNames: recipientNames(message) }),
    linkDomains: linkDomainsOf(message),
    attachmentKinds: unique((message.attachments ?? []).map(({ kind }) => kind)),
    intents: unique((message.content?.intents ?? []).map(({ intent }) => intent)),
    habits: habitValues(message),
  };
}

/** Organisations that the message links to, pictures included: where they come from is as much a habit. */
export const linkDomainsOf = ({ links }: Message): readonly string[] =>
  unique((links?.all ?? []).map(({ orgDomain }) => orgDomain).filter(Boolean)).slice(0, MAX_LINK_DOMAINS);

function recipientNames({ recipients }: Message): Readonly<Record<string, string>> {
  const named = [...(recipients?.to ?? []), ...(recipients?.cc ?? [])].flatMap(({ address, name }) => {
    const key = name === undefined ? undefined : nameKey(name);
    return key === undefined ? [] : [[address, key] as const];
  });
  return Object.fromEntries(named.slice(0, MAX_NAMED_RECIPIENTS));
}

export type What = 'received' | 'sent' | 'released' | 'reported';

/** What one mailbox learns from an observation, and its tenant once however many mailboxes got the message. */
export function lessonsOf(observation: Observation, mailbox: string, what: What): readonly Lesson[] {
  switch (what) {
    case 'received':
      return [receivedLesson(observation, mailbox), ...tenantLessons(observation, mailbox)];
    case 'sent':
      return [
        sentLesson(observation, mailbox),
        ...tenantLessons(observation, mailbox),
        ...solicitedLessons(observation),
      ];
    case 'released':
    case 'reported':
      return [markLesson(observation, mailbox, what)];
  }
}

/** The records of one fold: those it was handed, under those it has changed. */
interface Draft {
  get<K extends RecordKind>(key: KeyOf<K>): RecordTypes[K] | undefined;
  set<K extends RecordKind>(key: KeyOf<K>, change: (old: RecordTypes[K] | undefined) => RecordTypes[K]): void;
}

function draftOver(records: Records): { readonly draft: Draft; readonly changed: Records } {
  const changed = new Map<string, RecordTypes[RecordKind]>();
  const draft: Draft = {
    get: (key) => recordOf(changed, key) ?? recordOf(records, key),
    set: (key, change) => changed.set(recordId(key), change(draft.get(key))),
  };
  return { draft, changed };
}

const lesson = (
  id: string,
  mailbox: string,
  keys: readonly KeyOf<RecordKind>[],
  change: (draft: Draft) => void,
): Lesson => ({
  id,
  mailbox,
  keys,
  fold(records) {
    const { draft, changed } = draftOver(records);
    change(draft);
    return changed;
  },
});

function receivedLesson(observation: Observation, mailbox: string): Lesson {
  const { at, sender, recipients, messageId, linkDomains, attachmentKinds } = observation;
  const own = keyOf(mailbox, 'mailbox', '');
  const writer = keyOf(mailbox, 'correspondent', sender.address);
  const domain = sender.isFreemail ? [] : [keyOf(mailbox, 'domain', sender.orgDomain)];
  const name = sender.nameKey === undefined ? [] : [keyOf(mailbox, 'name', sender.nameKey)];
  const profile = keyOf(TENANT, 'profile', sender.address);
  const thread = keyOf(mailbox, 'thread', messageId);
  const links = linkDomains.map((link) => keyOf(mailbox, 'link', link));
  return lesson(
    `received ${observation.id}`,
    mailbox,
    [own, writer, ...domain, ...name, profile, thread, ...links],
    (draft) => {
      draft.set(own, (old) => ({
        ...old,
        in: counted(old?.in, at),
        kinds: withValues(old?.kinds ?? EMPTY_TOP, attachmentKinds, KEEP.kinds),
      }));
      draft.set(writer, (old) => withReceived(old, observation, mailbox));
      for (const key of domain)
        draft.set(key, (old) => ({
          ...old,
          in: counted(old?.in, at),
          senders: withValue(old?.senders ?? EMPTY_TOP, sender.address, KEEP.exact),
        }));
      const { out, replied = 0 } = draft.get(writer) ?? {};
      for (const key of name) bindName(draft, key, sender.address, at, out !== undefined || replied > 0);
      draft.set(profile, (old) => {
        const base = old ?? EMPTY_PROFILE;
        return { ...base, mailboxes: withValue(base.mailboxes, markOf(mailbox), KEEP.exact) };
      });
      draft.set(thread, () => ({ own: 0, p: participants(sender.address, recipients), at }));
      for (const key of links) countLink(draft, key, observation);
    },
  );
}

const EMPTY_CORRESPONDENT: CorrespondentRecord = {
  replied: 0,
  reported: 0,
  released: 0,
  replyTo: EMPTY_TOP,
  kinds: EMPTY_TOP,
  intents: EMPTY_TOP,
  beside: EMPTY_TOP,
};

function withReceived(
  record: CorrespondentRecord | undefined,
  { at, sender, replyToOrgDomains, attachmentKinds, intents, recipients }: Observation,
  mailbox: string,
): CorrespondentRecord {
  const old = record ?? EMPTY_CORRESPONDENT;
  const others = recipients.filter((address) => address !== mailbox && address !== sender.address);
  return {
    ...old,
    in: counted(old.in, at),
    replyTo: withValues(old.replyTo, replyToOrgDomains, KEEP.few),
    kinds: withValues(old.kinds, attachmentKinds, KEEP.kinds),
    intents: withValues(old.intents, intents, KEEP.few),
    beside: withValues(old.beside, others.slice(0, MAX_PARTICIPANTS), KEEP.exact),
  };
}

/** The owner wrote: whom to, in which threads, with which links. What trust is made of. */
function sentLesson(observation: Observation, mailbox: string): Lesson {
  const { at, recipients, recipientNames = {}, messageId, ancestors, linkDomains } = observation;
  const readers = recipients.filter((address) => address !== mailbox);
  const own = keyOf(mailbox, 'mailbox', '');
  const correspondents = readers.map((address) => keyOf(mailbox, 'correspondent', address));
  const domains = foreignDomainsOf(readers).map((orgDomain) => keyOf(mailbox, 'domain', orgDomain));
  const names = Object.values(recipientNames).map((name) => keyOf(mailbox, 'name', name));
  const thread = keyOf(mailbox, 'thread', messageId);
  const answered = ancestors.map((ancestor) => keyOf(mailbox, 'thread', ancestor));
  const links = linkDomains.map((link) => keyOf(mailbox, 'link', link));
  return lesson(
    `sent ${observation.id}`,
    mailbox,
    [own, ...correspondents, ...domains, ...names, thread, ...answered, ...links],
    (draft) => {
      draft.set(own, (old) => ({ ...old, out: counted(old?.out, at), kinds: old?.kinds ?? EMPTY_TOP }));
      const inThread = new Set(answered.flatMap((key) => draft.get(key)?.p ?? []));
      for (const key of correspondents)
        draft.set(key, (record) => {
          const old = record ?? EMPTY_CORRESPONDENT;
          return { ...old, out: counted(old.out, at), replied: old.replied + (inThread.has(key.key) ? 1 : 0) };
        });
      for (const key of domains)
        draft.set(key, (old) => ({ ...old, out: counted(old?.out, at), senders: old?.senders ?? EMPTY_TOP }));
      for (const [address, name] of Object.entries(recipientNames))
        if (address !== mailbox) bindName(draft, keyOf(mailbox, 'name', name), address, at, true);
      draft.set(thread, () => ({ own: 1, p: participants(mailbox, recipients), at }));
      for (const key of links) countLink(draft, key, observation);
    },
  );
}

/** Domains of the addresses: a freemail provider's is nobody's organisation, but who writes there all the time knows that too. */
const foreignDomainsOf = (addresses: readonly string[]): readonly string[] =>
  unique(addresses.map((address) => organisationalDomain(address.slice(address.lastIndexOf('@') + 1))));

const participants = (writer: string, recipients: readonly string[]): readonly string[] =>
  unique([writer, ...recipients]).slice(0, MAX_PARTICIPANTS);

function bindName(draft: Draft, key: KeyOf<'name'>, address: string, at: number, isSolicited: boolean): void {
  draft.set(key, (old) => {
    const holders = old?.a ?? {};
    const [n, last, solicited] = (Object.hasOwn(holders, address) ? holders[address] : undefined) ?? [0, 0, 0];
    const next = { ...holders, [address]: [n + 1, Math.max(last, at), isSolicited ? 1 : solicited] as const };
    return { a: n === 0 ? withoutRarest(next, address) : next };
  });
}

/** Keeps a name's holders few: the one with the fewest mails goes, the new one stays. */
function withoutRarest<T extends readonly [n: number, ...unknown[]]>(
  holders: Readonly<Record<string, T>>,
  newcomer: string,
): Readonly<Record<string, T>> {
  const all = Object.entries(holders);
  if (all.length <= MAX_NAME_HOLDERS) return holders;
  const [rarest] = all.filter(([address]) => address !== newcomer).sort(([, [m]], [, [n]]) => m - n)[0] ?? [];
  return Object.fromEntries(all.filter(([address]) => address !== rarest));
}

function countLink(draft: Draft, key: KeyOf<'link'>, { at, sender }: Observation): void {
  draft.set(key, (old) => ({
    c: counted(old?.c, at),
    senders: withValue(old?.senders ?? EMPTY_TOP, sender.address, KEEP.exact),
  }));
}

/** Marks a mailbox in the tenant's records without naming it, so that erasing the mailbox leaves no address there. */
const markOf = (mailbox: string): string => hash('sha256', mailbox).slice(0, 8);

/** What the tenant as a whole learns from a message, once: the sender's profile and its domain's, names, links, the thread, look-alikes. */
function tenantLessons(observation: Observation, mailbox: string): readonly Lesson[] {
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

const EMPTY_PROFILE: ProfileRecord = {
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

/** Enters a domain that has written on several days under its look-alikes' signatures; once a domain and day. */
function knownDomainLesson({ sender, at }: Observation): Lesson {
  const profile = domainProfileKey(sender.orgDomain);
  return lookalikeLesson('known', sender.orgDomain, at, profile, (draft) => {
    const { c } = draft.get(profile) ?? EMPTY_PROFILE;
    return c.d >= KNOWN_AFTER_DAYS ? c.n : 0;
  });
}

/** The same for organisations that the owner writes to: one mail is enough. */
const solicitedLessons = ({ sender, recipients, at }: Observation): readonly Lesson[] =>
  foreignDomainsOf(recipients)
    .filter((orgDomain) => orgDomain !== sender.orgDomain)
    .map((orgDomain) => {
      const domain = keyOf(sender.address, 'domain', orgDomain);
      return lookalikeLesson('solicited', orgDomain, at, domain, (draft) => {
        const record = draft.get(domain);
        return (record?.in?.n ?? 0) + (record?.out?.n ?? 0);
      });
    });

const DAY_MS = 86_400_000;

function lookalikeLesson(
  why: string,
  orgDomain: string,
  at: number,
  evidence: KeyOf<RecordKind>,
  countIn: (draft: Draft) => number,
): Lesson {
  const signatures = signaturesOf(orgDomain).map((signature) => keyOf(TENANT, 'lookalike', signature));
  return lesson(`${why} ${orgDomain} ${Math.floor(at / DAY_MS)}`, TENANT, [evidence, ...signatures], (draft) => {
    const count = countIn(draft);
    for (const key of signatures) {
      const known = draft.get(key)?.d ?? {};
      const written = Object.hasOwn(known, orgDomain) ? (known[orgDomain] ?? 0) : 0;
      // Rewritten when it doubled: what counts is its order of magnitude.
      if (count > 0 && count >= 2 * written) draft.set(key, () => ({ d: withCount(known, orgDomain, count) }));
    }
  });
}

function withCount(known: Readonly<Record<string, number>>, domain: string, count: number): Record<string, number> {
  const all = Object.entries({ ...known, [domain]: count });
  return Object.fromEntries(
    all.length <= MAX_LOOKALIKES ? all : all.sort(([, m], [, n]) => n - m).slice(0, MAX_LOOKALIKES),
  );
}

/** What a person said of a message counts for or against its sender, in this mailbox. */
function markLesson({ id, sender }: Observation, mailbox: string, what: 'released' | 'reported'): Lesson {
  const key = keyOf(mailbox, 'correspondent', sender.address);
  return lesson(`${what} ${id}`, mailbox, [key], (draft) => {
    draft.set(key, (record) => {
      const old = record ?? EMPTY_CORRESPONDENT;
      return { ...old, [what]: old[what] + 1 };
    });
  });
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
