/** The text part that stands in the place of a removed file. */
import type { FileTarget, Flattened, StripWording } from '../../domain/strip.ts';
import { plainLine, plainSentence, wrapped } from './banner.ts';

export interface RemovedFile {
  readonly name: string;
  readonly declaredType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const RESTORING = 'To get it back, ask whoever looks after your mail, and name the SHA-256 above.';
const MAX_NAME = 120; // characters

/** Nothing in it can be clicked on, whatever the file was called. */
export function noticeText(
  file: RemovedFile,
  { trueType, why }: FileTarget,
  { restoring = RESTORING }: StripWording,
  eol: string,
  flattened?: Flattened,
): string {
  return [
    flattened?.to === 'text'
      ? 'Tidemark replaced a file that came with this message by its text, below.'
      : 'Tidemark removed a file that came with this message.',
    '',
    `Name:     ${plainName(file.name)}`,
    `Type:     ${trueType ?? 'unknown'} by content, called ${plainName(file.declaredType)}`,
    `Size:     ${file.sizeBytes} bytes`,
    `SHA-256:  ${file.sha256}`,
    ...wrapped(`Why:      ${plainSentence(why)}`),
    ...(flattened?.to === 'nothing'
      ? wrapped(`Nothing harmless could be put in its place: ${plainSentence(flattened.whyNot)}.`)
      : []),
    '',
    ...wrapped(plainSentence(restoring)),
    '',
  ].join(eol);
}

/** What a document says, line by line, with nothing to click on. Lines end as the mail's do. */
export const plainText = (text: string, eol: string): string => text.split('\n').map(plainLine).join(eol);

export const plainName = (name: string): string =>
  plainSentence(name).slice(0, MAX_NAME).toWellFormed() || 'without a name';
