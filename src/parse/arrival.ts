/** When a stored mail arrived, from its header block alone: a tenth of what parsing the mail costs. */
import { readDate } from './dates.ts';
import { readHeaders, valuesOf } from './headers.ts';
import { MAX_HOPS, readReceived } from './received.ts';

/** Milliseconds. */
export interface WrittenTimes {
  /** Of the newest Received line that tells. */
  readonly receivedAt?: number;
  /** Of Date. */
  readonly dateAt?: number;
}

export function writtenTimes(raw: Buffer): WrittenTimes {
  if (raw.length === 0) return {};
  const { index } = readHeaders(raw, new Map());
  const dateAt = readDate(index.get('date')?.[0] ?? '')?.at;
  const date = dateAt === undefined ? {} : { dateAt };
  for (const value of valuesOf(index, 'received').slice(0, MAX_HOPS)) {
    const { at } = readReceived(value);
    if (at !== undefined) return { receivedAt: at, ...date };
  }
  return date;
}
