/** Which mails the text quotes: writer, readers and date as mail programs show them above what they quote. Six languages. */
import type { Quote, QuotedPerson } from '../domain/message.ts';
import { addressIn, nameKey } from '../text/names.ts';
import { quoteForm } from '../text/quoteForm.ts';
import { attributionStart, endsWithColon, startsHeaderBlock } from './quotedText.ts';

const MAX_QUOTES = 10;
const MAX_READERS = 10;
const MAX_LINES = 4_000; // of the 64 KiB of a text
const MAX_LINE = 400; // characters of a line that are looked at
const MAX_DATE = 80;
const FORM_NAMES = 3; // From, Sent, To: what follows depends on the mail
const MAX_BLOCK_LINES = 8; // From, Sent, To (folded), Cc, Subject

/** Names and addresses are what the mail shows, of which nothing need be true. Linear in the text. Never throws. */
export function quotes(text: string): readonly Quote[] {
  const written = text.split('\n', MAX_LINES);
  const lines = written.map(unmarked);
  const firstMarked = written.findIndex((line) => line.startsWith('>'));
  const found: Quote[] = [];
  for (let at = 0; at < lines.length && found.length < MAX_QUOTES; at++) {
    const [quote, from] = quoteAt(lines, at) ?? [];
    if (quote === undefined || from === undefined) continue;
    const isOwn = found.length === 0 && (firstMarked < 0 || firstMarked >= from);
    found.push(isOwn ? quote : withoutForm(quote));
  }
  return found;
}

/** What is quoted at the line, and the line at which it is announced. */
function quoteAt(lines: readonly string[], at: number): readonly [Quote, number] | undefined {
  if (startsHeaderBlock(lines, at)) return [ofHeaders(lines.slice(at, at + MAX_BLOCK_LINES)), at];
  const from = endsWithColon(lines[at] ?? '') ? attributionStart(lines, at) : undefined;
  const quote = from === undefined ? undefined : ofAttribution(lines.slice(from, at + 1).join(' '));
  return quote === undefined || from === undefined ? undefined : [quote, from];
}

const withoutForm = ({ form, ...quote }: Quote): Quote => quote;

/** Without the marks of what is quoted again and again. */
function unmarked(line: string): string {
  let at = 0;
  while (at < MAX_LINE && (line[at] === '>' || line[at] === ' ')) at++;
  return line.slice(at, at + MAX_LINE).trimEnd();
}

const WROTE = /\s(?:wrote|writes|a écrit|escribió|escreveu)\b.*$|:\s*$/iu;
const VERB_FIRST = /\s(?:schrieb|schreef)\s/i;

/** "On Mon, 23 Nov 2026 at 10:00, Bea Lind <bea@…> wrote:", and with the date or the verb elsewhere. */
function ofAttribution(written: string): Quote | undefined {
  const text = written.slice(0, MAX_LINE);
  const address = addressIn(text)?.toLowerCase();
  const opened = text.search(/[<(]/);
  const before = (address !== undefined && opened > 0 ? text.slice(0, opened) : text.replace(WROTE, '')).trim();
  const [front = '', behind] = before.split(VERB_FIRST, 2);
  // The name is what stands last: behind the verb, else behind the date.
  const mark = Math.max(front.lastIndexOf(','), front.lastIndexOf(':'));
  const name = behind ?? front.slice(mark + 1).replace(/^[\d\s]*(?:[AP]M\b)?/, '');
  const person = personOf(name, address);
  if (person === undefined) return undefined;
  const isDateFirst = /\d/.test(front);
  const date = isDateFirst && behind === undefined ? front.slice(0, front.length - name.length) : front;
  return withDate(
    { writer: person, readers: [], form: quoteForm(text) },
    isDateFirst ? date : text.slice(text.lastIndexOf('>') + 1),
  );
}

const FROM = ['from', 'von', 'de', 'van'];
const READERS = ['to', 'cc', 'an', 'kopie', 'à', 'a', 'para', 'aan'];
const DATES = [
  'sent',
  'date',
  'gesendet',
  'datum',
  'envoyé',
  'enviado',
  'enviada',
  'enviada em',
  'enviado el',
  'verzonden',
  'data',
  'fecha',
];

function ofHeaders(lines: readonly string[]): Quote {
  let writer: QuotedPerson = {};
  const readers: QuotedPerson[] = [];
  let date = '';
  const names: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0 || line.trim() === '') break;
    const name = line.slice(0, colon).replaceAll('*', '').trim().toLowerCase();
    if (FROM.includes(name) || READERS.includes(name) || DATES.includes(name))
      names.push(line.slice(0, colon + 1).trim());
    const value = line
      .slice(colon + 1)
      .replace(/^\*+/, '')
      .trim();
    if (FROM.includes(name)) writer = personIn(value) ?? {};
    else if (READERS.includes(name))
      readers.push(...value.split(/[;,]/, MAX_READERS).flatMap((one) => personIn(one) ?? []));
    else if (DATES.includes(name)) date = value;
  }
  return withDate({ writer, readers: readers.slice(0, MAX_READERS), form: names.slice(0, FORM_NAMES).join('') }, date);
}

/** 'Bea Lind <bea@…>', 'Bea Lind [mailto:bea@…]', 'bea@…', 'Bea Lind'. */
function personIn(written: string): QuotedPerson | undefined {
  const opened = written.search(/[<([]/);
  const address = addressIn(written)?.toLowerCase();
  return personOf(opened < 0 ? (address === undefined ? written : '') : written.slice(0, opened), address);
}

function personOf(name: string, address: string | undefined): QuotedPerson | undefined {
  const key = nameKey(name);
  if (key === undefined && address === undefined) return undefined;
  return { ...(address === undefined ? {} : { address }), ...(key === undefined ? {} : { nameKey: key }) };
}

function withDate(quote: Quote, written: string): Quote {
  const shownDate = written.replaceAll(/^[\s,:]+|[\s,:]+$/g, '').slice(0, MAX_DATE);
  return /\d/.test(shownDate) ? { ...quote, shownDate } : quote;
}
