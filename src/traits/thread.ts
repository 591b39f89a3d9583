/** Which conversation the mail says it belongs to. A copied Message-ID proves nothing; what is known of it is the baseline's business. */
import type { ParsedMail } from '../domain/mail.ts';
import type { Thread } from '../domain/message.ts';

const MAX_ANCESTORS = 12;
const MAX_PREFIXES = 20; // "Re: Re: Re:" of a long exchange
const MAX_SUBJECT = 500;

/** English, German, Dutch, Scandinavian, French, Spanish, Portuguese, Italian, Polish and Chinese mail programs. */
const REPLY = new Set(['re', 'aw', 'antw', 'sv', 'vs', 'ref', 'rif', 'res', 'odp', 'ynt', '回复', '答复']);
const FORWARD = new Set(['fw', 'fwd', 'wg', 'tr', 'rv', 'enc', 'doorst', 'vb', 'pd', 'ilt', '转发']);

/** One prefix: a short word, perhaps counted ("Re[2]:", "AW(3):"), and a colon. Every piece is bounded. */
const PREFIX = /^\s{0,20}(\p{L}{1,6})\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s?[:：]/u;
/** A list's tag in front of the prefix: "[dev] Re: …". */
const TAG = /^\s{0,20}\[[^[\]]{1,60}\]/;

export function thread(mail: ParsedMail): Thread {
  const { messageId, inReplyTo, references } = mail;
  const { baseSubject, prefixes } = stripPrefixes(mail.subject.slice(0, MAX_SUBJECT));
  const newestFirst = [...(inReplyTo === undefined ? [] : [inReplyTo]), ...references.toReversed()];
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ancestors: [...new Set(newestFirst)].filter((id) => id !== messageId).slice(0, MAX_ANCESTORS),
    baseSubject,
    claimsReply: prefixes.some((prefix) => REPLY.has(prefix)),
    isForward: FORWARD.has(prefixes[0] ?? ''),
  };
}

/** Prefixes from the outermost, and the rest folded; a tag stays, for the first mail of the thread has it too. */
function stripPrefixes(subject: string): { readonly baseSubject: string; readonly prefixes: readonly string[] } {
  const prefixes: string[] = [];
  let rest = subject;
  let tag = '';
  for (let i = 0; i < MAX_PREFIXES; i++) {
    const tagged = TAG.exec(rest)?.[0] ?? '';
    const match = PREFIX.exec(rest.slice(tagged.length));
    const prefix = match?.[1]?.toLowerCase() ?? '';
    if (match === null || !(REPLY.has(prefix) || FORWARD.has(prefix))) break;
    prefixes.push(prefix);
    tag = tag === '' ? tagged.trim() : tag;
    rest = rest.slice(tagged.length + match[0].length);
  }
  const base = tag === '' || rest.trimStart().startsWith(tag) ? rest : `${tag} ${rest}`;
  return { baseSubject: base.toLowerCase().replace(/\s+/g, ' ').trim(), prefixes };
}
