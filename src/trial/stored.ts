/** A stored message, as an export has it → a mail of the stream, as `learn` would take it. */
import type { SkipReason } from '../domain/history.ts';
import type { Organisation } from '../domain/organisation.ts';
import { isOwn, ownDomainsFor } from '../intake.ts';
import { type StoredAbout, type StoredMail, submissionOf, taughtBy } from '../learnWorker.ts';
import { lessonsOfStored, lessonsOfStoredAtOnce } from '../lessons.ts';
import type { Read } from '../read.ts';
import { splitMail } from './mail.ts';
import type { Border } from './ownBorder.ts';
import type { Arrival } from './trial.ts';

const MAX_COPIED_BYTES = 512 * 1024; // a larger mail is judged like any other, and copied by no attacker
const HEAD_BYTES = 64 * 1024;

export interface StoredParts {
  readonly about: StoredAbout;
  readonly organisation: Organisation;
  readonly read: Read;
  readonly border: Border;
}

/** The message, or why it teaches nothing. */
export async function arrivalOfStored(
  raw: Buffer,
  mail: StoredMail,
  { about, organisation, read, border }: StoredParts,
): Promise<Arrival | { readonly skipped: SkipReason }> {
  const { message } = await read(submissionOf(raw, mail, about));
  const taught = taughtBy(message, mail, about, organisation);
  if ('skipped' in taught) return taught;
  const isFromInside = taught.mailboxes.some((mailbox) =>
    isOwn(taught.observation.sender.address, { ownDomains: ownDomainsFor(mailbox, organisation), authservIds: [] }),
  );
  const isWhole = raw.length <= MAX_COPIED_BYTES;
  return {
    at: mail.receivedAt,
    direction: taught.owner === undefined ? 'inbound' : 'outbound',
    mailboxes: taught.mailboxes,
    raw,
    message,
    isFromInside,
    lessonsWith: (rarity) =>
      lessonsOfStored(
        rarity === undefined ? taught : { ...taught, observation: { ...taught.observation, rarity } },
        organisation,
      ),
    lessonsAtOnce: lessonsOfStoredAtOnce(taught, organisation),
    delivered: border.take(splitMail(isWhole ? raw : raw.subarray(0, HEAD_BYTES))),
    isWhole,
  };
}
