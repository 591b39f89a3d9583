/** Records → Baseline: what this mailbox and its tenant knew before this message. All keys follow from the message, but for one. */
import type {
  ActorHistory,
  Baseline,
  Correspondent,
  DomainHistory,
  KnownAccount,
  KnownThread,
  Maturity,
  NameBinding,
  Prevalence,
  Resemblance,
  SenderProfile,
  Vip,
} from '../domain/baseline.ts';
import type { NamedAddress } from '../domain/mail.ts';
import type { Intent, Message, Sender } from '../domain/message.ts';
import type {
  CorrespondentRecord,
  DomainRecord,
  LinkRecord,
  MailboxRecord,
  NameRecord,
  ProfileRecord,
  RecordKey,
  Records,
} from '../domain/observation.ts';
import type { ConfiguredVip } from '../domain/organisation.ts';
import type { Store } from '../domain/ports.ts';
import { actorKeys, actorName } from './actor.ts';
import { EMPTY_TOP, tallyOf, valuesOf } from './counts.ts';
import { habitsOf, habitValues } from './habits.ts';
import { holdHistory } from './holdLessons.ts';
import { type KeyOf, keyOf, recordOf, TENANT } from './keys.ts';
import { optional } from './lesson.ts';
import { linkDomainsOf } from './observe.ts';
import { type Candidate, lookalikeKeys, resemblancesOf } from './resemblance.ts';
import { inferredVips } from './standingLesson.ts';

const DAY_MS = 86_400_000;
const LEARNING_FROM = 30; // messages: detection.md §2 "Cold start"
const STEADY_FROM = { messages: 200, days: 14 }; // likewise
const USUAL_TWIN_DAYS = 3; // a value becomes normal after three separate days: detection.md §2 "Learning rules"
const PROBATION_DAYS = 14; // a new Reply-To is not yet usual: detection.md §2 "Bound changes"
const MAX_REPLY_TO = 3; // of those: a mail with more would keep all others from being looked up
const MAX_OTHERS = 8; // addresses that a message names beside its sender and that are looked up

/** One read; a second, of one record, where another address bears the sender's name. */
export async function recallFrom(
  store: Pick<Store, 'recall'>,
  tenant: string,
  message: Message,
  mailbox: string,
  home: Home,
): Promise<Baseline> {
  const records = await store.recall(tenant, recallKeys(message, mailbox));
  const further = furtherKeys(message, mailbox, records);
  if (further.length === 0) return recall(message, mailbox, records, home);
  const more = await store.recall(tenant, further);
  return recall(message, mailbox, new Map([...records, ...more]), home);
}

/** Keys of the records that `recall` may read for this message and that follow from it. */
export function recallKeys(message: Message, mailbox: string): readonly RecordKey[] {
  const { sender, thread } = message;
  const keys: RecordKey[] = [keyOf(mailbox, 'mailbox', '')];
  if (sender !== undefined) {
    keys.push(
      ...[sender.address, ...othersNamed(message, sender)].map((address) => keyOf(mailbox, 'correspondent', address)),
      keyOf(mailbox, 'domain', sender.orgDomain),
      keyOf(TENANT, 'profile', sender.address),
      keyOf(TENANT, 'organisation', sender.orgDomain),
      keyOf(TENANT, 'everybody', ''),
      keyOf(TENANT, 'vips', ''),
      ...(message.authentication?.isAligned === false ? [keyOf(TENANT, 'twin', sender.address)] : []),
      ...lookalikeKeysOf(sender),
    );
    if (sender.nameKey !== undefined)
      keys.push(keyOf(mailbox, 'name', sender.nameKey), keyOf(TENANT, 'name', sender.nameKey));
  }
  for (const key of accountKeys(message, mailbox)) keys.push(key);
  for (const actor of message.actors ?? []) keys.push(...actorKeys(actor, mailbox));
  for (const ancestor of thread?.ancestors ?? []) keys.push(keyOf(TENANT, 'thread', ancestor));
  for (const orgDomain of linkDomainsOf(message))
    keys.push(keyOf(mailbox, 'link', orgDomain), keyOf(TENANT, 'link', orgDomain));
  return keys;
}

/** Keys that follow from what is found under `recallKeys`. */
export function furtherKeys(message: Message, mailbox: string, records: Records): readonly RecordKey[] {
  const { sender } = message;
  if (sender?.nameKey === undefined) return [];
  const bound = [mailbox, TENANT].flatMap((scope) => boundElsewhere(sender, scope, records));
  return nameHolderKeys(message, bound);
}

const lookalikeKeysOf = (sender: Sender): readonly RecordKey[] => [
  ...(sender.isFreemail ? [] : lookalikeKeys(sender.domain)),
  ...(foreignReplyTo(sender) === undefined ? [] : lookalikeKeys(foreignReplyTo(sender)?.domain ?? '')),
];

