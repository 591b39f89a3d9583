/**
 * Debian's rspamd as a comparator, where it is installed: its own start on loopback, its shipped rules, look-ups on the network off (so no
 * SPF, DKIM, DMARC, RBL, URL or fuzzy lists: what it can say from the message alone, without Bayes). Its weaker half; said in the report.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/freePort.ts';

/** Higher is worse. */
export interface RspamdScore {
  readonly all: number;
  /** Without what fires because mail is replayed: there is no client whose name could be looked up. */
  readonly withoutReplay: number;
}

export interface Rspamd {
  /** Of the process that started its workers. */
  readonly pid: number;
  score(raw: Buffer): Promise<RspamdScore>;
  stop(): Promise<void>;
}

const BINARY = '/usr/bin/rspamd';
const NEEDS_NETWORK = [
  'rbl',
  'surbl',
  'spf',
  'dkim',
  'dmarc',
  'arc',
  'asn',
  'mx_check',
  'fuzzy_check',
  'phishing',
  'url_redirector',
  'neural',
  'history_redis',
  'ratelimit',
  'greylist',
  'dkim_signing',
  'redis',
  'replies',
  'reputation',
];
const OF_REPLAY = /^HFILTER_HOSTNAME_UNKNOWN$/;
const START_TIMEOUT_MS = 120_000; // it compiles its patterns first, on a busy machine for a minute

interface Answer {
  readonly score?: number;
  readonly symbols?: Readonly<Record<string, { readonly score?: number }>>;
}

/** Where it also listens as a milter, and with how many processes. */
export interface MilterDoors {
  readonly path: string;
  readonly port: number;
  readonly processes: number;
}

/** undefined when rspamd is not installed. Throws when it is and does not start. */
export async function startRspamd(milter?: MilterDoors): Promise<Rspamd | undefined> {
  if (!existsSync(BINARY)) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-rspamd-'));
  const port = await freePort();
  configure(dir, port, milter);
  const variables = ['LOCAL_CONFDIR', 'RUNDIR', 'LOGDIR', 'DBDIR'].map((name) => `--var=${name}=${dir}`);
  const child = spawn(BINARY, ['-f', '-i', ...variables, '-c', '/etc/rspamd/rspamd.conf'], { stdio: 'ignore' });
  await untilUp(port, child);
  return {
    pid: child.pid ?? 0,
    async score(raw) {
      const answer = await fetch(`http://127.0.0.1:${port}/checkv2`, { method: 'POST', body: new Uint8Array(raw) });
      const { score = 0, symbols = {} } = (await answer.json()) as Answer;
      const ofReplay = Object.entries(symbols).filter(([name]) => OF_REPLAY.test(name));
      return { all: score, withoutReplay: ofReplay.reduce((sum, [, symbol]) => sum - (symbol.score ?? 0), score) };
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function configure(dir: string, port: number, milter: MilterDoors | undefined): void {
  for (const part of ['local.d', 'override.d', 'maps.d']) mkdirSync(join(dir, part));
  const write = (name: string, text: string) => writeFileSync(join(dir, 'local.d', name), text);
  for (const module of NEEDS_NETWORK) write(`${module}.conf`, 'enabled = false;\n');
  write('options.inc', 'dns { nameserver = ["127.0.0.1:1"]; timeout = 0.02s; retransmits = 0; }\n');
  write('worker-normal.inc', `bind_socket = "127.0.0.1:${port}"; count = 1;\n`);
  write('worker-controller.inc', 'enabled = false;\n');
  write('worker-proxy.inc', milter === undefined ? 'enabled = false;\n' : milterWorker(milter));
  write('logging.inc', 'level = "error";\n');
}

/** As rspamd's documentation sets it up: the worker that speaks milter also scans. */
const milterWorker = ({ path, port, processes }: MilterDoors): string =>
  [
    `bind_socket = ["127.0.0.1:${port}", "${path} mode=0666"];`,
    'milter = yes; timeout = 120s;',
    'upstream "local" { default = yes; self_scan = yes; }',
    `count = ${processes}; max_retries = 5; discard_on_reject = false; quarantine_on_reject = false;\n`,
  ].join('\n');

async function untilUp(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isUp = await fetch(`http://127.0.0.1:${port}/ping`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    await sleep(200);
  }
  child.kill();
  throw new Error('rspamd is installed but did not start');
}
