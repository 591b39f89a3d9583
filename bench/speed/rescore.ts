/**
 * Rescoring of a large mbox as an operator does it: the command as a process, the mix of the corpus repeated with new Message-IDs, full scoring,
 * all files written. Rate, CPU and memory of all its processes are told by tenths of the messages, so that what grows shows.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createWriteStream, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { asInMbox } from './learn.ts';
import { corpusMix, renewed } from './mix.ts';
import { type Usage, usageOf } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE_MS = 500;
const PARTS = 10;
const LF = 10;

interface Sample extends Usage {
  readonly seconds: number;
  readonly rowCount: number;
  readonly load: number;
}

/** `against`: another checkout, run in turns with this one on the same mbox, twice each. The mbox is written to the folder for temporary files. */
export async function measureRescore(
  corpusDir: string,
  messageCount: number,
  against: string | undefined,
): Promise<void> {
  const temp = mkdtempSync(join(tmpdir(), 'tidemark-bench-rescore-'));
  try {
    const mbox = join(temp, 'history.mbox');
    const bytes = await writeRepeated(corpusDir, messageCount, mbox);
    console.log(`## \`tidemark rescore\` of one mbox: ${messageCount} messages, ${(bytes / 1e9).toFixed(2)} GB\n`);
    const programs = against === undefined ? [ROOT] : [against, ROOT, against, ROOT];
    for (const program of programs) {
      if (against !== undefined) console.log(`### ${program === ROOT ? 'this' : 'the other'}\n`);
      print(await rescore(program, temp, mbox), messageCount);
    }
  } finally {
    rmSync(temp, { recursive: true });
  }
}

/** One after the other, so that memory is that of the mix whatever the size. */
async function writeRepeated(corpusDir: string, messageCount: number, path: string): Promise<number> {
  const mix = corpusMix(corpusDir);
  const out = createWriteStream(path);
  for (let serial = 0; serial < messageCount; serial += 1) {
    const raw = mix[serial % mix.length];
    if (raw === undefined) throw new Error('the corpus holds no mail of the mix');
    if (!out.write(asInMbox(renewed(raw, serial)), 'latin1')) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return out.bytesWritten;
}

async function rescore(program: string, temp: string, mbox: string): Promise<readonly Sample[]> {
  const out = join(temp, 'out');
  const rows = rowsOf(join(out, 'results.jsonl'));
  const words = ['rescore', '--quiet', '--mailbox', 'ana@bench.example', '--out', out, mbox];
  const PATH = `${join(program, 'node_modules/.bin')}:${process.env.PATH}`; // Node as npm installed it, as npx does
  const env = { ...process.env, PATH, OWN_DOMAINS: 'bench.example', DATA_DIR: join(temp, 'data') };
  const startedAt = performance.now();
  const child = spawn(join(program, 'src/tidemark.js'), words, {
    cwd: program,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const usage = child.pid === undefined ? undefined : usageOf(child.pid);
    const seconds = (performance.now() - startedAt) / 1000;
    if (usage !== undefined) samples.push({ ...usage, seconds, rowCount: rows.count(), load: loadavg()[0] ?? 0 });
  }, SAMPLE_MS);
  const [status, killedBy] = await once(child, 'close');
  clearInterval(timer);
  rows.close();
  rmSync(out, { recursive: true });
  if (status !== 0 && status !== 3) throw new Error(`tidemark rescore ended: ${killedBy ?? `status ${status}`}`);
  return samples;
}

/** Counts what is added to a file that may not be there yet. */
function rowsOf(path: string) {
  const buffer = Buffer.alloc(1024 * 1024);
  let descriptor: number | undefined;
  let at = 0;
  let count = 0;
  return {
    count(): number {
      if (descriptor === undefined && existsSync(path)) descriptor = openSync(path, 'r');
      if (descriptor === undefined) return 0;
      for (let read = readSync(descriptor, buffer, 0, buffer.length, at); read > 0; ) {
        for (const byte of buffer.subarray(0, read)) if (byte === LF) count += 1;
        at += read;
        read = readSync(descriptor, buffer, 0, buffer.length, at);
      }
      return count;
    },
    close: () => descriptor !== undefined && closeSync(descriptor),
  };
}

/** The first row is what comes before a row is written, the last what comes after all are. */
function print(samples: readonly Sample[], messageCount: number): void {
  console.log('| messages | seconds | messages/s | CPU ms per message | RSS MB | PSS MB | load |');
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  const phaseOf = ({ rowCount }: Sample): number =>
    rowCount === 0 ? 0 : rowCount >= messageCount ? PARTS + 1 : 1 + Math.floor((rowCount / messageCount) * PARTS);
  const names = ['looked through', ...Array.from({ length: PARTS }, (_, at) => `tenth ${at + 1}`), 'table and report'];
  let last: Sample = { seconds: 0, rowCount: 0, cpuSeconds: 0, rssMegabytes: 0, pssMegabytes: 0, load: 0 };
  for (const [phase, name] of names.entries()) {
    const own = samples.filter((sample) => phaseOf(sample) === phase);
    const end = own.at(-1);
    if (end === undefined) continue;
    console.log(line(name, last, end, own));
    last = end;
  }
  console.log(line('all', { ...last, seconds: 0, rowCount: 0, cpuSeconds: 0 }, last, samples));
  console.log();
}

function line(name: string, begin: Sample, end: Sample, own: readonly Sample[]): string {
  const count = end.rowCount - begin.rowCount;
  const seconds = end.seconds - begin.seconds;
  const peak = (of: (sample: Sample) => number): string => Math.max(...own.map(of)).toFixed(0);
  const each = count === 0 ? '–' : (((end.cpuSeconds - begin.cpuSeconds) * 1000) / count).toFixed(2);
  const rate = count === 0 ? '–' : (count / seconds).toFixed(0);
  const load = own.reduce((sum, sample) => sum + sample.load, 0) / own.length;
  const sizes = `${peak(({ rssMegabytes }) => rssMegabytes)} | ${peak(({ pssMegabytes }) => pssMegabytes)}`;
  return `| ${name} | ${seconds.toFixed(1)} | ${rate} | ${each} | ${sizes} | ${load.toFixed(1)} |`;
}
