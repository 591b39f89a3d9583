/** Message → Observation (what is kept of it) → Lessons (pure folds into the records that it touches). */
import { hash } from 'node:crypto';
import type { Attachment, Link, Message } from '../domain/message.ts';
import type { Observation } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { nameKey } from '../text/names.ts';
import { actorName } from './actor.ts';
import { habitValues } from './habits.ts';
import { KEEP, unique } from './lesson.ts';
import { markLesson, receivedLessons, sentLesson } from './mailboxLessons.ts';
import { standingLessons } from './standingLesson.ts';
import { heardLesson, tenantLessons, threadLesson } from './tenantLessons.ts';

const MAX_RECIPIENTS = 50;
const MAX_NAMED_RECIPIENTS = 20;
const MAX_LINK_DOMAINS = 20;
const MAX_OF_FILES = 10; // of attached files beside those of a full body, which must not hide them
const MAX_ANCESTORS = 12; // as many as are looked up: domain/message.ts

/** What a message can teach; undefined when it has no sender. A few hundred bytes, no text of the mail. */
export function observationOf(message: Message): Observation | undefined {
  const { sender, authentication, thread, direction } = message;
  const [actor] = message.actors ?? [];
  const accounts = accountsOf(message);
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
      // A platform shows the name of whom it writes for: it does not become the platform's.
      ...(sender.nameKey === undefined || actor?.isNamedInFrom ? {} : { nameKey: sender.nameKey }),
      isFreemail: sender.isFreemail,
      isOwnDomain: sender.isOwnDomain,
    },
    ...(authentication === undefined ? {} : { isAligned: authentication.isAligned, dmarc: authentication.dmarc }),
    replyToOrgDomains: unique(sender.replyTo.map(({ orgDomain }) => orgDomain)).slice(0, KEEP.few),
    recipients: (message.recipients?.addresses ?? []).slice(0, MAX_RECIPIENTS),
    ...(direction === 'inbound' ? {} : { recipientNames: recipientNames(message) }),
    linkDomains: linkDomainsOf(message),
    attachmentKinds: unique((message.attachments ?? []).flatMap(kindsOf)),
    intents: unique((message.content?.intents ?? []).map(({ intent }) => intent)),
    habits: habitValues(message),
    ...(actor === undefined ? {} : { actor: actorName(actor) }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(isOwnersWord(message, sender.address) ? { isOwnersWord: true } : {}),
  };
}

/** What is quoted may be anybody's, or made up. */
function accountsOf({ money }: Message): Observation['accounts'] {
  const marks = (money?.accounts ?? []).filter(({ isQuoted }) => !isQuoted).map(({ mark }) => mark);
  return money === undefined || marks.length === 0
    ? undefined
    : { holder: money.holder, marks: marks.slice(0, KEEP.few) };
}

/** A document with macros is a habit of its own beside its kind: who sends tables does not therefore send macros. */
const kindsOf = ({ kind, hazards }: Attachment): readonly string[] =>
  hazards.some((hazard) => hazard.kind === 'macro') ? [kind, 'macros'] : [kind];

/**
 * Anyone who may send through the organisation's server can write any From: the log-in has to be that of From, where it is known. What a
 * machine answers in the owner's name, anybody can bring about by writing.
 */
function isOwnersWord({ direction, bulk, envelope: { user } }: Message, address: string): boolean {
  if (direction === 'inbound' || bulk?.isAutomatic === true) return false;
  const login = user?.toLowerCase();
  return login === undefined || login === address || login === address.slice(0, address.lastIndexOf('@'));
}

/** Organisations that the message links to, pictures included: where they come from is as much a habit. */
export function linkDomainsOf({ links }: Message): readonly string[] {
  const domains = (some: readonly Link[]): readonly string[] => some.map(({ orgDomain }) => orgDomain).filter(Boolean);
  const [ofFiles, ofBody] = partition(links?.all ?? [], ({ inFile }) => inFile !== undefined);
  const [written, linked] = partition(ofFiles, ({ isWritten }) => isWritten === true);
  const first = unique(domains(ofBody)).slice(0, MAX_LINK_DOMAINS);
  const further = unique([...domains(linked), ...domains(written)]).filter((domain) => !first.includes(domain));
  return [...first, ...further.slice(0, Math.max(MAX_OF_FILES, MAX_LINK_DOMAINS - first.length))];
}

const partition = (
  links: readonly Link[],
  isFirst: (link: Link) => boolean,
): readonly [readonly Link[], readonly Link[]] => [links.filter(isFirst), links.filter((link) => !isFirst(link))];

function recipientNames({ recipients }: Message): Readonly<Record<string, string>> {
  const named = [...(recipients?.to ?? []), ...(recipients?.cc ?? [])].flatMap(({ address, name }) => {
    const key = name === undefined ? undefined : nameKey(name);
    return key === undefined ? [] : [[address, key] as const];
  });
  return Object.fromEntries(named.slice(0, MAX_NAMED_RECIPIENTS));
}

/** Whose mailboxes a message is in: its writer's, where that is the owner's own word, and its readers'. */
export interface Parties {
  readonly writer?: string;
  readonly readers: readonly string[];
}

/** What the tenant and the mailboxes learn from an observation. */
export const lessonsOf = (observation: Observation, { writer, readers }: Parties): readonly Lesson[] => [
  ...tenantLessons(observation, 1),
  ...(writer === undefined ? [] : [sentLesson(observation, writer, 1), ...standingLessons(observation)]),
  ...readers.flatMap((mailbox) => [heardLesson(observation, mailbox), ...receivedLessons(observation, mailbox, 1)]),
];

/** Those of them that answers within the hour need: that there is this mail, and whom its owner wrote to. Each is learned once all the same. */
export const lessonsAtOnceOf = (observation: Observation, { writer }: Parties): readonly Lesson[] => [
  threadLesson(observation, 1),
  ...(writer === undefined ? [] : [sentLesson(observation, writer, 1)]),
];

/** Lessons that take back what those of `lessonsOf` taught. What was never learned is not taken back. */
export const unlessonsOf = (observation: Observation, { writer, readers }: Parties): readonly Lesson[] => [
  ...(writer === undefined ? [] : [sentLesson(observation, writer, -1)]),
  ...readers.flatMap((mailbox) => receivedLessons(observation, mailbox, -1)),
  ...tenantLessons(observation, -1),
];

/** A person's word on a message: it takes the place of the opposite one. */
export const marksOf = (
  observation: Observation,
  readers: readonly string[],
  what: 'released' | 'reported',
): readonly Lesson[] =>
  readers.flatMap((mailbox) => [
    markLesson(observation, mailbox, what === 'released' ? 'reported' : 'released', -1),
    markLesson(observation, mailbox, what, 1),
  ]);
