/** What one mailbox learns of a message that came, that its owner wrote, or that a person judged. */
import type { AccountRecord, CorrespondentRecord, Observation, TopK } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { counted, EMPTY_TOP, type Step, unlessEmpty, withValue, withValues } from './counts.ts';
import { eitherTaught } from './identity.ts';
import { keyOf, TENANT } from './keys.ts';
import { bindName, countLink, domainsOf, KEEP, lesson, MAX_PARTICIPANTS, optional, without } from './lesson.ts';
import { withRarity } from './rarity.ts';

export const receivedLessons = (observation: Observation, mailbox: string, step: Step): readonly Lesson[] =>
  eitherTaught(receivedLesson(observation, mailbox, step), unvouchedLesson(observation, mailbox, step), observation);

function receivedLesson(observation: Observation, mailbox: string, step: Step): Lesson {
  const { id, at, sender, linkDomains, attachmentKinds, actor: actorName, accounts, rarity } = observation;
  const own = keyOf(mailbox, 'mailbox', '');
  const writer = keyOf(mailbox, 'correspondent', sender.address);
  const domain = sender.isFreemail ? [] : [keyOf(mailbox, 'domain', sender.orgDomain)];
  const name = sender.nameKey === undefined ? [] : [keyOf(mailbox, 'name', sender.nameKey)];
  const links = linkDomains.map((link) => keyOf(mailbox, 'link', link));
  const actor = actorName === undefined ? [] : [keyOf(mailbox, 'actor', actorName)];
  const account = accounts === undefined ? [] : [keyOf(mailbox, 'account', accounts.holder)];
  const keys = [own, writer, ...domain, ...name, ...links, ...actor, ...account];
  return lesson(`received ${id}`, mailbox, step, keys, (draft) => {
    draft.set(own, (old) => ({
      ...old,
      in: counted(old?.in, at, step),
      kinds: withValues(old?.kinds ?? EMPTY_TOP, attachmentKinds, KEEP.kinds, step),
      ...optional('rare', withRarity(old?.rare, rarity?.[mailbox], step)),
    }));
    draft.set(writer, (old) => withReceived(old, observation, mailbox, step));
    for (const key of domain)
      draft.set(key, (old) => ({
        ...old,
        in: counted(old?.in, at, step),
        senders: withValue(old?.senders ?? EMPTY_TOP, sender.address, KEEP.exact, step),
      }));
    const { out, replied = 0 } = draft.get(writer) ?? {};
    for (const key of name) bindName(draft, key, sender.address, at, (out?.n ?? 0) > 0 || replied > 0, step);
    for (const key of links) countLink(draft, key, observation, step);
    for (const key of account) draft.set(key, (old) => withAccounts(old, observation, step));
    for (const key of actor) draft.set(key, (old) => ({ in: counted(old?.in, at, step) }));
  });
}

/** Mail in the name of an identity that authenticates, which this is not: it counts as mail of the mailbox, and teaches nothing else. */
function unvouchedLesson({ id, at, rarity }: Observation, mailbox: string, step: Step): Lesson {
  const own = keyOf(mailbox, 'mailbox', '');
  return lesson(`unvouched ${id}`, mailbox, step, [own], (draft) => {
    draft.set(own, (old) => ({
      ...old,
      in: counted(old?.in, at, step),
      kinds: old?.kinds ?? EMPTY_TOP,
      ...optional('rare', withRarity(old?.rare, rarity?.[mailbox], step)),
    }));
  });
}

const EMPTY_CORRESPONDENT: CorrespondentRecord = { replied: 0, reported: 0, released: 0 };

