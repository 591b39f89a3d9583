/** The service as an operator runs it, on loopback, with its store on disk: throughput, latency, CPU and memory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renewed } from './mix.ts';

const CONNECTIONS = [1, 8, 32];
const MAILBOXES = 50;
const TICKS_PER_SECOND = 100; // USER_HZ of Linux, see proc(5)
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function measureService(mix: readonly Buffer[], messageCount: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const service = await startService(dir);
  console.log('## Over HTTP, one service process, the load from another\n');
  console.log(
    '| connections | messages | messages/s | p50 ms | p99 ms | max ms | service CPU ms per message | peak RSS MB |',
  );
  console.log('|---:|---:|---:|---:|---:|---:|---:|---:|');
  let serial = 0;
  await load(service, mix, 1000, 8, () => serial++); // warm-up, not counted
  for (const connections of CONNECTIONS) {
    const count = Math.round(messageCount / CONNECTIONS.length);
    const cpuBefore = cpuSeconds(service.pid);
    const startedAt = performance.now();
    const latencies = (await load(service, mix, count, connections, () => serial++)).sort((a, b) => a - b);
    const seconds = (performance.now() - startedAt) / 1000;
    const quantile = (share: number) => (latencies[Math.min(count - 1, Math.floor(share * count))] ?? 0).toFixed(1);
    const cpu = ((cpuSeconds(service.pid) - cpuBefore) * 1000) / count;
    console.log(
      `| ${connections} | ${count} | ${(count / seconds).toFixed(0)} | ${quantile(0.5)} | ${quantile(0.99)} | ${quantile(1)} | ${cpu.toFixed(2)} | ${peakMegabytes(service.pid)} |`,
    );
  }
  console.log(
    `\nMemory now ${residentMegabytes(service.pid)} MB after ${serial} messages; the log and baseline grew to ${serial} verdicts.\n`,
  );
  service.child.kill('SIGTERM');
  await once(service.child, 'exit');
  rmSync(dir, { recursive: true });
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

async function startService(dataDir: string): Promise<Running> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', 'src/main.ts', 'serve'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        DATA_DIR: dataDir,
        OWN_DOMAINS: 'bench.example',
        AUTHSERV_ID: 'mx.bench.example',
        LOG_LEVEL: 'warn',
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'), // as npm start runs it
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const chunk of child.stdout) {
    const port = String(chunk).match(/http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
    if (port !== undefined && child.pid !== undefined) return { child, pid: child.pid, port: Number(port) };
  }
  throw new Error('the service did not start');
}

/** Sends `count` messages over so many connections; answers the milliseconds of each. Throws on any answer but 200. */
async function load(
  { port }: Running,
  mix: readonly Buffer[],
  count: number,
  connections: number,
  nextSerial: () => number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let left = count;
  const connection = async () => {
    while (left-- > 0) {
      const serial = nextSerial();
      const raw = renewed(mix[serial % mix.length] ?? Buffer.alloc(0), serial);
      const startedAt = performance.now();
      await post(agent, port, raw, `u${serial % MAILBOXES}@bench.example`);
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return latencies;
}

function post(agent: Agent, port: number, raw: Buffer, mailbox: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `/v1/messages?mailbox=${mailbox}`;
    const headers = { 'content-type': 'message/rfc822', 'content-length': raw.length };
    const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', path, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(raw);
  });
}

/** User and system time of a process so far: fields 14 and 15 of proc(5) stat. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const statusMegabytes = (pid: number, field: string): string =>
  (
    Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+)`))?.[1] ?? 0) / 1024
  ).toFixed(0);
const peakMegabytes = (pid: number): string => statusMegabytes(pid, 'VmHWM');
const residentMegabytes = (pid: number): string => statusMegabytes(pid, 'VmRSS');
