/** How a mail program words the line above what it quotes. */

const MAX_LENGTH = 60; // characters of a form
const MAX_SOURCE = 240; // characters read: two addresses and two names of usual length

/** Words that programs write, in six languages. */
const WORDS: ReadonlySet<string> = new Set(
  'on wrote writes at am um schrieb le à a écrit el escribió op schreef em escreveu'.split(' '),
);

/**
 * Without names, addresses, numbers and what depends on them, so that one program's lines are alike: 'On …, 9 at 9:9 PM … wrote:'.
 * `written` may be folded. Never throws.
 */
export function quoteForm(written: string): string {
  const masked = written
    .slice(0, MAX_SOURCE)
    .trim()
    .replace(/[^\s<>()[\]"]+@[^\s<>()[\]"]+/g, '@')
    .replace(/\p{L}[\p{L}\p{M}.'’-]*/gu, wordShape)
    .replace(/(?<!\d)[+-]?\d+…?/g, '9')
    .replace(/["']/g, '')
    .replace(/…?\s*[<([]@[>)\]]|@|[^\s\p{L}\d…:.,()/-]+/gu, ' …')
    .replace(/…(?:[\s,.]*…)+/g, '…')
    .replace(/\s+/g, ' ');
  return masked.trim().slice(0, MAX_LENGTH);
}

/** Names, weekdays and months go, and which half of the day it was; a program begins with a capital, and names are written with one. */
function wordShape(word: string, at: number, line: string): string {
  if (/^[ap]\.?m\.?$/i.test(word) && /\d\s?$/.test(line.slice(Math.max(0, at - 2), at))) return 'PM';
  const isWord = WORDS.has(word.toLowerCase()) && (at === 0 || word === word.toLowerCase());
  return isWord ? word : '…';
}
