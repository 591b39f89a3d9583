/** Date headers (RFC 5322 §3.3) → milliseconds and zone, independent of the machine's own zone. */

const MAX_DATE_LENGTH = 100;
const MAX_TIME_MS = Date.UTC(2200, 0); // beyond are typing errors
const MAX_ZONE_MINUTES = 14 * 60; // the easternmost zone in use

/** A day beside a month, or ISO 8601: what has neither, Date.parse would make up a date for. */
const DAY_AND_MONTH = /\d\s*-?[a-z]{3}|[a-z]{3}\s+\d|^\d{4}-\d\d-/i;
const ZONE = /[\s\d]([+-])(\d\d)(\d\d)(?!\d)/;
/** RFC 5322 §4.3. */
const NAMED_ZONES: ReadonlyMap<string, number> = new Map([
  ['UT', 0],
  ['UTC', 0],
  ['GMT', 0],
  ['Z', 0],
  ['EDT', -240],
  ['EST', -300],
  ['CDT', -300],
  ['CST', -360],
  ['MDT', -360],
  ['MST', -420],
  ['PDT', -420],
  ['PST', -480],
]);

export interface WrittenDate {
  readonly at: number;
  /** Minutes east of UTC; absent when no zone was written. */
  readonly zoneMinutes?: number;
}

export function readDate(value: string): WrittenDate | undefined {
  const text = withoutComment(value.slice(0, MAX_DATE_LENGTH)).trim();
  if (!DAY_AND_MONTH.test(text)) return undefined;
  const zone = readZone(text);
  // A date without zone would be read in the zone of the machine.
  const at = Date.parse(zone === undefined ? `${text} +0000` : text.slice(0, zone.end));
  if (!Number.isFinite(at) || at < 0 || at >= MAX_TIME_MS) return undefined;
  return { at, ...(zone === undefined ? {} : { zoneMinutes: zone.minutes }) };
}

function withoutComment(text: string): string {
  const open = text.indexOf('(');
  return open < 0 ? text : text.slice(0, open);
}

function readZone(text: string): { readonly minutes: number; readonly end: number } | undefined {
  const match = ZONE.exec(text);
  if (match === null) {
    const minutes = NAMED_ZONES.get(text.slice(text.lastIndexOf(' ') + 1).toUpperCase());
    return minutes === undefined ? undefined : { minutes, end: text.length };
  }
  const size = Number(match[2]) * 60 + Number(match[3]);
  if (size > MAX_ZONE_MINUTES) return undefined;
  return { minutes: match[1] === '-' && size > 0 ? -size : size, end: match.index + match[0].length };
}
