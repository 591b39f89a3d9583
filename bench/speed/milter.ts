/** Messages through a private Postfix whose deliveries are thrown away: without a filter, with Tidemark, with rspamd. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from '../../test/e2e/postfix.ts';
import { openSmtp } from '../../test/e2e/smtp.ts';
import { startTidemark } from '../../test/e2e/tidemark.ts';
import { freePort } from '../../test/freePort.ts';
import { startRspamd } from '../eval/rspamd.ts';
import { renewed } from './mix.ts';
import { cpuSeconds } from './service.ts';

const SESSIONS = 8;
const MAILBOXES = 50;
const ROUNDS = 2; // the variants take turns, so that a busy neighbour meets all of them
const WARM_UP = 2000; // a service runs for weeks: V8 compiles for as long, at a quarter of the CPU
const SOURCE_BYTES = 4000; // of body, by smtp-source
const CORES = 2;

interface Variant {
  readonly name: string;
  readonly postfix: PrivatePostfix;
  /** The filter's first process. */
  readonly pid?: number;
  readonly mix: { latencies: number[]; seconds: number; cpu: number };
  readonly source: { seconds: number; cpu: number };
}

/** `messageCount` of the mix and of smtp-source's for each variant. */
export async function measureMilter(mix: readonly Buffer[], messageCount: number): Promise<void> {
  if (!canRunPostfix) throw new Error(WHY_NOT);
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-milter-bench-'));
  const { variants, close } = await startAll(dir);
  try {
    await takeTurns(variants, mix, messageCount);
    report(variants, messageCount);
  } finally {
    await close();
    rmSync(dir, { recursive: true });
  }
}

async function takeTurns(variants: readonly Variant[], mix: readonly Buffer[], messageCount: number): Promise<void> {
  let serial = 0;
  const nextSerial = () => serial++;
  for (const variant of variants) await sendMix(variant, mix, WARM_UP, nextSerial);
  for (const variant of variants) Object.assign(variant.mix, { latencies: [], seconds: 0, cpu: 0 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of variants) await sendMix(variant, mix, messageCount / ROUNDS, nextSerial);
    for (const variant of variants) await sendSource(variant, messageCount / ROUNDS);
  }
}

async function startAll(dir: string) {
  const [tcpPort, rspamdPort] = [await freePort(), await freePort()];
  const paths = {
    tidemark: join(tmpdir(), `tm-${process.pid}.sock`),
    rspamd: join(tmpdir(), `rs-${process.pid}.sock`),
  };
  const env = { OWN_DOMAINS: 'acme.example', AUTHSERV_ID: 'mx.acme.example', LOG_LEVEL: 'warn' };
  const overUnix = await startTidemark({
    ...env,
    MILTER: `unix:${paths.tidemark}`,
    MILTER_MODE: '666',
    DATA_DIR: join(dir, '1'),
  });
  const overTcp = await startTidemark({ ...env, MILTER: `inet:127.0.0.1:${tcpPort}`, DATA_DIR: join(dir, '2') });
  const rspamd = await startRspamd({ path: paths.rspamd, port: rspamdPort, processes: CORES });
  if (rspamd === undefined) console.log('rspamd is not installed: no comparison.\n');
  const filters: readonly (readonly [name: string, milter?: string, pid?: number])[] = [
    ['no filter'],
    ['Tidemark, Unix socket', `unix:${paths.tidemark}`, overUnix.pid],
    ['Tidemark, TCP', `inet:127.0.0.1:${tcpPort}`, overTcp.pid],
    ...(rspamd === undefined
      ? []
      : ([
          ['rspamd, Unix socket', `unix:${paths.rspamd}`, rspamd.pid],
          ['rspamd, TCP', `inet:127.0.0.1:${rspamdPort}`, rspamd.pid],
        ] as const)),
  ];
  const variants: Variant[] = [];
  for (const [name, milter, pid] of filters) {
    const postfix = await openPrivatePostfix([
      'virtual_transport = discard:',
      'smtpd_hard_error_limit = 100000', // what rspamd rejects is no reason to hang up
      'smtpd_error_sleep_time = 0',
      ...(milter === undefined ? [] : [`smtpd_milters = ${milter}`]),
    ]);
    variants.push({
      name,
      postfix,
      ...(pid === undefined ? {} : { pid }),
      mix: { latencies: [], seconds: 0, cpu: 0 },
      source: { seconds: 0, cpu: 0 },
    });
  }
  const close = async () => {
    for (const { postfix } of variants) await postfix.stop();
    await Promise.all([overUnix.kill('SIGTERM'), overTcp.kill('SIGTERM'), rspamd?.stop()]);
  };
  return { variants, close };
}

/** Real mails, each as a new one, over eight sessions; a message's time is that from MAIL to the last answer. */
async function sendMix(
  { postfix, pid, mix: sums }: Variant,
  mix: readonly Buffer[],
  count: number,
  nextSerial: () => number,
): Promise<void> {
  const cpuBefore = cpuOf(pid);
  const startedAt = performance.now();
  let left = count;
  const session = async () => {
    const smtp = await openSmtp(postfix.port);
    while (left-- > 0) {
      const serial = nextSerial();
      const raw = renewed(mix[serial % mix.length] ?? Buffer.alloc(0), serial);
      const rcptTo = [`u${serial % MAILBOXES}@acme.example`];
      const sentAt = performance.now();
      const said = await smtp.send({ mailFrom: 'bounce@sender.example', rcptTo }, raw);
      if (!/^[25]/.test(said)) throw new Error(said); // 5: rspamd rejects some
      sums.latencies.push(performance.now() - sentAt);
    }
    await smtp.quit();
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  sums.seconds += (performance.now() - startedAt) / 1000;
  sums.cpu += cpuOf(pid) - cpuBefore;
}

async function sendSource({ postfix, pid, source: sums }: Variant, count: number): Promise<void> {
  const cpuBefore = cpuOf(pid);
  const startedAt = performance.now();
  const words = [
    '-d',
    '-s',
    SESSIONS,
    '-m',
    count,
    '-l',
    SOURCE_BYTES,
    '-f',
    'a@sender.example',
    '-t',
    'u1@acme.example',
  ];
  const load = spawn('smtp-source', [...words.map(String), `127.0.0.1:${postfix.port}`], { stdio: 'inherit' });
  const [status] = await once(load, 'exit');
  if (status !== 0) throw new Error('smtp-source was refused');
  sums.seconds += (performance.now() - startedAt) / 1000;
  sums.cpu += cpuOf(pid) - cpuBefore;
}

/** Of a process and those that it started; seconds. */
function cpuOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return [pid, ...children.map(Number)].reduce((sum, one) => sum + cpuSeconds(one), 0);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function report(variants: readonly Variant[], count: number): void {
  console.log(`## Through Postfix, ${SESSIONS} sessions, ${count} messages of each kind for each filter\n`);
  console.log(
    '| filter | mix: messages/s | p50 ms | p99 ms | filter CPU ms per message | smtp-source: messages/s | CPU |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  for (const { name, mix, source } of variants) {
    const sorted = mix.latencies.toSorted((a, b) => a - b);
    const quantile = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
    const cells = [
      (count / mix.seconds).toFixed(0),
      quantile(0.5),
      quantile(0.99),
      ((mix.cpu * 1000) / count).toFixed(2),
      (count / source.seconds).toFixed(0),
      ((source.cpu * 1000) / count).toFixed(2),
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log('');
}