function withReceived(
  record: CorrespondentRecord | undefined,
  { at, sender, replyToOrgDomains, attachmentKinds, intents, recipients }: Observation,
  mailbox: string,
  step: Step,
): CorrespondentRecord {
  const { replyTo: oldReplyTo = {}, kinds, intents: asked, beside, ...old } = record ?? EMPTY_CORRESPONDENT;
  const others = recipients.filter((address) => address !== mailbox && address !== sender.address);
  const replyTo = replyToOrgDomains.reduce((known, domain) => withDated(known, domain, at, step), oldReplyTo);
  const added = (top: TopK | undefined, values: readonly string[], limit: number) =>
    unlessEmpty(withValues(top ?? EMPTY_TOP, values, limit, step));
  return {
    ...old,
    in: counted(old.in, at, step),
    ...optional('replyTo', Object.keys(replyTo).length === 0 ? undefined : replyTo),
    ...optional('kinds', added(kinds, attachmentKinds, KEEP.kinds)),
    ...optional('intents', added(asked, intents, KEEP.few)),
    ...optional('beside', added(beside, others.slice(0, MAX_PARTICIPANTS), KEEP.exact)),
  };
}

const withAccounts = (old: AccountRecord | undefined, { at, accounts }: Observation, step: Step): AccountRecord => ({
  a: (accounts?.marks ?? []).reduce((known, mark) => withDated(known, mark, at, step), old?.a ?? {}),
});

type Dated = Readonly<Record<string, readonly [n: number, first: number]>>;

/** A new one finds no place where all are taken by others: it stays new. */
function withDated(known: Dated, value: string, at: number, step: Step): Dated {
  const [n, first] = (Object.hasOwn(known, value) ? known[value] : undefined) ?? [0, at];
  if (n + step <= 0) return without(known, value);
  if (n === 0 && Object.keys(known).length >= KEEP.few) return known;
  return { ...known, [value]: [n + step, Math.min(first, at)] };
}

/** The owner wrote: whom to, in which threads, with which links. What trust is made of. */
export function sentLesson(observation: Observation, mailbox: string, step: Step): Lesson {
  const { id, at, recipients, recipientNames = {}, ancestors, linkDomains } = observation;
  const readers = recipients.filter((address) => address !== mailbox);
  const own = keyOf(mailbox, 'mailbox', '');
  const correspondents = readers.map((address) => keyOf(mailbox, 'correspondent', address));
  const domains = domainsOf(readers).map((orgDomain) => keyOf(mailbox, 'domain', orgDomain));
  const names = Object.values(recipientNames).map((name) => keyOf(mailbox, 'name', name));
  const answered = ancestors.map((ancestor) => keyOf(TENANT, 'thread', ancestor));
  const links = linkDomains.map((link) => keyOf(mailbox, 'link', link));
  const keys = [own, ...correspondents, ...domains, ...names, ...answered, ...links];
  return lesson(`sent ${id}`, mailbox, step, keys, (draft) => {
    draft.set(own, (old) => ({ ...old, out: counted(old?.out, at, step), kinds: old?.kinds ?? EMPTY_TOP }));
    const inThread = new Set(answered.flatMap((key) => draft.get(key)?.p ?? []));
    for (const key of correspondents)
      draft.set(key, (record) => {
        const old = record ?? EMPTY_CORRESPONDENT;
        const replied = old.replied + (inThread.has(key.key) ? step : 0);
        return { ...old, out: counted(old.out, at, step), replied: Math.max(0, replied) };
      });
    for (const key of domains)
      draft.set(key, (old) => ({ ...old, out: counted(old?.out, at, step), senders: old?.senders ?? EMPTY_TOP }));
    for (const [address, name] of Object.entries(recipientNames))
      if (address !== mailbox) bindName(draft, keyOf(mailbox, 'name', name), address, at, true, step);
    for (const key of links) countLink(draft, key, observation, step);
  });
}

/** What a person said of a message counts for or against its sender, in this mailbox. */
export function markLesson(
  { id, sender }: Observation,
  mailbox: string,
  what: 'released' | 'reported',
  step: Step,
): Lesson {
  const key = keyOf(mailbox, 'correspondent', sender.address);
  return lesson(`${what} ${id}`, mailbox, step, [key], (draft) => {
    draft.set(key, (record) => {
      const old = record ?? EMPTY_CORRESPONDENT;
      return { ...old, [what]: Math.max(0, old[what] + step) };
    });
  });
}
