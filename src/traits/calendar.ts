/** Invitations: calendar parts and .ics files, read with ical.js. RFC 5545 (format), RFC 5546 (methods), RFC 6047 (in mail). */
import ICAL from 'ical.js';
import type { NamedAddress, ParsedMail, ParsedPart } from '../domain/mail.ts';
import type { CalendarInvite, Link, Recurrence } from '../domain/message.ts';
import { findChargeScares } from '../text/chargeScares.ts';
import { findIntentCues, findPressure } from '../text/intents.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { readFileName } from './fileName.ts';
import { writtenAddresses } from './files/writtenAddresses.ts';
import { readHtml } from './html.ts';
import { sampleOf } from './linkSample.ts';
import { linksOfAddresses, linksOfHtml, linksOfText } from './links.ts';
import { findPhoneNumbers } from './phoneNumbers.ts';

export interface InvitesRead {
  readonly invites: readonly CalendarInvite[];
  /** Of all invites, at most 100. */
  readonly links: readonly Link[];
}

const MAX_BYTES = 256 * 1024; // of one calendar; of a longer one lines are cut, and links are looked for in what is cut off
const MAX_LONG = 2 * 1024 * 1024; // bytes of such a one
const MAX_LINE = 16 * 1024; // characters that are left of its lines
const MAX_CALENDARS = 4; // of a message: the part and its copy as a file
const MAX_EVENTS = 20;
const MAX_ATTENDEES = 1_000; // counted
const MAX_SUMMARY = 500; // characters
const MAX_TEXT = 16 * 1024; // characters of description and location that are searched for what they ask
const MAX_LINKED = 128 * 1024; // characters of these that are searched for links
const MAX_PROPERTIES = 200; // of an event
const MAX_LINKS = 100;
const MAX_HOSTS = 20;
const MAX_ADDRESS = 254; // RFC 5321 §4.5.3.1.3

/** Never throws. A calendar that cannot be read has no invites; the same event in two parts is one. */
export function readInvites({ parts }: Pick<ParsedMail, 'parts'>): InvitesRead {
  const calendars = parts.filter(isCalendar).slice(0, MAX_CALENDARS);
  const seen = new Set<string>();
  const contents = calendars.map(({ content }) => withinBounds(content));
  const events = contents
    .flatMap(({ text }) => readCalendar(text))
    .filter(({ key }) => key === '' || (!seen.has(key) && seen.add(key)))
    .slice(0, MAX_EVENTS);
  return {
    invites: events.map(({ invite }) => invite),
    links: sampleOf(
      [
        ...events.flatMap(({ links }) => links),
        ...contents.flatMap(({ cutOff }) => linksOfAddresses(writtenAddresses(cutOff), 'calendar')),
      ],
      MAX_LINKS,
    ),
  };
}

interface Bounded {
  readonly text: string;
  /** Values of lines that were cut, and lines beyond the bound. */
  readonly cutOff: string;
}

/** A picture or a report as an attachment makes a calendar long, and so does who wants it unread. */
function withinBounds(content: Buffer): Bounded {
  const text = content.toString('utf8', 0, MAX_LONG).replace(/^\ufeff/, '');
  if (content.length <= MAX_BYTES) return { text, cutOff: '' };
  const kept: string[] = [];
  const cutOff: string[] = [];
  let left = MAX_BYTES;
  for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const part = line.slice(0, Math.min(MAX_LINE, left));
    left -= part.length + 1;
    if (part !== '') kept.push(part);
    if (part.length < line.length) cutOff.push(unescaped(line));
  }
  return { text: kept.join('\r\n'), cutOff: cutOff.join('\n') };
}

/** RFC 5545 §3.3.11. */
const unescaped = (text: string): string => text.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1');

const isCalendar = ({ declaredType, fileName }: ParsedPart): boolean =>
  declaredType === 'text/calendar' || declaredType === 'application/ics' || readFileName(fileName).extension === 'ics';

interface EventRead {
  /** UID and which occurrence of it; '' without UID. */
  readonly key: string;
  readonly invite: CalendarInvite;
  readonly links: readonly Link[];
}

function readCalendar(text: string): readonly EventRead[] {
  const calendars = parse(text);
  return calendars.flatMap((calendar) => {
    const method = textOf(calendar, 'method').trim().toUpperCase().slice(0, 20);
    return calendar
      .getAllSubcomponents('vevent')
      .slice(0, MAX_EVENTS)
      .map((event) => readEvent(event, method));
  });
}

/** Calendar programs are more patient than the library, which throws on any line that is none. */
const parse = (text: string): readonly ICAL.Component[] => tryParse(text) ?? tryParse(repaired(text)) ?? [];

function tryParse(text: string): readonly ICAL.Component[] | undefined {
  try {
    const parsed: unknown = ICAL.parse(text);
    if (!Array.isArray(parsed)) return undefined;
    const roots: unknown[] = typeof parsed[0] === 'string' ? [parsed] : parsed;
    return roots.filter(isCalendarRoot).map((root) => new ICAL.Component(root));
  } catch {
    return undefined;
  }
}

/** Without lines that have no name and colon, and with an end for each beginning. */
function repaired(text: string): string {
  const open: string[] = [];
  const kept: string[] = [];
  for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    if (!/^[\w-]{1,60}[;:]/.test(line) || !line.includes(':')) continue;
    const [name = '', value = ''] = line.trim().toUpperCase().split(':', 2);
    if (name === 'END' && open.pop() !== value) break;
    if (name === 'BEGIN') open.push(value);
    kept.push(line);
  }
  return [...kept, ...open.reverse().map((name) => `END:${name}`)].join('\r\n');
}