const othersNamed = (
  { quotes = [], invites = [] }: Message,
  { address, replyTo, addressInName, originalAuthor }: Sender,
): readonly string[] =>
  [
    ...new Set([
      ...replyTo.slice(0, MAX_REPLY_TO).map((one) => one.address),
      addressInName,
      originalAuthor?.address,
      ...invites.map(({ organizer }) => organizer?.address),
      ...quotes.map(({ writer }) => writer.address),
    ]),
  ]
    .filter((other) => other !== undefined && other !== address)
    .slice(0, MAX_OTHERS) as readonly string[];

const foreignReplyTo = ({ replyTo, orgDomain }: Sender): NamedAddress | undefined =>
  replyTo.find((target) => target.orgDomain !== '' && target.orgDomain !== orgDomain);

/** What of the organisation the baseline of a mailbox depends on. */
export interface Home {
  readonly ownDomains: readonly string[];
  readonly vips?: readonly ConfiguredVip[];
}

/** `records` holds what the store knows under `recallKeys`. Times are the message's. */
export function recall(message: Message, mailbox: string, records: Records, home: Home): Baseline {
  const { sender, receivedAt: now } = message;
  const own = recordOf(records, keyOf(mailbox, 'mailbox', ''));
  return {
    mailbox,
    maturity: maturityOf(own, now),
    holds: holdHistory(own, sender?.address ?? ''),
    rarity: own?.rare ?? {},
    ...optional('accounts', accountsOf(message, mailbox, records)),
    ...optional('actor', actorOf(message, mailbox, records)),
    ...(sender === undefined ? NOBODY : acquaintance(message, sender, mailbox, records, home.ownDomains)),
    vips: vipsOf(records, home),
    threads: threadsOf(message, mailbox, records),
    linkDomains: linksOf(message, mailbox, records),
    attachmentKinds: new Map(valuesOf(own?.kinds ?? EMPTY_TOP)),
  };
}

/** Shared with describe.ts. */
export function maturityOf(own: MailboxRecord | undefined, now: number): Maturity {
  const messageCount = (own?.in?.n ?? 0) + (own?.out?.n ?? 0);
  const firsts = [own?.in?.f, own?.out?.f].filter((at) => at !== undefined);
  const ageDays = firsts.length === 0 ? 0 : Math.max(0, (now - Math.min(...firsts)) / DAY_MS);
  if (messageCount < LEARNING_FROM) {
    const toNextStage = `${LEARNING_FROM - messageCount} more messages`;
    return { stage: 'blank', messageCount, ageDays, toNextStage };
  }
  const missing = [
    ...(messageCount < STEADY_FROM.messages ? [`${STEADY_FROM.messages - messageCount} more messages`] : []),
    ...(ageDays < STEADY_FROM.days ? [`${Math.ceil(STEADY_FROM.days - ageDays)} more days`] : []),
  ];
  if (missing.length === 0) return { stage: 'steady', messageCount, ageDays };
  return { stage: 'learning', messageCount, ageDays, toNextStage: missing.join(' and ') };
}

/** Who is configured is not counted again. */
function vipsOf(records: Records, { vips: configured = [] }: Home): readonly Vip[] {
  const named = new Set(configured.map(({ address }) => address));
  const inferred = inferredVips(recordOf(records, keyOf(TENANT, 'vips', '')));
  return [...configured, ...inferred.filter(({ address }) => !named.has(address))];
}

type Acquaintance = Omit<
  Baseline,
  | 'accounts'
  | 'actor'
  | 'holds'
  | 'rarity'
  | 'mailbox'
  | 'maturity'
  | 'vips'
  | 'threads'
  | 'linkDomains'
  | 'attachmentKinds'
>;

const NOBODY: Acquaintance = {
  correspondents: new Map(),
  nameBindings: [],
  tenantNameBindings: [],
  habits: [],
  senderResemblances: [],
  replyToResemblances: [],
};

