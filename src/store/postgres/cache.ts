/** What is known of the database without asking: hot records, parsed, and lessons that were learned. Bounded in number and age. */
import type { RecordKind, RecordTypes } from '../../domain/observation.ts';
import { createRecent } from '../recent.ts';

export type Value = RecordTypes[RecordKind];

/** A record as it was read or written; version 0 and no value: known to be absent. */
export interface Stored {
  readonly value?: Value;
  readonly version: number;
}

export const ABSENT: Stored = { version: 0 };

const MAX_RECORDS = 8_000; // known-absent ones included; at about 1 kB each, and 9 kB for the largest
const MAX_LESSONS = 20_000; // some 100 bytes each

export interface Cache {
  get(id: string): Stored | undefined;
  /** What was read, unless it was written or forgotten since `moment()` gave `since`. */
  keepRead(id: string, stored: Stored, since: number): void;
  keepWritten(id: string, stored: Stored): void;
  /** A lesson is known; believed at any age, for the write that relies on it makes sure. */
  hasLesson(id: string): boolean;
  keepLesson(id: string, isKnown: boolean): void;
  forget(ids: Iterable<string>): void;
  forgetAll(): void;
  moment(): number;
}

/** `maxAgeMs` 0 keeps no records. */
export function createCache(maxAgeMs: number): Cache {
  let moment = 0;
  const isPast = (): void => {
    moment += 1;
  };
  // What was dropped may have been written while it was read: its version is known no more.
  const records = createRecent<{ readonly stored: Stored; readonly until: number }>(MAX_RECORDS, isPast);
  const lessons = createRecent<true>(MAX_LESSONS);

  function get(id: string): Stored | undefined {
    const kept = records.get(id);
    return kept !== undefined && performance.now() < kept.until ? kept.stored : undefined;
  }
  /** Answers may come in another order than their statements ran; versions only grow. */
  function keepWritten(id: string, stored: Stored): void {
    const kept = get(id);
    if (maxAgeMs > 0 && (kept === undefined || kept.version < stored.version))
      records.set(id, { stored, until: performance.now() + maxAgeMs });
  }

  return {
    get,
    keepRead(id, stored, since) {
      if (since === moment) keepWritten(id, stored);
    },
    keepWritten,
    hasLesson: (id) => lessons.get(id) ?? false,
    keepLesson(id, isKnown) {
      if (isKnown) lessons.set(id, true);
      else lessons.delete(id);
    },
    forget(ids) {
      for (const id of ids) {
        records.delete(id);
        lessons.delete(id);
      }
      isPast();
    },
    forgetAll() {
      records.clear();
      lessons.clear();
      isPast();
    },
    moment: () => moment,
  };
}
