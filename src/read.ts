/** parse → traits: bytes to the Message that detectors see. Runs here, or in a worker for what is large or odd (readApart.ts). */
import type { Defect, Submission } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Organisation } from './domain/organisation.ts';
import { arrivalOf as timesOf } from './parse/arrival.ts';
import { parseMail } from './parse/parse.ts';
import { extractTraits } from './traits/extract.ts';
import { hastyPictureBudget, type PictureBudget } from './traits/qr/qrCodes.ts';

export interface Reading {
  readonly message: Message;
  readonly parseMs: number;
  readonly traitsMs: number;
}

export type Read = (submission: Submission) => Promise<Reading>;

const HEAD_BYTES = 256 * 1024; // headers of an honest mail are far below; the times stand at their top

/** When a stored mail arrived, by its own headers (ms): the newest Received line, else Date. undefined when neither tells. Never throws. */
export const arrivalOf = (raw: Buffer): number | undefined => timesOf(raw.subarray(0, HEAD_BYTES));

/** `pictures`: what may be spent on them. Never throws for any bytes. */
export async function readMessage(
  submission: Submission,
  organisation: Organisation,
  pictures?: PictureBudget,
): Promise<Reading> {
  const startedAt = performance.now();
  const mail = await parseMail(submission.raw);
  const parsedAt = performance.now();
  const message = await extractTraits(mail, submission, organisation, pictures);
  return { message, parseMs: parsedAt - startedAt, traitsMs: performance.now() - parsedAt };
}

/** The same with a look at small pictures only, which says so. */
export async function readHastily(submission: Submission, organisation: Organisation): Promise<Reading> {
  const { message, ...times } = await readMessage(submission, organisation, hastyPictureBudget());
  const defect: Defect = { code: 'unread-pictures', detail: 'QR codes were looked for in small pictures only' };
  return { ...times, message: { ...message, defects: [...message.defects, defect] } };
}
