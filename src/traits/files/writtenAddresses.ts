/** Addresses that stand in the text of a file: those that a reader's program makes links of without being asked, which have a scheme or begin with www. */
import { linksInText } from '../../text/textLinks.ts';

const MAY_BE = /:\/\/|www\./i;
const WORDS = /[^\s\u00a0<>]+/g;
const MAX_OF_A_HOST = 20; // a thousand to one place must not use up what is looked at
const HOST = /(?:\/\/|www\.)[^/?#]{1,200}/i;
/** Nothing in the word but one address: what else it holds may be another. */
const HOST_ALONE = /^["'(]?(?:https?:\/\/|www\.)[^/?#:,;|]+(?:[/?#][^:,;|]*)?$/i;
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
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(WORDS)) {
    if (!MAY_BE.test(word)) continue;
    const host = HOST.exec(word)?.[0].toLowerCase() ?? '';
    const count = counts.get(host) ?? 0;
    if (count < MAX_OF_A_HOST || !HOST_ALONE.test(word)) words.add(word);
    counts.set(host, count + 1);
  }
  const found = linksInText([...words].join('\n')).filter(({ isDefanged }) => !isDefanged);
  return [...new Set(found.map(({ href }) => href))].filter((href) => IS_ONE.test(href) && !VOCABULARY.test(href));
}
