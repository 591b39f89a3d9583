/** When a stored mail arrived, from its header block alone: a tenth of what parsing the mail costs. */
import { readDate } from './dates.ts';
import { readHeaders, valuesOf } from './headers.ts';
import { MAX_HOPS, readReceived } from './received.ts';

/** Milliseconds; the newest Received line that tells, else Date. */
export function arrivalOf(raw: Buffer): number | undefined {
  if (raw.length === 0) return undefined;
  const { index } = readHeaders(raw, new Map());
  for (const value of valuesOf(index, 'received').slice(0, MAX_HOPS)) {
    const { at } = readReceived(value);
    if (at !== undefined) return at;
  }
  return readDate(index.get('date')?.[0] ?? '')?.at;
}
