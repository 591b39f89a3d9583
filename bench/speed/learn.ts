/** Learning from history as an operator does it: the command as a process, an mbox of real mail, a fresh store on disk; then the same again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openCorpus, readMail } from '../corpus.ts';

const SETS = ['phishing_pot', 'list-ham']; // all of the first, which is larger and harder to read, and of the second what is left
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TICKS_PER_SECOND = 100; // USER_HZ of Linux, see proc(5)
const SAMPLE_MS = 50;
const ENVELOPE = 'From bench@bench.example Tue Nov 24 12:00:00 2026\n';

export async function measureLearn(dir: string, messageCount: number): Promise<void> {
  const temp = mkdtempSync(join(tmpdir(), 'tidemark-learn-'));
  try {
    const path = join(temp, 'history.mbox');
    const { count, bytes } = await writeMbox(dir, messageCount, path);
    console.log(`## \`tidemark learn\` of an mbox: ${count} messages, ${(bytes / 1e6).toFixed(0)} MB\n`);
    console.log('| run | seconds | messages/s | CPU ms per message | peak RSS MB | it said |');
    console.log('|---|---:|---:|---:|---:|---|');
    for (const run of ['fresh store', 'again']) {
      const { seconds, cpuSeconds, peakMegabytes, said } = await learn(temp, path);
      console.log(
        `| ${run} | ${seconds.toFixed(1)} | ${(count / seconds).toFixed(0)} | ${((cpuSeconds * 1000) / count).toFixed(2)} | ${peakMegabytes.toFixed(0)} | ${said} |`,
      );
    }
    console.log();
  } finally {
    rmSync(temp, { recursive: true });
  }
}

/** mboxrd: every line that begins with "From " is quoted. Latin-1. */
export function asInMbox(raw: Buffer): string {
  const text = raw.toString('latin1').replaceAll(/^(?=>*From )/gm, '>');
  return `${ENVELOPE}${text}${text.endsWith('\n') ? '' : '\n'}\n`;
}

async function writeMbox(dir: string, messageCount: number, path: string) {
  const corpus = openCorpus(dir);
  const files = SETS.flatMap((set) => corpus.files.filter((file) => file.set === set)).slice(0, messageCount);
  const out = createWriteStream(path);
  let count = 0;
  for (const file of files) {
    const raw = readMail(corpus, file.path);
    if (raw === undefined) continue;
    count += 1;
    if (!out.write(asInMbox(raw), 'latin1')) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return { count, bytes: out.bytesWritten };
}

/** CPU and memory as of the last look before the end: the start of Node and the index are in it. */
async function learn(temp: string, path: string) {
  const startedAt = performance.now();
  const words = [
    '--disable-warning=ExperimentalWarning',
    'src/main.ts',
    'learn',
    '--mailbox',
    'ana@bench.example',
    path,
  ];
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: join(temp, 'data'), OWN_DOMAINS: 'bench.example' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  let cpuSeconds = 0;
  let peakMegabytes = 0;
  const timer = setInterval(() => {
    if (child.pid === undefined || child.exitCode !== null) return;
    // What is ending has no memory any more.
    cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid));
    peakMegabytes = Math.max(peakMegabytes, peakMegabytesOf(child.pid));
  }, SAMPLE_MS);
  const [status] = await once(child, 'close');
  clearInterval(timer);
  if (status !== 0) throw new Error(`tidemark learn ended with status ${status}`);
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds, peakMegabytes, said: said.trim() };
}

/** User and system time of a process so far: fields 14 and 15 of proc(5) stat. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const peakMegabytesOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) / 1024;
