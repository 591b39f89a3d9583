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
  const records = createGenerations<Stored>(MAX_RECORDS, { stdTTL: maxAgeMs / 1000, checkperiod: SWEEP_SECONDS });
  const lessons = createGenerations<true>(MAX_LESSONS, { checkperiod: 0 });
  let moment = 0;

  /** Answers may come in another order than their statements ran; versions only grow. */
  function keepWritten(id: string, stored: Stored): void {
    const kept = records.get(id);
    if (maxAgeMs > 0 && (kept === undefined || kept.version < stored.version)) records.set(id, stored);
  }

  return {
    get: records.get,
    keepRead(id, stored, since) {
      if (since === moment) keepWritten(id, stored);
    },
    keepWritten,
    hasLesson: (id) => lessons.get(id) ?? false,
    keepLesson(id, isKnown) {
      if (isKnown) lessons.set(id, true);
      else lessons.del([id]);
    },
    forget(ids) {
      const all = [...ids];
      records.del(all);
      lessons.del(all);
      moment += 1;
    },
    forgetAll() {
      records.clear();
      lessons.clear();
      moment += 1;
    },
    moment: () => moment,
    close() {
      records.close();
      lessons.close();
    },
  };
}

interface Generations<V> {
  get(id: string): V | undefined;
  set(id: string, value: V): void;
  del(ids: string[]): void;
  clear(): void;
  close(): void;
}

/** At most `limit` entries in two generations: what nobody asks for goes with the older one, what is hot stays (as ../recent.ts, but with an age). */
function createGenerations<V>(limit: number, options: NodeCache.Options): Generations<V> {
  const open = (): NodeCache => new NodeCache({ useClones: false, ...options });
  let recent = open();
  let older = open();

  function makeRoom(): void {
    if (recent.getStats().keys < limit / 2) return;
    older.close();
    older = recent;
    recent = open();
  }
  /** Being asked for makes nothing younger. */
  function renewed(id: string): V | undefined {
    const value = older.get<V>(id);
    const until = older.getTtl(id);
    if (value === undefined || until === undefined) return undefined;
    makeRoom();
    if (until === 0) recent.set(id, value);
    else recent.set(id, value, Math.max((until - Date.now()) / 1000, Number.EPSILON));
    return value;
  }

  return {
    get: (id) => recent.get<V>(id) ?? renewed(id),
    set(id, value) {
      makeRoom();
      recent.set(id, value);
    },
    del(ids) {
      recent.del(ids);
      older.del(ids);
    },
    clear() {
      recent.flushAll();
      older.flushAll();
    },
    close() {
      recent.close();
      older.close();
    },
  };
}
