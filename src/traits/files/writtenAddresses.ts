/** Addresses that stand in the text of a file: those that a reader's program makes links of without being asked, which have a scheme or begin with www. */
import { linksInText } from '../../text/textLinks.ts';

const MAY_BE = /:\/\/|www\./i;
const WORDS = /[^\s\u00a0<>]+/g;
const IS_ONE = /^(?:https?|ftp):\/\/|^www\./i;

/** Names of the vocabularies of documents, which lead nowhere. */
const VOCABULARY =
  /^https?:\/\/(?:schemas\.(?:microsoft|openxmlformats)\.com|schemas\.openxmlformats\.org|www\.w3\.org|purl\.org|ns\.adobe\.com)\//i;

/**
 * As written, distinct, in order. A name without a scheme is none: files are full of names that only look like hosts. Nor is one that somebody
 * has made harmless (hxxp).
 */
export function writtenAddresses(text: string): readonly string[] {
  if (!MAY_BE.test(text)) return [];
  const words = new Set<string>();
  for (const [word] of text.matchAll(WORDS)) if (MAY_BE.test(word)) words.add(word);
  const found = linksInText([...words].join('\n')).filter(({ isDefanged }) => !isDefanged);
  return [...new Set(found.map(({ href }) => href))].filter((href) => IS_ONE.test(href) && !VOCABULARY.test(href));
}
