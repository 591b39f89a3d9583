/** A real clamd to test against: a private process of Debian's binary with one signature of our own, EICAR's bytes; no network. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../freePort.ts';

export interface ClamdServer {
  readonly path: string;
  readonly port: number;
  close(): Promise<void>;
}

const BINARIES = ['/usr/sbin/clamd', '/usr/local/sbin/clamd', '/opt/homebrew/sbin/clamd'];
const START_TIMEOUT_MS = 30_000;
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
export const STREAM_LIMIT = 1024 * 1024;

/** Throws, with what to install, where there is none. */
export async function openClamd(): Promise<ClamdServer> {
  const binary = BINARIES.find((path) => existsSync(path));
  if (binary === undefined)
    throw new Error('There is no clamd to test against. Install it (Debian: apt-get install clamav-daemon).');
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-clamd-'));
  const database = join(dir, 'database');
  mkdirSync(database);
  writeFileSync(join(database, 'test.ndb'), `Tidemark.Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
  const port = await freePort();
  const path = join(dir, 'socket');
  const config = join(dir, 'clamd.conf');
  const log = join(dir, 'log');
  const lines = [
    `LocalSocket ${path}`,
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    `DatabaseDirectory ${database}`,
    `LogFile ${log}`,
    `StreamMaxLength ${STREAM_LIMIT / 1024 / 1024}M`,
    'Foreground yes',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn(binary, ['-c', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const startedAt = performance.now();
  while (!existsSync(path)) {
    if (child.exitCode !== null || performance.now() - startedAt > START_TIMEOUT_MS) {
      child.kill();
      throw new Error(`clamd did not start: ${existsSync(log) ? readFileSync(log, 'utf8') : 'no log'}`);
    }
    await sleep(50);
  }
  return {
    path,
    port,
    async close() {
      child.kill();
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
