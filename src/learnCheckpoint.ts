/**
 * How far a history was learned, so that an interrupted or repeated run does not read again what is known: reading is most of the work.
 * Kept is the number of messages done, in the order of arrival, and a hash over which those were. So a mailbox that has grown goes on
 * where it stopped, whatever its files are called now, and one that has changed in what was done starts again.
 */
import { createHash, hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MailboxRecord, type RecordKey, recordId } from './domain/observation.ts';
import type { BaselineStore } from './domain/ports.ts';

export interface CheckpointFor {
  readonly dir: string;
  readonly store: Pick<BaselineStore, 'recall'>;
  readonly tenant: string;
  readonly mailboxes: readonly string[];
  /** Everything else that makes another history of the same messages. */
  readonly about: unknown;
}

export interface Checkpoint {
  /** How many of these, which `digests` names in order, are known; the next `advance` counts from there. */
  resume(digests: readonly number[]): Promise<number>;
  /** The next `digests` are learned and durable. */
  advance(digests: readonly number[]): Promise<void>;
}

interface Kept {
  readonly count: number;
  readonly hash: string;
  /** When each mailbox's baseline begins; null when it has none. */
  readonly begins: readonly (number | null)[];
}

/** 48 bits of a hash over what a message begins with: enough to tell those of one mailbox apart. */
export const digestOf = (head: Buffer, sizeBytes: number, isSent: boolean): number =>
  createHash('sha1').update(`${sizeBytes} ${isSent} `).update(head).digest().readUIntBE(0, 6);

export function openCheckpoint({ dir, store, tenant, mailboxes, about }: CheckpointFor): Checkpoint {
  const path = join(dir, `${hash('sha256', JSON.stringify([tenant, mailboxes, about])).slice(0, 32)}.json`);
  const sum = createHash('sha256');
  let count = 0;
  const add = (digests: readonly number[]) => {
    sum.update(Float64Array.from(digests));
    count += digests.length;
  };

  /** A baseline that was erased, or a store that was replaced, knows nothing of what was done. */
  async function begins(): Promise<Kept['begins']> {
    const keys = mailboxes.map((mailbox): RecordKey => ({ mailbox, kind: 'mailbox', key: '' }));
    const records = await store.recall(tenant, keys);
    return keys.map((key) => {
      const { in: received, out: sent } = (records.get(recordId(key)) ?? {}) as Partial<MailboxRecord>;
      const times = [received?.f, sent?.f].filter((time) => time !== undefined);
      return times.length === 0 ? null : Math.min(...times);
    });
  }

  return {
    async resume(digests) {
      const kept = readKept(path);
      if (kept === undefined || kept.count > digests.length || mailboxes.length === 0) return 0;
      const done = digests.slice(0, kept.count);
      if (createHash('sha256').update(Float64Array.from(done)).digest('hex') !== kept.hash) return 0;
      const now = await begins();
      const isThere = kept.begins.every((was, at) => was === null || (now[at] ?? Number.POSITIVE_INFINITY) <= was);
      if (!isThere || kept.begins.every((was) => was === null)) return 0;
      add(done);
      return count;
    },
    async advance(digests) {
      add(digests);
      const kept: Kept = { count, hash: sum.copy().digest('hex'), begins: await begins() };
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      // Not synced: one that is lost or half written costs reading again, and what it says was durable before.
      writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function readKept(path: string): Kept | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    if (typeof kept.count !== 'number' || typeof kept.hash !== 'string' || !Array.isArray(kept.begins))
      return undefined;
    return { count: kept.count, hash: kept.hash, begins: kept.begins };
  } catch {
    return undefined; // none, or cut off by a loss of power
  }
}