function acquaintance(
  message: Message,
  sender: Sender,
  mailbox: string,
  records: Records,
  ownDomains: readonly string[],
): Acquaintance {
  const now = message.receivedAt;
  const correspondentOf = (address: string) => {
    const record = recordOf(records, keyOf(mailbox, 'correspondent', address));
    return record === undefined ? undefined : toCorrespondent(address, record, now);
  };
  const correspondent = correspondentOf(sender.address);
  const domain = recordOf(records, keyOf(mailbox, 'domain', sender.orgDomain));
  const profile = recordOf(records, keyOf(TENANT, 'profile', sender.address));
  const domainProfile = recordOf(records, keyOf(TENANT, 'organisation', sender.orgDomain));
  const everybody = recordOf(records, keyOf(TENANT, 'everybody', ''));
  const twin = recordOf(records, keyOf(TENANT, 'twin', sender.address));
  const isTwinUsual = message.authentication?.isAligned === false && (twin?.c.d ?? 0) >= USUAL_TWIN_DAYS;
  const values = habitValues(message);
  const nameBindings = boundElsewhere(sender, mailbox, records);
  const tenantNameBindings = boundElsewhere(sender, TENANT, records);
  const [holder] = nameHolderKeys(message, [...nameBindings, ...tenantNameBindings]);
  const holderProfile = holder === undefined ? undefined : recordOf(records, holder);
  const replyTo = foreignReplyTo(sender);
  const others = othersNamed(message, sender).flatMap((address) => correspondentOf(address) ?? []);
  return {
    ...(correspondent === undefined ? {} : { correspondent }),
    ...(domain === undefined ? {} : { domain: toDomainHistory(sender.orgDomain, domain, now) }),
    correspondents: new Map(others.map((other) => [other.address, other])),
    nameBindings,
    tenantNameBindings,
    ...optional('profile', toProfile(profile, now, twin)),
    ...optional('domainProfile', toProfile(domainProfile, now)),
    habits: habitsOf(values, isTwinUsual ? twin : profile, domainProfile, everybody),
    ...(holderProfile === undefined ? {} : { nameHolderHabits: habitsOf(values, holderProfile, undefined, everybody) }),
    senderResemblances: sender.isFreemail ? [] : resemblancesIn(sender, records, ownDomains),
    replyToResemblances: replyTo === undefined ? [] : resemblancesIn(replyTo, records, ownDomains),
  };
}

const boundElsewhere = ({ nameKey, address }: Sender, scope: string, records: Records): readonly NameBinding[] =>
  nameKey === undefined ? [] : bindings(recordOf(records, keyOf(scope, 'name', nameKey)), address);

/**
 * Of the profile of the other address that bears the sender's name; none without one. One that is written to comes before one that is not,
 * whoever sends more mail, so that a made-up bearer does not take the place of a known one. A list that rewrites From shows its author's
 * name over an address of its own.
 */
function nameHolderKeys({ sender, bulk }: Message, bound: readonly NameBinding[]): readonly KeyOf<'profile'>[] {
  const author = bulk?.isList === true ? sender?.originalAuthor?.address : undefined;
  const [holder] = bound
    .filter(({ address }) => address !== author)
    .sort((a, b) => Number(b.isSolicited) - Number(a.isSolicited) || b.messageCount - a.messageCount);
  return holder === undefined ? [] : [keyOf(TENANT, 'profile', holder.address)];
}

export function toCorrespondent(address: string, record: CorrespondentRecord, now: number): Correspondent {
  return {
    address,
    ...optional('received', tallyOf(record.in, now)),
    ...optional('sent', tallyOf(record.out, now)),
    repliedCount: record.replied,
    reportedCount: record.reported,
    releasedCount: record.released,
    replyToOrgDomains: usualReplyTo(record, now),
    attachmentKinds: new Map(valuesOf(record.kinds ?? EMPTY_TOP)),
    intents: new Map(valuesOf(record.intents ?? EMPTY_TOP)) as ReadonlyMap<Intent, number>,
    coRecipients: new Map(valuesOf(record.beside ?? EMPTY_TOP)),
  };
}

/** Those seen before the probation began; for a sender who is new too, all: they belong to what it is. */
function usualReplyTo({ replyTo = {}, in: received }: CorrespondentRecord, now: number): ReadonlySet<string> {
  const since = Math.max(now - PROBATION_DAYS * DAY_MS, received?.f ?? 0);
  return new Set(Object.entries(replyTo).flatMap(([domain, [, first]]) => (first <= since ? [domain] : [])));
}

export const toDomainHistory = (orgDomain: string, record: DomainRecord, now: number): DomainHistory => ({
  orgDomain,
  ...optional('received', tallyOf(record.in, now)),
  ...optional('sent', tallyOf(record.out, now)),
  senderCount: Object.keys(record.senders.v).length,
});

function toProfile(record: ProfileRecord | undefined, now: number, twin?: ProfileRecord): SenderProfile | undefined {
  const received = tallyOf(record?.c, now);
  if (record === undefined || received === undefined) return undefined;
  return {
    received,
    mailboxCount: Object.keys(record.mailboxes.v).length,
    dmarc: new Map(valuesOf(record.dmarc)) as SenderProfile['dmarc'],
    alignedCount: record.aligned,
    checkedCount: record.checked,
    unauthenticatedDays: twin?.c.d ?? 0,
    hours: record.hours,
  };
}

