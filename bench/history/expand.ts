/**
 * Compact lines of correspondence → real raw messages. Deterministic: a line's messages depend on that line alone, so that adding one
 * leaves the others as they were.
 */
import { z } from 'zod';
import type { Direction, Envelope } from '../../src/domain/mail.ts';
import { type Random, seeded } from '../random.ts';
import { appleMail, exchange, gmail, iphone, outlook, thunderbird, webmail } from './clients.ts';
import { type Client, domainOf, type Person, type Written } from './draft.ts';
import { FILE_KINDS, file } from './files.ts';
import { throughList } from './list.ts';
import { newsletter, notifier, phpMailer, preMime, sap, script } from './machines.ts';
import { offsetMinutes } from './mime.ts';
import { addressOf, deliver, OWN_DOMAIN, seedOf, submit, type Transport, usualTransport } from './transport.ts';
import { TOPICS, wordsFor } from './wording.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const OWNERS_CLIENT = outlook;
const OWNERS_ZONE = 'Europe/Berlin';

export const clients = {
  outlook,
  exchange,
  gmail,
  appleMail,
  iphone,
  thunderbird,
  webmail,
  newsletter,
  notifier,
  sap,
  phpMailer,
  preMime,
  script,
} satisfies Record<string, Client>;

const clientName = z.enum(Object.keys(clients) as (keyof typeof clients)[]);
const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** A line of samples/history.json and of a case's context.json. What each field means is in samples/README.md. */
export const historyLine = z.strictObject({
  from: oneOrMore,
  to: z.string(),
  cc: z.array(z.string()).default([]),
  count: z.int().min(1).max(500).default(1),
  everyDays: z.number().positive().default(7),
  until: z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/),
  hours: z.tuple([z.int().min(0).max(23), z.int().min(1).max(24)]).default([8, 17]),
  timeZone: z.string().default(OWNERS_ZONE),
  client: clientName,
  topic: z.enum(TOPICS).default('orders'),
  language: z.enum(['en', 'de', 'pt', 'nl', 'fr', 'es']).default('en'),
  subject: oneOrMore.optional(),
  text: oneOrMore.optional(),
  linksTo: z.array(z.string()).default([]),
  attachments: z.array(z.enum(FILE_KINDS)).default([]),
  attachEvery: z.int().min(1).default(1),
  replyTo: z.string().optional(),
  replyEvery: z.int().min(1).optional(),
  authenticated: z.boolean().default(true),
  via: z
    .strictObject({ host: z.string(), mailFrom: z.string().optional(), dkim: z.array(z.string()).default([]) })
    .optional(),
  list: z.strictObject({ name: z.string(), address: z.string() }).optional(),
  messageId: z.string().optional(),
  inReplyTo: z.array(z.string()).default([]),
});
export type HistoryLine = z.output<typeof historyLine>;

export interface HistoryMessage {
  readonly raw: Buffer;
  readonly direction: Direction;
  readonly receivedAt: number;
  readonly mailbox: string;
  readonly envelope: Envelope;
}

/** All messages of the lines and the owner's answers, oldest first. */
export const expandHistory = (lines: readonly HistoryLine[]): readonly HistoryMessage[] =>
  inTimeOrder(lines.flatMap((line) => expandLine(line)));

export const inTimeOrder = (messages: readonly HistoryMessage[]): readonly HistoryMessage[] =>
  [...messages].sort((a, b) => a.receivedAt - b.receivedAt);

/** 'Bea Berg <bea@partner.example>' or a bare address. */
export function personOf(text: string): Person {
  const [, name = '', address = text] = text.match(/^"?([^"<]*?)"?\s*<([^>]+)>$/) ?? [];
  return { name, address };
}

/** Mail files in samples/ have LF line ends; on the wire lines end with CRLF (RFC 5321 §2.3.8). */
export const toWire = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));

function expandLine(line: HistoryLine): readonly HistoryMessage[] {
  const random = seeded(seedOf(JSON.stringify(line)));
  return Array.from({ length: line.count }, (_, index) => line.count - 1 - index).flatMap((back, index) => {
    const at = momentOf(line, back, random);
    const made = write(line, index, at, random);
    const isAnswered = line.replyEvery !== undefined && (index + 1) % line.replyEvery === 0;
    return isAnswered ? [made.message, answer(line, made, random)] : [made.message];
  });
}

/** Working days and hours of the writer; the last message falls on the day of `until`, or on its moment when it has a time. */
function momentOf({ until, everyDays, hours, timeZone }: HistoryLine, back: number, random: Random): number {
  const last = Date.parse(until.length === 10 ? `${until}T00:00:00Z` : until);
  if (back === 0 && until.length > 10) return last;
  const jitter = back === 0 ? 0 : (random.next() - 0.5) * 0.6 * everyDays;
  const day = Math.floor(last / DAY_MS - back * everyDays + jitter);
  const weekend = [2, 0, 0, 0, 0, 0, 1][new Date(day * DAY_MS).getUTCDay()] ?? 0;
  const hour = hours[0] + random.next() * (hours[1] - hours[0]);
  const local = (day - weekend) * DAY_MS + Math.floor(hour * HOUR_MS);
  return local - offsetMinutes(local, timeZone) * 60_000;
}

