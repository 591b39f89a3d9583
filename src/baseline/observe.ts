/** Message → Observation (what is kept of it) → Lessons (pure folds into the records that it touches). */
import { hash } from 'node:crypto';
import type { Message } from '../domain/message.ts';
import type { Observation } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { nameKey } from '../text/names.ts';
import { habitValues } from './habits.ts';
import { KEEP, unique } from './lesson.ts';
import { solicitedLessons } from './lookalikeLessons.ts';
import { markLesson, receivedLesson, sentLesson } from './mailboxLessons.ts';
import { tenantLessons } from './tenantLessons.ts';

const MAX_RECIPIENTS = 50;
const MAX_NAMED_RECIPIENTS = 20;
const MAX_LINK_DOMAINS = 20;
const MAX_ANCESTORS = 12; // as many as are looked up: domain/message.ts

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
