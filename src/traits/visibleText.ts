/** Blanks, breaks and marks that nobody sees, as they come out of HTML and of plain text. */

/** Paragraph separator: stands for a line break while a page is read, where newlines of the source are mere blanks. */
export const BREAK = '\u2029';

// Soft hyphens, zero-width and direction marks, fillers, variation selectors: they split words that filters look for (UAX 44).
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const HAS_INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
// Every class in one run, so that no position is tried twice.
const BLANKS = /[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+/g;
const BREAKS = / ?\u2029[ \u2029]*/g;

export const withoutInvisible = (text: string): string =>
  HAS_INVISIBLE.test(text) ? text.replace(INVISIBLE, '') : text;

/** One space for each run of blanks, one newline for each run of breaks. */
export const collapsed = (text: string): string =>
  withoutInvisible(text).replace(BLANKS, ' ').replace(BREAKS, '\n').trim();

/** Characters that would leave ink. */
export const inkCount = (text: string): number => withoutInvisible(text).replace(BLANKS, '').length;

/** Words between blanks, without an array of them. */
export function countWords(text: string): number {
  let count = 0;
  let isInWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isBlank = code <= 32 || code === 160;
    if (!isBlank && !isInWord) count++;
    isInWord = !isBlank;
  }
  return count;
}
