/** Every file of a folder as a message through the whole reader: nothing may throw, hang or grow without bound. Failures are listed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Submission } from '../../src/domain/mail.ts';
import { openReader } from '../../src/readApart.ts';

const HANG_MS = 2_000;
const IN_FLIGHT = 2; // one here, one in the worker: more would measure waiting
const MAX_LISTED = 40;
const MAX_BYTES = 50 * 1024 * 1024; // intake refuses larger ones before they are read

interface Outcome {
  readonly file: string;
  readonly what: string;
}

export async function measureRobustness(dirs: readonly string[]): Promise<void> {
  const files = dirs.flatMap((dir) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const reader = openReader({ ownDomains: ['bench.example'], authservIds: ['mx.bench.example'] });
  const counts = new Map<string, number>();
  const notable: Outcome[] = [];
  let slowestMs = 0;
  let peakBytes = 0;
  const queue = [...files].reverse();
  const next = async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      const startedAt = performance.now();
      const what = await outcomeOf(file, reader.read);
      const ms = performance.now() - startedAt;
      slowestMs = Math.max(slowestMs, ms);
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      const outcome = ms > HANG_MS + 100 ? `took ${ms.toFixed(0)} ms` : what;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (outcome !== 'read') notable.push({ file, what: outcome });
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, next));
  const seconds = (performance.now() - startedAt) / 1000;
  await reader.close();

  console.log(
    `## Every file as a message\n\n${files.length} files in ${seconds.toFixed(0)} s, slowest ${slowestMs.toFixed(0)} ms, peak RSS ${(peakBytes / 1048576).toFixed(0)} MB\n`,
  );
  console.log('| outcome | files |\n|---|---:|');
  for (const [outcome, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`| ${outcome} | ${count} |`);
  console.log();
  for (const { file, what } of notable.slice(0, MAX_LISTED)) console.log(`- ${file}: ${what}`);
  if (notable.length > MAX_LISTED) console.log(`- and ${notable.length - MAX_LISTED} more`);
  console.log();
}

async function outcomeOf(file: string, read: ReturnType<typeof openReader>['read']): Promise<string> {
  const raw = readFileSync(file);
  if (raw.length > MAX_BYTES) return 'over 50 MiB: refused by intake';
  const submission: Submission = {
    tenant: 'bench',
    raw,
    envelope: { rcptTo: ['u1@bench.example'] },
    direction: 'inbound',
    receivedAt: Date.UTC(2024, 0),
    mailboxes: ['u1@bench.example'],
  };
  try {
    const { message } = await read(submission);
    const given = message.defects.find(({ code }) => code === 'unparseable' || code === 'time-limit');
    return given === undefined ? 'read' : `${given.code}: ${given.detail.replaceAll(/\d+/g, 'n')}`;
  } catch (error) {
    return `THROWN: ${error instanceof Error ? error.message : String(error)}`;
  }
}
