/** The header fields that tell filters and readers what was decided, for every interface that hands a message back. */
import type { Verdict } from './verdict.ts';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export const ACTION_HEADER = 'X-Tidemark-Action';
export const REASON_HEADER = 'X-Tidemark-Reason';
/** What a message that comes in has no business to bear. */
export const RESULT_HEADERS = [ACTION_HEADER, 'X-Tidemark-Score', REASON_HEADER] as const;

const MAX_LINE_LENGTH = 200;

export interface Handling {
  /** Strangers are not told how their mail was judged. */
  readonly isLeaving: boolean;
  /** To be stripped, and the client takes no other body. */
  readonly isNotRewritten: boolean;
}

/** `X-Tidemark-Action` begins with one word of deliver, strip, hold, for filters to match. */
export function resultHeaders(verdict: Verdict, { isLeaving, isNotRewritten }: Handling): readonly HeaderField[] {
  const { action, proposed, score, reason, id } = verdict;
  if (isLeaving) return [{ name: ACTION_HEADER, value: `${action}; id=${id}` }];
  const notes = [
    ...(isNotRewritten ? ['not-rewritten'] : []),
    ...(proposed === action ? [] : [`proposed=${proposed}`]),
    `id=${id}`,
  ];
  return [
    { name: ACTION_HEADER, value: [action, ...notes].join('; ') },
    { name: 'X-Tidemark-Score', value: score.toFixed(3) },
    { name: REASON_HEADER, value: plainLine(reason) },
  ];
}

const TYPOGRAPHY: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '−': '-',
  '…': '...',
};

/** One line of printable ASCII. Reasons quote what an attacker wrote: no encoded words (RFC 2047) that a reader would decode. */
export function plainLine(text: string, maxLength: number = MAX_LINE_LENGTH): string {
  const ascii = text
    .slice(0, 4 * maxLength)
    .replace(/[“”„‘’–−…]/g, (sign) => TYPOGRAPHY[sign] ?? '?')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .replaceAll('=?', '= ?')
    .trim();
  return ascii.length <= maxLength ? ascii : `${ascii.slice(0, maxLength - 3)}...`;
}
