/**
 * A real PostgreSQL to test against: the one of TIDEMARK_TEST_POSTGRES_URL, or a private one from Debian's binaries, which ends with this
 * process whatever happens to it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../freePort.ts';

export interface TestServer {
  /** Makes a database; answers its URL. */
  createDatabase(): Promise<string>;
  /** Removes what was made; a private server is stopped and its files are removed. */
  close(): Promise<void>;
}

export interface PrivateServer extends TestServer {
  /** 'fast' as an administrator does; 'crash' as a power cut does, without a last checkpoint. */
  stop(how: 'fast' | 'crash'): Promise<void>;
  /** On the same port with the same data. */
  start(): Promise<void>;
}

const BINARIES = '/usr/lib/postgresql'; // Debian: one folder per version
const START_TIMEOUT_MS = 20_000;

export async function openTestServer(): Promise<TestServer> {
  const url = process.env.TIDEMARK_TEST_POSTGRES_URL;
  return url === undefined ? openPrivateServer() : withDatabases(url, async () => {});
}

/** Throws, with what to install, where there are no binaries. `isSynced` writes to disk before it answers, as in production. */
export async function openPrivateServer({ isSynced = false } = {}): Promise<PrivateServer> {
  const bin = binaries();
  const account = accountOf();
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-postgres-'));
  if (account !== undefined) chownSync(dir, account.uid, account.gid);
  const data = join(dir, 'data');
  const port = await freePort();
  const url = `postgres://tidemark@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      fsync: isSynced ? 'on' : 'off',
      full_page_writes: isSynced ? 'on' : 'off',
      autovacuum_naptime: '10s',
      shared_buffers: '64MB',
      max_connections: 60,
      log_min_messages: 'panic',
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // The shell ends the server and removes its files when its standard input is closed, which is what happens when this process dies.
    const end = 'kill -INT $server 2>/dev/null && while kill -0 $server 2>/dev/null; do sleep 0.1; done && rm -rf "$0"';
    const script = `"$@" & server=$!; (cat >/dev/null; ${end}) <&3 & wait $server`;
    child = spawn('/bin/sh', ['-c', `exec 3<&0; ${script}`, dir, join(bin, 'postgres'), '-D', data, ...words], {
      cwd: dir,
      stdio: ['pipe', 'ignore', 'ignore'],
      ...account,
    });
    const giveUpAt = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(url))) {
      if (child.exitCode !== null || performance.now() > giveUpAt)
        throw new Error(`PostgreSQL in ${data} did not start`);
      await sleep(20);
    }
  }

  async function stop(how: 'fast' | 'crash'): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
    child.stdin?.destroy();
    child = undefined;
  }

  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'tidemark', '--auth=trust', '--encoding=UTF8', '--no-sync', '--locale=C.UTF-8'],
    { cwd: dir, stdio: 'pipe', ...account },
  );
  await start();
  const databases = withDatabases(url, async () => {
    await stop('crash');
    rmSync(dir, { recursive: true, force: true });
  });
  return { ...databases, stop, start };
}

function withDatabases(url: string, end: () => Promise<void>): TestServer {
  const names: string[] = [];
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  return {
    async createDatabase() {
      const name = `tidemark_test_${process.pid}_${randomBytes(4).toString('hex')}`;
      await admin(`CREATE DATABASE ${name}`);
      names.push(name);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async close() {
      if (url === process.env.TIDEMARK_TEST_POSTGRES_URL)
        for (const name of names) await admin(`DROP DATABASE ${name} WITH (FORCE)`);
      await end();
    },
  };
}

function binaries(): string {
  const found = existsSync(BINARIES)
    ? readdirSync(BINARIES)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(BINARIES, version, 'bin'))
        .find((bin) => existsSync(join(bin, 'initdb')))
    : undefined;
  if (found !== undefined) return found;
  throw new Error(
    `There is no PostgreSQL to test against: no ${BINARIES}/*/bin/initdb. Install it (Debian: apt-get install postgresql) or set TIDEMARK_TEST_POSTGRES_URL to a server where databases may be made.`,
  );
}

/** PostgreSQL refuses to run as root. */
function accountOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = (lines.find((line) => /^postgres:/.test(line)) ?? lines.find((line) => /^nobody:/.test(line)))?.split(
    ':',
  );
  if (fields === undefined)
    throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    await client.end();
    return true;
  } catch {
    return false; // not yet
  }
}
