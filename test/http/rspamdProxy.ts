/** Debian's rspamd as it stands, as a milter in front of us: only its proxy worker, in a folder of its own, without network. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../freePort.ts';

export const RSPAMD = '/usr/bin/rspamd';
const START_TIMEOUT_MS = 60_000;

export interface RspamdProxy {
  readonly milterPort: number;
  close(): Promise<void>;
}

export async function openRspamdProxy(upstreamPort: number): Promise<RspamdProxy> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-rspamd-'));
  const milterPort = await freePort();
  writeFileSync(join(dir, 'domains.dat'), 'example\ncom\n'); // the shipped list takes it half a minute to compile
  writeFileSync(
    join(dir, 'rspamd.conf'),
    `options {
  pidfile = "${dir}/pid"; control_socket = "${dir}/control mode=0600"; tempdir = "${dir}"; hs_cache_dir = "${dir}"; rrd = "${dir}/rrd";
  url_tld = "${dir}/domains.dat"; disable_hyperscan = true; filters = ""; dynamic_conf = ""; history_file = ""; local_addrs = [];
  dns { nameserver = ["127.0.0.1:1"]; }
}
logging { type = "file"; filename = "${dir}/log"; level = "notice"; }
worker "rspamd_proxy" {
  bind_socket = "127.0.0.1:${milterPort}"; milter = yes; timeout = 20s; count = 1; max_retries = 1;
  upstream "tidemark" { default = yes; hosts = "127.0.0.1:${upstreamPort}"; }
}
`,
  );
  const child = spawn(
    RSPAMD,
    ['-f', '-c', join(dir, 'rspamd.conf'), ...(process.getuid?.() === 0 ? ['--insecure'] : [])],
    {
      stdio: 'ignore',
    },
  );
  const exited = once(child, 'exit');
  const startedAt = performance.now();
  while (!(await listensOn(milterPort))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_TIMEOUT_MS) {
      child.kill();
      throw new Error(`rspamd did not start; see ${dir}`);
    }
    await sleep(100);
  }
  return {
    milterPort,
    async close() {
      child.kill();
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const hasRspamd = existsSync(RSPAMD);

function listensOn(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
