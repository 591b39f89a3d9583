/** The header fields that Tidemark writes, and those that only look as if it had. */
import { authenticationResults } from '../domain/authenticationResults.ts';
import type { AuthenticationClaim } from '../domain/mail.ts';
import { ACTION_HEADER, type HeaderField, plainLine, REASON_HEADER, resultHeaders } from '../domain/resultHeaders.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { MailHeader } from './mail.ts';

const PREFIX = 'x-tidemark-';
export const RESULTS_NAME = 'Authentication-Results';

/** What was done with a message: what was decided, or why nothing was. */
export type Handling =
  | { readonly kind: 'done'; readonly verdict: Verdict }
  | { readonly kind: 'not-rewritten'; readonly verdict: Verdict }
  | { readonly kind: 'unscored'; readonly why: string }
  | { readonly kind: 'released'; readonly verdictId: string };

/**
 * Action, score and reason. What leaves the organisation (`isLeaving`) does not tell strangers how it was judged.
 * `Action` begins with one word of deliver, strip, hold, unscored, for filters to match.
 */
export function markFields(handling: Handling, isLeaving: boolean): readonly MailHeader[] {
  return fieldsOf(handling, isLeaving).map(({ name, value }) => ({ name, value: ` ${value}` }));
}

function fieldsOf(handling: Handling, isLeaving: boolean): readonly HeaderField[] {
  switch (handling.kind) {
    case 'unscored': {
      const reason = isLeaving ? [] : [{ name: REASON_HEADER, value: plainLine(handling.why) }];
      return [{ name: ACTION_HEADER, value: 'unscored' }, ...reason];
    }
    case 'released':
      return [{ name: ACTION_HEADER, value: `deliver; released; id=${handling.verdictId}` }];
    case 'done':
    case 'not-rewritten':
      return resultHeaders(handling.verdict, { isLeaving, isNotRewritten: handling.kind === 'not-rewritten' });
  }
}

export const resultsField = (authservId: string, claim: AuthenticationClaim): MailHeader => ({
  name: RESULTS_NAME,
  value: ` ${authenticationResults(authservId, claim).join(';\r\n\t')}`,
});

/** A field that bears our name: X-Tidemark-*, and results under `authservId`, if that is ours to write. */
export function isForged(name: string, value: string, authservId: string | undefined): boolean {
  const lower = name.toLowerCase().trimEnd();
  if (lower.startsWith(PREFIX)) return true;
  return authservId !== undefined && lower === RESULTS_NAME.toLowerCase() && idOf(value) === authservId.toLowerCase();
}

const MAX_COMMENTS = 10;

/** The authserv-id: the first word, after comments; it may be quoted (RFC 8601 §2.2). */
function idOf(value: string): string | undefined {
  let rest = value.slice(0, 2000).trimStart();
  for (let count = 0; rest.startsWith('(') && count < MAX_COMMENTS; count++) rest = afterComment(rest).trimStart();
  const [, quoted, bare] = /^(?:"((?:[^"\\]|\\.)*)"|([^\s;("]+))/s.exec(rest) ?? [];
  return (quoted?.replace(/\\(.)/gs, '$1') ?? bare)?.toLowerCase();
}

/** Comments nest (RFC 5322 §3.2.2). */
function afterComment(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(at + 1);
  }
  return '';
}
