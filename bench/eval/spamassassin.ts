/**
 * Debian's SpamAssassin as a comparator, where it is installed: spamd on a loopback port with its shipped rules, network tests off (so no
 * SPF, DKIM, block lists or URL lists). With `bayes` it keeps a Bayes database of its own, taught by TELL. Its weaker half; said in the report.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/freePort.ts';

export interface Spamassassin {
  /** Its points for one message; higher is worse. */
  score(raw: Buffer): Promise<number>;
  teach(raw: Buffer, as: 'ham' | 'spam'): Promise<void>;
  stop(): Promise<void>;
}

const BINARY = '/usr/sbin/spamd';
export const CHILDREN = 2;
const START_TIMEOUT_MS = 120_000;

/** undefined when SpamAssassin is not installed. Throws when it is and does not start. */
export async function startSpamassassin(bayes: boolean): Promise<Spamassassin | undefined> {
  if (!existsSync(BINARY)) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-spamassassin-'));
  chmodSync(dir, 0o777); // spamd gives its rights up and writes here as nobody
  const port = await freePort();
  const settings = bayes
    ? ['use_bayes 1', 'bayes_auto_learn 0', `bayes_path ${join(dir, 'bayes')}`, 'bayes_file_mode 0777']
    : ['use_bayes 0'];
  const child = spawn(
    BINARY,
    [
      ...['--local', '--nouser-config', '--ipv4', '--allow-tell', '--syslog=null', `--listen=127.0.0.1:${port}`],
      ...[`--max-children=${CHILDREN}`, `--min-children=${CHILDREN}`, `--helper-home-dir=${dir}`],
      ...(process.getuid?.() === 0 ? ['--username=nobody'] : []),
      ...settings.map((line) => `--cf=${line}`),
    ],
    { stdio: 'ignore' },
  );
  await untilUp(port, child);
  return {
    async score(raw) {
      const answer = await ask(port, 'CHECK', [], raw);
      const points = answer.match(/^Spam: \w+ ; (-?[\d.]+) \//m)?.[1];
      if (points === undefined) throw new Error(`spamd: ${answer.slice(0, 200)}`);
      return Number(points);
    },
    async teach(raw, as) {
      await ask(port, 'TELL', [`Message-class: ${as}`, 'Set: local'], raw);
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** One request of spamd's protocol (spamd/PROTOCOL): it answers and closes. */
function ask(port: number, command: string, headers: readonly string[], raw: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      const head = [`${command} SPAMC/1.5`, `Content-length: ${raw.length}`, ...headers, '', ''].join('\r\n');
      socket.write(head);
      socket.end(raw);
    });
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts).toString('latin1')));
    socket.on('error', reject);
  });
}

async function untilUp(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isUp = await ask(port, 'PING', [], Buffer.alloc(0)).then(
      (answer) => answer.includes('PONG'),
      () => false,
    );
    if (isUp) return;
    await sleep(300);
  }
  child.kill();
  throw new Error('SpamAssassin is installed but did not start');
}