/** Other addresses under the name, most frequent first. */
const bindings = (record: NameRecord | undefined, sender: string): readonly NameBinding[] =>
  Object.entries(record?.a ?? {})
    .filter(([address]) => address !== sender)
    .map(([address, [messageCount, lastAt, solicited]]) => ({
      address,
      messageCount,
      lastAt,
      isSolicited: solicited === 1,
    }))
    .sort((a, b) => b.messageCount - a.messageCount || (a.address < b.address ? -1 : 1));

function resemblancesIn(
  { domain, orgDomain }: NamedAddress,
  records: Records,
  ownDomains: readonly string[],
): readonly Resemblance[] {
  const known = new Map<string, number>();
  for (const key of lookalikeKeys(domain)) {
    for (const [other, count] of Object.entries(recordOf(records, key)?.d ?? {}))
      if (other !== orgDomain) known.set(other, Math.max(count, known.get(other) ?? 0));
  }
  const own = ownDomains.map((one): Candidate => ({ domain: one, known: 'own', messageCount: 0 }));
  const isInside = ownDomains.some((one) => domain === one || domain.endsWith(`.${one}`));
  const correspondents = [...known]
    .filter(([other]) => !ownDomains.includes(other))
    .map(([other, messageCount]): Candidate => ({ domain: other, known: 'correspondent', messageCount }));
  return isInside ? [] : resemblancesOf(domain, [...own, ...correspondents]);
}

function actorOf(
  { actors = [], receivedAt: now }: Message,
  mailbox: string,
  records: Records,
): ActorHistory | undefined {
  const [actor] = actors;
  if (actor === undefined) return undefined;
  const { address: { address = '', orgDomain = '' } = {} } = actor;
  const correspondent = recordOf(records, keyOf(mailbox, 'correspondent', address));
  const domain = recordOf(records, keyOf(mailbox, 'domain', orgDomain));
  const namesIn = (scope: string) => bindings(recordOf(records, keyOf(scope, 'name', actor.nameKey ?? '')), address);
  return {
    ...optional('received', tallyOf(recordOf(records, keyOf(mailbox, 'actor', actorName(actor)))?.in, now)),
    ...(correspondent === undefined ? {} : { correspondent: toCorrespondent(address, correspondent, now) }),
    ...(domain === undefined ? {} : { domain: toDomainHistory(orgDomain, domain, now) }),
    nameBindings: namesIn(mailbox),
    tenantNameBindings: namesIn(TENANT),
  };
}

const accountKeys = ({ money }: Message, mailbox: string): readonly KeyOf<'account'>[] =>
  money === undefined || money.accounts.length === 0 ? [] : [keyOf(mailbox, 'account', money.holder)];

/** The first ones of a holder are on probation too: nobody has paid there yet. */
function accountsOf(
  message: Message,
  mailbox: string,
  records: Records,
): ReadonlyMap<string, KnownAccount> | undefined {
  const [key] = accountKeys(message, mailbox);
  if (key === undefined) return undefined;
  const { a = {} } = recordOf(records, key) ?? {};
  const since = message.receivedAt - PROBATION_DAYS * DAY_MS;
  return new Map(
    Object.entries(a).map(([mark, [messageCount, firstAt]]) => [
      mark,
      { messageCount, firstAt, isUsual: firstAt <= since },
    ]),
  );
}

/** Ancestors that the tenant has seen; what the mailbox itself wrote is its own. */
function threadsOf({ thread }: Message, mailbox: string, records: Records): ReadonlyMap<string, KnownThread> {
  const found = new Map<string, KnownThread>();
  for (const messageId of thread?.ancestors ?? []) {
    const { p = [], own = 0, at = 0 } = recordOf(records, keyOf(TENANT, 'thread', messageId)) ?? {};
    const [writer] = p;
    if (writer === undefined) continue;
    const isFromInside = own === 1;
    const isOwn = isFromInside && writer === mailbox;
    found.set(messageId, { messageId, writer, isOwn, isFromInside, participants: new Set(p), at });
  }
  return found;
}

function linksOf(message: Message, mailbox: string, records: Records): ReadonlyMap<string, Prevalence> {
  return new Map(
    linkDomainsOf(message).map((orgDomain) => {
      const mine = recordOf(records, keyOf(mailbox, 'link', orgDomain));
      const everybody = recordOf(records, keyOf(TENANT, 'link', orgDomain));
      return [orgDomain, prevalence(mine, everybody)];
    }),
  );
}

const prevalence = (mine: LinkRecord | undefined, everybody: LinkRecord | undefined): Prevalence => ({
  mailboxCount: mine?.c.n ?? 0,
  tenantCount: everybody?.c.n ?? 0,
  senderCount: Object.keys(everybody?.senders.v ?? {}).length,
});
