/** What one mailbox learns of a message that came, that its owner wrote, or that a person judged. */
import { hash } from 'node:crypto';
import type { CorrespondentRecord, Observation } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { counted, EMPTY_TOP, withValue, withValues } from './counts.ts';
import { keyOf, TENANT } from './keys.ts';
import { bindName, countLink, domainsOf, KEEP, lesson, MAX_PARTICIPANTS, participants } from './lesson.ts';
import { EMPTY_PROFILE } from './tenantLessons.ts';

export function receivedLesson(observation: Observation, mailbox: string): Lesson {
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

/** Marks a mailbox in the tenant's records without naming it, so that erasing the mailbox leaves no address there. */
const markOf = (mailbox: string): string => hash('sha256', mailbox).slice(0, 8);

/** The owner wrote: whom to, in which threads, with which links. What trust is made of. */
export function sentLesson(observation: Observation, mailbox: string): Lesson {
  const { at, recipients, recipientNames = {}, messageId, ancestors, linkDomains } = observation;
  const readers = recipients.filter((address) => address !== mailbox);
  const own = keyOf(mailbox, 'mailbox', '');
  const correspondents = readers.map((address) => keyOf(mailbox, 'correspondent', address));
  const domains = domainsOf(readers).map((orgDomain) => keyOf(mailbox, 'domain', orgDomain));
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

/** What a person said of a message counts for or against its sender, in this mailbox. */
export function markLesson({ id, sender }: Observation, mailbox: string, what: 'released' | 'reported'): Lesson {
  const key = keyOf(mailbox, 'correspondent', sender.address);
  return lesson(`${what} ${id}`, mailbox, [key], (draft) => {
    draft.set(key, (record) => {
      const old = record ?? EMPTY_CORRESPONDENT;
      return { ...old, [what]: old[what] + 1 };
    });
  });
}
