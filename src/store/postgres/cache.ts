/** What is known of the database without asking: hot records, parsed, and lessons that were learned. Bounded in number and age. */
import NodeCache from 'node-cache';
import type { RecordKind, RecordTypes } from '../../domain/observation.ts';

export type Value = RecordTypes[RecordKind];

/** A record as it was read or written; version 0 and no value: known to be absent. */
export interface Stored {
  readonly value?: Value;
  readonly version: number;
}

export const ABSENT: Stored = { version: 0 };

const MAX_RECORDS = 8_000; // known-absent ones included; at about 1 kB each, and 9 kB for the largest
const MAX_LESSONS = 20_000; // some 100 bytes each
const SWEEP_SECONDS = 10;

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
  close(): void;
}

/** `maxAgeMs` 0 keeps no records. */
export function createCache(maxAgeMs: number): Cache {
  const records = new NodeCache({
    useClones: false,
    stdTTL: maxAgeMs / 1000,
    checkperiod: SWEEP_SECONDS,
    maxKeys: MAX_RECORDS,
  });
  const lessons = new NodeCache({ useClones: false, checkperiod: 0, maxKeys: MAX_LESSONS });
  let moment = 0;

  function forgetAll(): void {
    records.flushAll();
    lessons.flushAll();
    moment += 1;
  }
  function set(cache: NodeCache, id: string, value: unknown): void {
    try {
      cache.set(id, value);
    } catch {
      // Full: what is hot comes back by itself.
      cache.flushAll();
      moment += 1;
      cache.set(id, value);
    }
  }
  /** Answers may come in another order than their statements ran; versions only grow. */
  function keepWritten(id: string, stored: Stored): void {
    const kept = records.get<Stored>(id);
    if (maxAgeMs > 0 && (kept === undefined || kept.version < stored.version)) set(records, id, stored);
  }

  return {
    get: (id) => records.get<Stored>(id),
    keepRead(id, stored, since) {
      if (since === moment) keepWritten(id, stored);
    },
    keepWritten,
    hasLesson: (id) => lessons.has(id),
    keepLesson(id, isKnown) {
      if (isKnown) set(lessons, id, true);
      else lessons.del(id);
    },
    forget(ids) {
      const all = [...ids];
      records.del(all);
      lessons.del(all);
      moment += 1;
    },
    forgetAll,
    moment: () => moment,
    close() {
      records.close();
      lessons.close();
    },
  };
}
