/** Tells what the writer added from what stands below or between it: quoted lines, the mail that is answered or forwarded. */

const MAX_LINE = 400; // characters of a line that are looked at
const MAX_ATTRIBUTION_LINES = 3; // "On …, Bea Kern <bea@…> wrote:" is folded at 78 characters
const HEADER_BLOCK_LINES = 5; // From, Sent, To, Cc, Subject: the second date-like header comes within these

/** The text without quoted lines, up to the first mail that is quoted whole. Six languages. Linear in the number of lines. */
export function withoutQuoted(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const first = firstInk(line);
    if (first === '>') continue;
    if (endsWithColon(line)) {
      const from = attributionStart(lines, at);
      if (from !== undefined) {
        kept.length = Math.max(0, kept.length - (at - from));
        if (nextInk(lines, at + 1) === '>') continue;
        break;
      }
    }
    if (isSeparator(line, first) || startsHeaderBlock(lines, at)) break;
    kept.push(line);
  }
  return kept.length === lines.length ? text : kept.join('\n').trim();
}

const firstInk = (line: string): string => {
  const code = line.charCodeAt(0);
  return code > 32 ? line.charAt(0) : line.slice(0, MAX_LINE).trimStart().charAt(0);
};

export const endsWithColon = (line: string): boolean => line.endsWith(':') || line.slice(-10).trimEnd().endsWith(':');

/** First character of the next line that is not blank. */
function nextInk(lines: readonly string[], from: number): string {
  for (let at = from; at < Math.min(lines.length, from + 3); at++) {
    const ink = firstInk(lines[at] ?? '');
    if (ink !== '') return ink;
  }
  return '';
}

const VERBS = ['wrote', 'writes', 'schrieb', 'écrit', 'escribió', 'schreef', 'escreveu'];
const OPENINGS = /^(?:On|Am|Le|El|Op|Em|Il)\s/;

/** Index of the line at which an attribution begins that ends at `at`: the one that opens like one, else the last. */
export function attributionStart(lines: readonly string[], at: number): number | undefined {
  let joined = '';
  let isOne = false;
  for (let from = at; from > at - MAX_ATTRIBUTION_LINES && from >= 0; from--) {
    const line = (lines[from] ?? '').slice(0, MAX_LINE).trim();
    if (line === '' || line.startsWith('>')) break;
    joined = `${line} ${joined}`;
    const hasVerb = VERBS.some((verb) => joined.includes(verb));
    if (hasVerb && OPENINGS.test(line) && /\d|@/.test(joined)) return from;
    if (from === at) isOne = hasVerb && (joined.includes('@') || nextInk(lines, at + 1) === '>');
  }
  // "Bea wrote:" alone is an ordinary sentence: it takes an address, or a quotation right below.
  return isOne ? at : undefined;
}

const SEPARATOR =
  /^(?:[-*_]{2,}\s?|begin )(?:original message|original appointment|forwarded (?:message|by)|ursprüngliche nachricht|original-nachricht|weitergeleitete nachricht|message d['’]origine|message (?:original|transféré)|mensaje (?:original|reenviado)|oorspronkelijk bericht|doorgestuurd bericht|mensagem (?:original|encaminhada))/i;

const isSeparator = (line: string, first: string): boolean =>
  (first === '-' || first === '*' || first === '_' || first === 'B') &&
  SEPARATOR.test(line.slice(0, MAX_LINE).trimStart());

const FROM_LINE = /^\*{0,2}(?:From|Von|De|Van)\s?:\*{0,2}\s/;
const DATE_LINE =
  /^\*{0,2}(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Enviada|Enviada em|Enviado el|Verzonden|Data|Fecha)\s?:/;
const FROM_INITIALS = 'FVD*';

/** What Outlook puts above the mail it answers. */
export function startsHeaderBlock(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').slice(0, MAX_LINE).trimStart();
  if (!FROM_INITIALS.includes(line.charAt(0)) || !FROM_LINE.test(line)) return false;
  return lines
    .slice(at + 1, at + 1 + HEADER_BLOCK_LINES)
    .some((next) => DATE_LINE.test(next.slice(0, MAX_LINE).trimStart()));
}
