/** Entry of a worker thread: reads stored messages for what they teach. Also called on the main thread for one at a time. */
import { observationOf } from './baseline/observe.ts';
import type { HistoryRequest, SkipReason } from './domain/history.ts';
import type { Direction, Submission } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Observation } from './domain/observation.ts';
import type { Organisation } from './domain/organisation.ts';
import { IntakeError } from './domain/service.ts';
import { directionSeenFrom, mailboxesOf, toSubmission } from './intake.ts';
import { readMessage } from './read.ts';

/** What is the same for all messages of an export. */
export interface StoredAbout extends Omit<Submission, 'raw' | 'direction' | 'receivedAt'> {
  /** Absent: each message's own. */
  readonly direction?: Direction;
}

/** What holds for all messages, checked once. Throws IntakeError. */
export function aboutOf(request: HistoryRequest, now: number): StoredAbout {
  const { tenant, envelope, mailboxes, direction } = toSubmission(
    { ...request, raw: Buffer.alloc(0), learn: 'auto' },
    now,
  );
  const isGiven = request.direction !== undefined || request.user !== undefined;
  return { tenant, envelope, mailboxes, ...(isGiven ? { direction } : {}) };
}

export interface StoredMail {
  readonly receivedAt: number;
  /** It lay in the owner's folder for sent mail. */
  readonly isSent: boolean;
}

export type Taught =
  | {
      readonly messageId: string;
      readonly mailboxes: readonly string[];
      readonly observation: Observation;
      /** Whose word it is, as the export tells; absent when it came. */
      readonly owner?: string;
    }
  | { readonly skipped: SkipReason };

/** Messages one after the other in one block of bytes, so that they cross the thread border without being copied. */
export interface LearnTask {
  readonly about: StoredAbout;
  readonly organisation: Organisation;
  readonly mails: readonly (StoredMail & { readonly sizeBytes: number })[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is wanted of each message; the pool calls these by name. */
export const readAll = (task: LearnTask): Promise<readonly Taught[]> => readEach(task, taughtBy);
export const readMessages = (task: LearnTask): Promise<readonly Message[]> => readEach(task, (message) => message);

async function readEach<T>(
  { about, organisation, mails, bytes }: LearnTask,
  answerOf: (message: Message, mail: StoredMail, about: StoredAbout, organisation: Organisation) => T,
): Promise<readonly T[]> {
  const answers: T[] = [];
  let at = 0;
  for (const mail of mails) {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset + at, mail.sizeBytes);
    const { message } = await readMessage(submissionOf(raw, mail, about), organisation);
    answers.push(answerOf(message, mail, about, organisation));
    at += mail.sizeBytes;
  }
  bytes.buffer.transfer(0); // given back now: the collector does not see how much it is
  return answers;
}

export const submissionOf = (raw: Buffer, { receivedAt }: StoredMail, about: StoredAbout): Submission => ({
  ...about,
  raw,
  receivedAt,
  direction: about.direction ?? 'inbound',
});

export function taughtBy(message: Message, mail: StoredMail, about: StoredAbout, organisation: Organisation): Taught {
  const { owner, direction, mailboxes } = whoseIs(message, mail, about, organisation);
  const observation = observationOf({ ...message, direction });
  if (observation === undefined) return { skipped: 'no-sender' };
  if (mailboxes === undefined) return { skipped: 'no-mailbox' };
  return { messageId: message.id, mailboxes, observation, ...(owner === undefined ? {} : { owner }) };
}

/** Who wrote it, when that was a mailbox's owner; and whom it concerns, when that can be told. */
export function whoseIs(message: Message, mail: StoredMail, about: StoredAbout, organisation: Organisation) {
  const owner = about.direction === undefined ? ownerOf(message, mail, about) : undefined;
  const direction = owner === undefined ? message.direction : 'outbound';
  return { owner, direction, mailboxes: mailboxesFor({ ...message, direction }, mail, about, organisation) };
}

/**
 * Which of the mailboxes wrote the message. A folder for sent mail says so whatever the address in From; elsewhere From has to be the
 * mailbox, and the own border must not have found it forged: spam in the reader's own name lies in every mailbox.
 */
function ownerOf({ sender, authentication }: Message, { isSent }: StoredMail, { mailboxes }: StoredAbout) {
  const writer = mailboxes.find((mailbox) => directionSeenFrom(mailbox, sender?.address) === 'outbound');
  if (isSent) return writer ?? (mailboxes.length === 1 ? mailboxes[0] : sender?.address);
  return authentication?.isAligned === false ? undefined : writer;
}

function mailboxesFor(message: Message, mail: StoredMail, about: StoredAbout, organisation: Organisation) {
  try {
    const submission = { ...submissionOf(Buffer.alloc(0), mail, about), direction: message.direction };
    return mailboxesOf(submission, message, organisation);
  } catch (error) {
    if (error instanceof IntakeError) return undefined;
    throw error;
  }
}