const isCalendarRoot = (root: unknown): root is unknown[] => Array.isArray(root) && root[0] === 'vcalendar';

function readEvent(event: ICAL.Component, method: string): EventRead {
  const organizer = personIn(event, 'organizer');
  const responder = responderOf(event, method);
  const summary = textOf(event, 'summary').slice(0, MAX_SUMMARY);
  const text = ['description', 'location', 'url', 'attach'].map((name) => textOf(event, name)).join('\n');
  const searched = text.slice(0, MAX_TEXT);
  const html = textOf(event, 'x-alt-desc').slice(0, MAX_TEXT);
  const links = [
    ...linksOfText(text.slice(0, MAX_LINKED), 'calendar'),
    ...linksOfHtml(readHtml(html), 'calendar'),
    ...linksOfAddresses(
      furtherAddresses(event).filter((address) => !text.includes(address)),
      'calendar',
    ),
  ];
  const said = `${summary}\n${searched}`;
  const phoneNumbers = findPhoneNumbers(said);
  const chargeScares = findChargeScares(said, phoneNumbers);
  const recurrence = recurrenceOf(event);
  const uid = textOf(event, 'uid');
  return {
    key: uid === '' ? '' : `${uid} ${textOf(event, 'recurrence-id')}`,
    links,
    invite: {
      method,
      ...(organizer === undefined ? {} : { organizer }),
      ...(responder === undefined ? {} : { responder }),
      attendeeCount: Math.min(event.getAllProperties('attendee').length, MAX_ATTENDEES),
      summary,
      linkHosts: [...new Set(links.map(({ host }) => host).filter(Boolean))].slice(0, MAX_HOSTS),
      phoneNumbers,
      intents: findIntentCues(said),
      pressureQuotes: findPressure(said),
      ...(chargeScares.length === 0 ? {} : { chargeScares }),
      ...(recurrence === undefined ? {} : { recurrence }),
    },
  };
}

const FURTHER = /^(?:attach|comment|conference|contact|image|source|styled-description|x-(?!alt-desc$).*)$/;

/** Where a reader can go from an event by other means than its text: meetings (RFC 7986), files, what programs keep for themselves, reminders. */
function furtherAddresses(event: ICAL.Component): readonly string[] {
  const alarms = event.getAllSubcomponents('valarm').slice(0, MAX_EVENTS);
  const properties = [event, ...alarms].flatMap((one) => one.getAllProperties()).slice(0, MAX_PROPERTIES);
  const written = properties.flatMap((property) => {
    const isRead = property.type !== 'binary' && (FURTHER.test(property.name) || property.parent !== event);
    return [...(isRead ? valuesOf(property) : []), String(property.getParameter('altrep') ?? '')];
  });
  return writtenAddresses(written.join('\n').slice(0, MAX_LINKED));
}

/** Empty when it is of a type that does not read. */
function valuesOf(property: ICAL.Property): readonly string[] {
  try {
    return property.getValues().map((value: unknown) => String(value));
  } catch {
    return [];
  }
}

/** '' when absent or of a type that does not read. */
function textOf(component: ICAL.Component, name: string): string {
  try {
    const value: unknown = component.getFirstPropertyValue(name);
    return value === null || value === undefined ? '' : String(value);
  } catch {
    return '';
  }
}

const SECONDS_BY_FREQUENCY: Readonly<Record<string, number>> = {
  SECONDLY: 1,
  MINUTELY: 60,
  HOURLY: 3_600,
  DAILY: 86_400,
  WEEKLY: 7 * 86_400,
  MONTHLY: 30 * 86_400,
  YEARLY: 365 * 86_400,
};
const DAY_SECONDS = 86_400;

/** By the first RRULE; undefined for none, or one that does not read. */
function recurrenceOf(event: ICAL.Component): Recurrence | undefined {
  try {
    const rule: unknown = event.getFirstPropertyValue('rrule');
    if (!(rule instanceof ICAL.Recur)) return undefined;
    const seconds = SECONDS_BY_FREQUENCY[rule.freq];
    if (seconds === undefined) return undefined;
    const everyDays = (seconds * Math.max(1, rule.interval)) / DAY_SECONDS;
    const start: unknown = event.getFirstPropertyValue('dtstart');
    if (typeof rule.count === 'number' && rule.count > 0) return { everyDays, occurrenceCount: rule.count };
    if (!(rule.until instanceof ICAL.Time) || !(start instanceof ICAL.Time)) return { everyDays };
    const days = (rule.until.toUnixTime() - start.toUnixTime()) / DAY_SECONDS;
    return { everyDays, occurrenceCount: Math.max(1, Math.floor(days / everyDays) + 1) };
  } catch {
    return undefined;
  }
}

const responderOf = (event: ICAL.Component, method: string): NamedAddress | undefined =>
  method === 'REPLY' && event.getAllProperties('attendee').length === 1 ? personIn(event, 'attendee') : undefined;

function personIn(event: ICAL.Component, property: 'organizer' | 'attendee'): NamedAddress | undefined {
  const written = textOf(event, property).trim();
  const address = (/^mailto:/i.test(written) ? written.slice(7) : written).trim().toLowerCase();
  const at = address.lastIndexOf('@');
  if (at <= 0 || address.length > MAX_ADDRESS || /\s/.test(address)) return undefined;
  const domain = address.slice(at + 1);
  const name = event.getFirstProperty(property)?.getFirstParameter('cn');
  return {
    address,
    local: address.slice(0, at),
    domain,
    orgDomain: organisationalDomain(domain),
    ...(name === undefined || name === '' ? {} : { name: String(name).slice(0, MAX_SUMMARY) }),
  };
}
