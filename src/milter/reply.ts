/** What the MTA is told: replies as frames. The letters are those of Sendmail's mfdef.h (SMFIR_…). */
import { frame } from './frames.ts';
import type { MailHeader } from './mail.ts';
import type { Agreement } from './negotiate.ts';

export const CONTINUE = frame('c');
export const TEMPFAIL = frame('t');
/** Taken and gone: 250 to the client. */
export const DISCARD = frame('d');
/** Still at it. It also carries TCP's acknowledgement, which else waits 40 ms for an answer to carry it. */
export const PROGRESS = frame('p');

/** Modifications of one message. Each needs an action that was agreed. */
export type Change =
  /** Below the MTA's own trace field. */
  | { readonly kind: 'insert-header'; readonly header: MailHeader }
  | { readonly kind: 'add-header'; readonly header: MailHeader }
  /** `occurrence` counts from 1 among headers of the name, as they were handed in. */
  | { readonly kind: 'change-header'; readonly header: MailHeader; readonly occurrence: number }
  | { readonly kind: 'remove-header'; readonly name: string; readonly occurrence: number }
  | { readonly kind: 'replace-body'; readonly body: Buffer }
  /** As the MTA wrote it. */
  | { readonly kind: 'remove-recipient'; readonly path: string }
  | { readonly kind: 'quarantine'; readonly reason: string };

const BODY_CHUNK_BYTES = 65_535; // MILTER_CHUNK_SIZE: libmilter and MTAs take no more
const BELOW_TRACE = 1;

/** Modifications, and the word that the MTA may go on: all in one piece. */
export function changesThenContinue(changes: readonly Change[], agreement: Agreement): Buffer {
  return Buffer.concat([...changes.flatMap((change) => framesOf(change, agreement)), CONTINUE]);
}

function framesOf(change: Change, agreement: Agreement): readonly Buffer[] {
  switch (change.kind) {
    case 'insert-header':
      return [frame('i', BELOW_TRACE, change.header.name, wireValue(change.header, agreement))];
    case 'add-header':
      return [frame('h', change.header.name, wireValue(change.header, agreement))];
    case 'change-header':
      return [frame('m', change.occurrence, change.header.name, wireValue(change.header, agreement))];
    case 'remove-header':
      return [frame('m', change.occurrence, change.name, '')];
    case 'replace-body':
      return bodyFrames(change.body);
    case 'remove-recipient':
      return [frame('-', Buffer.from(`${change.path}\0`))]; // UTF-8, as it came
    case 'quarantine':
      return [frame('q', change.reason)];
  }
}

/** Folds are LF on this wire. An empty value would mean removal. */
function wireValue({ value }: MailHeader, { hasLeadingSpace }: Agreement): string {
  const folded = value.replaceAll('\r', '').replaceAll('\0', '');
  return (hasLeadingSpace ? folded : folded.replace(/^ /, '')) || ' ';
}

/** An empty body is replaced by one empty chunk: none at all would leave the old one. */
function bodyFrames(body: Buffer): readonly Buffer[] {
  const count = Math.max(1, Math.ceil(body.length / BODY_CHUNK_BYTES));
  return Array.from({ length: count }, (_, index) =>
    frame('b', body.subarray(index * BODY_CHUNK_BYTES, (index + 1) * BODY_CHUNK_BYTES)),
  );
}
