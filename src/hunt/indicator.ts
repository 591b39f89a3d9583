/** What a person types → what is looked for. Defanged ones are understood: example[.]com, hxxps://example[.]com/x. */
import { domainToASCII } from 'node:url';
import type { Indicator } from '../domain/hunt.ts';

const MIN_SUBJECT = 3; // characters: fewer are in every subject

/** undefined for what is none. */
export function indicatorOf(typed: string): Indicator | undefined {
  const subject = /^subject~(.*)$/is.exec(typed)?.[1];
  if (subject !== undefined)
    return subject.trim().length < MIN_SUBJECT ? undefined : { kind: 'subject', part: subject.toLowerCase() };
  const text = typed
    .trim()
    .toLowerCase()
    .replaceAll(/\[(\.|@|:\/\/)\]|\((\.)\)/g, '$1$2');
  if (/^[0-9a-f]{64}$/.test(text)) return { kind: 'sha256', sha256: text };
  const at = text.lastIndexOf('@');
  const host = text
    .replace(/^h(?:tt|xx)ps?:\/\//, '')
    .replace(/[/?#].*$/s, '')
    .replace(/:\d+$/, '');
  const domain = domainToASCII((at > 0 ? text.slice(at + 1) : host).replace(/^\*?\./, ''));
  if (!domain.includes('.') || /\s/.test(domain)) return undefined;
  return at > 0 ? { kind: 'address', address: `${text.slice(0, at)}@${domain}` } : { kind: 'domain', domain };
}
