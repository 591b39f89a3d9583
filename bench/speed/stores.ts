/**
 * Recall and learn of the same messages on each store, one message and sixteen at a time. PostgreSQL is a private server on this machine
 * that writes to disk before it answers, so it shares the cores: on a machine of its own the waits are longer and the CPU is free.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observationOf } from '../../src/baseline/observe.ts';
import { recallKeys } from '../../src/baseline/recall.ts';
import type { RecordKey } from '../../src/domain/observation.ts';
import type { Durability, Lesson, Store } from '../../src/domain/ports.ts';
import { lessonsFor } from '../../src/lessons.ts';
import { readMessage } from '../../src/read.ts';
import { isOrdinary } from '../../src/readApart.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { openPrivateServer, type PrivateServer } from '../../test/store/postgresServer.ts';
import { renewed } from './mix.ts';

const TENANT = 'bench';
const ORGANISATION = { ownDomains: ['bench.example'], authservIds: ['mx.bench.example'] };
const MAILBOXES = 50; // spread as in a small company
const WARM_UP = 500; // messages
const MEASURED = 2_000;
const IN_FLIGHT = [1, 16];

interface Lecture {
  readonly keys: readonly RecordKey[];
  readonly lessons: readonly Lesson[];
}

/** A store as it is measured; several stand for processes that share a database. */
interface Candidate {
  readonly name: string;
  readonly durability: Durability;
  open(): Promise<readonly Store[]>;
}

export async function measureStores(mix: readonly Buffer[]): Promise<void> {
  const lectures = await lecturesOf(mix);
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const server = await openPrivateServer({ isSynced: true });
  const keyCount = lectures.reduce((sum, { keys }) => sum + keys.length, 0) / lectures.length;
  const lessonCount = lectures.reduce((sum, { lessons }) => sum + lessons.length, 0) / lectures.length;
  console.log(
    `## Stores, ${MEASURED} messages, ${keyCount.toFixed(0)} keys recalled and ${lessonCount.toFixed(0)} lessons learned by each\n`,
  );
  console.log(
    '| store | in flight | recall µs p50 | p99 | learn µs p50 | p99 | wall µs per message | CPU µs per message, here |\n|---|---:|---:|---:|---:|---:|---:|---:|',
  );
  for (const inFlight of IN_FLIGHT) {
    for (const candidate of candidates(dir, server)) {
      const stores = await candidate.open();
      await teach(stores, candidate.durability, lectures.slice(0, WARM_UP), inFlight);
      const row = await teach(stores, candidate.durability, lectures.slice(WARM_UP), inFlight);
      console.log(`| ${candidate.name} | ${inFlight} | ${row.map((value) => value.toFixed(0)).join(' | ')} |`);
      await Promise.all(stores.map((store) => store.close()));
    }
  }
  console.log();
  await server.close();
  rmSync(dir, { recursive: true });
}

function candidates(dir: string, server: PrivateServer): readonly Candidate[] {
  let serial = 0;
  const sqlite = async () => {
    serial += 1;
    return [await openSqliteStore({ path: join(dir, `${serial}.sqlite`) })];
  };
  const postgres = async (count: number, cacheMs?: number) => {
    const url = await server.createDatabase();
    const options = cacheMs === undefined ? { url } : { url, cacheMs };
    return Promise.all(Array.from({ length: count }, () => openPostgresStore(options)));
  };
  return [
    { name: 'SQLite, committed', durability: 'committed', open: sqlite },
    { name: 'SQLite, durable', durability: 'durable', open: sqlite },
    { name: 'PostgreSQL', durability: 'durable', open: () => postgres(1) },
    { name: 'PostgreSQL, nothing cached', durability: 'durable', open: () => postgres(1, 0) },
    { name: 'PostgreSQL, shared by two', durability: 'durable', open: () => postgres(2) },
  ];
}

async function lecturesOf(mix: readonly Buffer[]): Promise<readonly Lecture[]> {
  const inline = mix.filter((raw) => isOrdinary(raw));
  const lectures: Lecture[] = [];
  for (let serial = 0; lectures.length < WARM_UP + MEASURED; serial += 1) {
    const mailbox = `u${serial % MAILBOXES}@bench.example`;
    const { message } = await readMessage(
      {
        tenant: TENANT,
        raw: renewed(inline[serial % inline.length] ?? Buffer.alloc(0), serial),
        envelope: { rcptTo: [mailbox] },
        direction: 'inbound',
        mailboxes: [mailbox],
        receivedAt: Date.UTC(2024, 0) + serial * 600_000,
      },
      ORGANISATION,
    );
    const observation = observationOf(message);
    if (observation === undefined) continue;
    lectures.push({
      keys: recallKeys(message, mailbox),
      lessons: lessonsFor(observation, [mailbox], ORGANISATION),
    });
  }
  return lectures;
}

/** The numbers of a row. */
async function teach(
  stores: readonly Store[],
  durability: Durability,
  lectures: readonly Lecture[],
  inFlight: number,
): Promise<readonly number[]> {
  const recalls: number[] = [];
  const learns: number[] = [];
  const queue = [...lectures].reverse();
  const work = async (store: Store) => {
    for (let lecture = queue.pop(); lecture !== undefined; lecture = queue.pop()) {
      const startedAt = performance.now();
      await store.recall(TENANT, lecture.keys);
      const recalledAt = performance.now();
      await store.learn(TENANT, lecture.lessons, durability);
      recalls.push(recalledAt - startedAt);
      learns.push(performance.now() - recalledAt);
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const workers = Math.max(inFlight, stores.length);
  await Promise.all(Array.from({ length: workers }, (_, at) => work(stores[at % stores.length] as Store)));
  const wall = ((performance.now() - startedAt) * 1000) / lectures.length;
  const cpu = process.cpuUsage(cpuBefore);
  const quantiles = [recalls, learns].flatMap((all) => {
    const sorted = all.sort((a, b) => a - b);
    return [0.5, 0.99].map((share) => (sorted[Math.floor(share * sorted.length)] ?? 0) * 1000);
  });
  return [...quantiles, wall, (cpu.user + cpu.system) / lectures.length];
}
