/** What stands on top of a stripped message. Its words may quote the sender: they are made harmless here, whatever they hold. */
import { defang } from '../../text/refang.ts';
import { placeLinks } from '../../text/textLinks.ts';
import { spliced } from './splices.ts';

const MAX_LENGTH = 400; // characters: two sentences
const LINE = 72; // characters: RFC 3676 §4.2 asks for 78 at most
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu; // breaks, marks that reorder what is read, blanks of all kinds

/** One line, with nothing to click on. */
export function plainSentence(sentence: string): string {
  const start = sentence.toWellFormed().slice(0, MAX_LENGTH * 2);
  const inert = plainLine(TYPOGRAPHY.reduce((text, [marks, plain]) => text.replaceAll(marks, plain), start));
  return inert.length <= MAX_LENGTH ? inert : `${inert.slice(0, MAX_LENGTH - 3).toWellFormed()}...`;
}

/** The same, of any length, in its own letters. */
export function plainLine(text: string): string {
  const line = text.toWellFormed().replace(UNSEEN, ' ').trim();
  return spliced(
    line,
    placeLinks(line).map(({ start, end }) => ({ start, end, piece: defang(line.slice(start, end)) })),
  );
}

/** What has a plain form needs no other charset. */
const TYPOGRAPHY: readonly (readonly [RegExp, string])[] = [
  [/[“”„«»]/g, '"'],
  [/[‘’‚]/g, "'"],
  [/[–—−]/g, '-'],
  [/…/g, '...'],
];

/** No line ends in a blank or begins with one, so that format=flowed (RFC 3676) leaves it alone. */
export const textBanner = (sentence: string, eol: string): string =>
  `${wrapped(`[Tidemark] ${plainSentence(sentence)}`).join(eol)}${eol}${eol}`;

/** As the mark of a quotation, of a signature, of a message in an mbox. */
const MAY_NOT_BEGIN = /^(?:>|--?$|From$)/;

export function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE && !MAY_NOT_BEGIN.test(word)) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => one.trimEnd());
}

const STYLE =
  'display:block;margin:0 0 12px 0;padding:8px 12px;border:2px solid #b45309;background:#fef3c7;color:#1f2937;' +
  'font:14px/1.4 sans-serif;text-align:left';

export const htmlBanner = (sentence: string): string =>
  `<div style="${STYLE}"><b>Tidemark</b> ${escapedHtml(plainSentence(sentence))}</div>`;

/** For text and for attribute values in quotes, in any charset that has ASCII. */
export const escapedHtml = (text: string): string =>
  text.replace(/[&<>"'`=]|[^\x20-\x7e]/gu, (character) => `&#${character.codePointAt(0)};`);
