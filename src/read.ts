/** parse → traits: bytes to the Message that detectors see. Runs here, or in a worker for what is large or odd (readApart.ts). */
import type { Submission } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Organisation } from './domain/organisation.ts';
import { writtenTimes as timesIn, type WrittenTimes } from './parse/arrival.ts';
import { parseMail } from './parse/parse.ts';
import { extractTraits } from './traits/extract.ts';
import { LEFT_LOCKED } from './traits/files/budget.ts';
import { newPictureBudget } from './traits/qr/qrCodes.ts';

export interface Reading {
  readonly message: Message;
  readonly parseMs: number;
  readonly traitsMs: number;
}

/** Locked documents were left as they are. */
export const hasLeftLocks = ({ message }: Reading): boolean =>
  message.defects.some(({ code, detail }) => code === 'unread-files' && detail.includes(LEFT_LOCKED));

export type { WrittenTimes };

export type Read = (submission: Submission) => Promise<Reading>;

const HEAD_BYTES = 256 * 1024; // headers of an honest mail are far below; the times stand at their top

/** When a stored mail arrived and was written, by its own headers. Never throws. */
export const writtenTimes = (raw: Buffer): WrittenTimes => timesIn(raw.subarray(0, HEAD_BYTES));

/** What there is time for. */
export interface ReadingTime {
  /** To look for QR codes. */
  readonly forPictures?: boolean;
  /** To try the locks of documents: 100 ms each. */
  readonly forLocks?: boolean;
}

/** Never throws for any bytes. */
export async function readMessage(
  submission: Submission,
  organisation: Organisation,
  { forPictures = true, forLocks = true }: ReadingTime = {},
): Promise<Reading> {
  const startedAt = performance.now();
  const mail = await parseMail(submission.raw);
  const parsedAt = performance.now();
  const message = await extractTraits(mail, submission, organisation, newPictureBudget(forPictures), forLocks);
  return { message, parseMs: parsedAt - startedAt, traitsMs: performance.now() - parsedAt };
}
