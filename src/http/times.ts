/** RFC 3339 on the wire, milliseconds inside. */
import { Refusal } from './problem.ts';

export const toRfc3339 = (time: number): string => new Date(time).toISOString();

/** `text` follows the format date-time already; a leap second is no time of ours all the same. Throws Refusal. */
export function toMillis(text: string, field: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Refusal('invalid-time', `${field} is no moment in time`, field);
  return time;
}