interface Made {
  readonly text: string;
  readonly written: Written;
  readonly message: HistoryMessage;
}

function write(line: HistoryLine, index: number, at: number, random: Random): Made {
  const from = personOf(line.from[random.below(line.from.length)] ?? '');
  const to = personOf(line.to);
  const words = wordsFor(line, from, to, index, random);
  const isCarrying = (index + 1) % line.attachEvery === 0;
  const written = clients[line.client](
    {
      from,
      to: [to],
      cc: line.cc.map(personOf),
      ...(line.replyTo === undefined ? {} : { replyTo: personOf(line.replyTo) }),
      ...words,
      at,
      timeZone: line.timeZone,
      parents: line.inReplyTo,
      attachments: isCarrying ? line.attachments.map((kind) => file(kind, words.fileStem, words.subject)) : [],
      ...(line.messageId === undefined ? {} : { messageId: line.messageId }),
    },
    random,
  );
  return { text: words.text, written, message: handIn(written, from, to, line, at, random) };
}

function handIn(
  written: Written,
  from: Person,
  to: Person,
  line: HistoryLine,
  at: number,
  random: Random,
): HistoryMessage {
  const receivedAt = at + 2000 + random.below(30_000);
  const isFromInside = domainOf(from.address) === OWN_DOMAIN;
  const isToInside = domainOf(to.address) === OWN_DOMAIN;
  if (isFromInside && line.via === undefined) {
    const { text, envelope } = submit(written, from.address, [to.address], receivedAt, random);
    // Colleagues' mail is judged for the one who gets it; what goes out is learned for the one who wrote it.
    const mailbox = isToInside ? to.address : from.address;
    return { raw: toWire(text), direction: isToInside ? 'internal' : 'outbound', receivedAt, mailbox, envelope };
  }
  const posted = line.list === undefined ? written : throughList(written, line.list);
  const { text, envelope } = deliver(
    posted,
    domainOf(from.address),
    transportOf(line, from),
    to.address,
    receivedAt,
    random,
  );
  return { raw: toWire(text), direction: 'inbound', receivedAt, mailbox: to.address, envelope };
}

function transportOf({ authenticated, via, list }: HistoryLine, from: Person): Transport {
  const usual = usualTransport(from.address, authenticated);
  if (list !== undefined) {
    const domain = domainOf(list.address);
    const bounces = list.address.replace('@', '-bounces@');
    const dkim = [{ domain, result: 'pass' } as const];
    return {
      host: `mail.${domain}`,
      ip: addressOf(`mail.${domain}`),
      mailFrom: bounces,
      spf: 'pass',
      dkim,
      dmarc: 'none',
    };
  }
  if (via === undefined) return usual;
  const dkim = [...via.dkim.map((domain) => ({ domain, result: 'pass' }) as const)];
  const bounces = `bounce-${digitsOf(from.address)}@${via.host.split('.').slice(-2).join('.')}`;
  return { ...usual, host: via.host, ip: addressOf(via.host), mailFrom: via.mailFrom ?? bounces, dkim };
}

const digitsOf = (address: string): string => String(seedOf(address));

/** The owner answers within the working day, quoting. */
function answer(line: HistoryLine, { text, written, message }: Made, random: Random): HistoryMessage {
  const owner = personOf(line.to);
  const asked = written.headers.find(([name]) => name === 'Subject')?.[1] ?? '';
  const target = personOf(line.replyTo ?? line.from[0] ?? '');
  const at = message.receivedAt + 20 * 60_000 + random.below(5 * HOUR_MS);
  const quoted = `-----Original Message-----\nFrom: ${target.name} <${target.address}>\n\n${text}`;
  const reply = OWNERS_CLIENT(
    {
      from: owner,
      to: [target],
      subject: `RE: ${asked.replace(/^(re|aw): /i, '')}`,
      text: `${random.pick(['Thank you, noted.', 'Thanks, that works for us.', 'Received, I will take care of it.', 'Good, let us do it that way.']) ?? ''}\n\nAna\n\n${quoted}`,
      at,
      timeZone: OWNERS_ZONE,
      parents: [written.messageId],
      attachments: [],
    },
    random,
  );
  const sent = submit(reply, owner.address, [target.address], at + 2000, random);
  return {
    raw: toWire(sent.text),
    direction: 'outbound',
    receivedAt: at + 2000,
    mailbox: owner.address,
    envelope: sent.envelope,
  };
}
