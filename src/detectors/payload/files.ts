/** How detectors name an attachment, and what they ask of names inside archives. */
import type { Evidence } from '../../domain/finding.ts';
import type { Attachment } from '../../domain/message.ts';

const MAX_QUOTE = 200; // domain/finding.ts
const MAX_NAME = 90; // characters of a file name that are quoted: enough to recognise it
const NAME_END = 30; // of these from its end: the ending tells what it is
// Marks that reorder what is read (Unicode TR 36 §2.6) and blanks that look like nothing.
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/u;
const INVISIBLE = /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2800\u3164]/gu;

export const fileEvidence = (file: Attachment, detail: string): Evidence => ({
  where: 'attachment',
  quote: `${nameOf(file)} (${detail})`.slice(0, MAX_QUOTE),
  targets: [`sha256:${file.sha256}`],
});

/** Marks that would deceive the reader of the evidence too are shown as code points. */
export const readable = (name: string): string =>
  shortened(name).replace(
    INVISIBLE,
    (mark) => `[U+${mark.codePointAt(0)?.toString(16).padStart(4, '0').toUpperCase()}]`,
  );

const shortened = (name: string): string =>
  name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - NAME_END)}…${name.slice(-NAME_END)}`;

const nameOf = ({ fileName, kind }: Attachment): string => readable(fileName ?? `unnamed ${kind}`);

export const hasReordering = (name: string): boolean => REORDERING.test(name);
