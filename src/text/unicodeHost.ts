/** A host in its own letters, where they do not deceive. */
import { domainToUnicode } from 'node:url';
import { latinReading } from './confusables.ts';

const ASCII = /^[\0-\x7f]*$/;
/** Accents above, cedilla and ogonek: seen at any size, as a dot below is not. */
const SEEN_MARKS = /[\u0300-\u0304\u0306\u0308\u030a-\u030c\u0327\u0328]/g;
const MARK = /\p{M}/u;
/** A label is of one of these, with digits and hyphens. */
const SCRIPTS: readonly RegExp[] = [
  /^[\p{sc=Cyrillic}\d-]+$/u,
  /^[\p{sc=Greek}\d-]+$/u,
  /^[\p{sc=Arabic}\d-]+$/u,
  /^[\p{sc=Hebrew}\d-]+$/u,
  /^[\p{sc=Devanagari}\d-]+$/u,
  /^[\p{sc=Thai}\d-]+$/u,
  /^[\p{sc=Hangul}\p{sc=Han}\d-]+$/u,
  /^[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}ー\d-]+$/u,
];

/**
 * 'xn--bcher-kva.example' → 'bücher.example'. undefined for a host without such letters, and for one that could be taken for another: a label
 * of several scripts, letters that look like Latin ones throughout, marks that are easily overlooked.
 */
export function plainUnicodeHost(host: string): string | undefined {
  if (!host.includes('xn--')) return undefined;
  const unicode = domainToUnicode(host);
  return unicode !== '' && !unicode.includes('xn--') && unicode.split('.').every(isPlain) ? unicode : undefined;
}

function isPlain(label: string): boolean {
  if (ASCII.test(label)) return true;
  const unaccented = label.normalize('NFD').replace(SEEN_MARKS, '');
  if (ASCII.test(unaccented)) return true;
  return !MARK.test(unaccented) && SCRIPTS.some((script) => script.test(label)) && !ASCII.test(latinReading(label));
}
