/**
 * A Postfix of its own, never the system's: configuration, queue, port, log and mailboxes in a temporary folder; mail for acme.example ends
 * in one Maildir. Needs Debian's postfix and root (Postfix changes users); installs nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../freePort.ts';

const SBIN = '/usr/sbin';
const MAIL_ID = 65_530; // user and group that own the Maildir; nobody has to have it

export const canRunPostfix = existsSync(join(SBIN, 'postfix')) && process.getuid?.() === 0;
export const WHY_NOT = 'needs root and /usr/sbin/postfix (apt-get install postfix)';

export interface QueuedMail {
  readonly queue_name: 'hold' | 'deferred' | 'active' | 'incoming' | 'maildrop';
  readonly queue_id: string;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

export interface PrivatePostfix {
  readonly port: number;
  /** A folder that Postfix may look into: for the milter's socket. */
  readonly dir: string;
  /** Messages in the Maildir and on hold, counted only. */
  arrivedCount(): number;
  /** Messages in the Maildir, with the headers that Postfix adds. */
  delivered(): readonly string[];
  queued(): readonly QueuedMail[];
  /** The message as it waits in a queue. */
  show(queueId: string): string;
  /** Tries deferred mail again. */
  flush(): void;
  release(queueId: string): void;
  log(): string;
  stop(): Promise<void>;
}

const TRIES = 3;

/** `settings` are lines of main.cf. A port that was free may be a connection's of another test by then: then another is tried. */
export async function openPrivatePostfix(settings: readonly string[]): Promise<PrivatePostfix> {
  for (let tries = 1; ; tries++) {
    try {
      return await openOnFreePort(settings);
    } catch (error) {
      if (tries === TRIES) throw error;
      process.stderr.write(`${String(error)}; once more\n`);
    }
  }
}

async function openOnFreePort(settings: readonly string[]): Promise<PrivatePostfix> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-postfix-'));
  chmodSync(dir, 0o755);
  const port = await freePort();
  const [etc, mail] = [join(dir, 'etc'), join(dir, 'mail')];
  for (const folder of ['etc', 'spool', 'data', 'mail']) mkdirSync(join(dir, folder));
  chownSync(mail, MAIL_ID, MAIL_ID);
  chownSync(join(dir, 'data'), Number(execFileSync('id', ['-u', 'postfix'])), 0);
  writeFileSync(join(etc, 'main.cf'), [...mainCf(dir), ...settings, ''].join('\n'));
  writeFileSync(join(etc, 'master.cf'), masterCf(port));
  const run = (command: string, ...args: readonly string[]) =>
    execFileSync(join(SBIN, command), ['-c', etc, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('postfix', 'check'); // makes the queue's folders
  const libexec = run('postconf', '-h', 'daemon_directory').trim();
  const master = spawn(join(libexec, 'master'), ['-c', etc, '-d'], { stdio: 'ignore' });
  const inbox = join(mail, 'inbox', 'new');
  const logPath = join(dir, 'postfix.log');
  const log = () => (existsSync(logPath) ? readFileSync(logPath, 'utf8') : '');
  await untilUp(port, master, log);
  const countIn = (folder: string) => (existsSync(folder) ? readdirSync(folder).length : 0);
  return {
    port,
    dir,
    arrivedCount: () => countIn(inbox) + countIn(join(dir, 'spool', 'hold')),
    delivered: () =>
      existsSync(inbox) ? readdirSync(inbox).map((name) => readFileSync(join(inbox, name), 'latin1')) : [],
    queued: () =>
      run('postqueue', '-j')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as QueuedMail),
    show: (queueId) => run('postcat', '-bhq', queueId),
    flush: () => void run('postqueue', '-f'),
    release(queueId) {
      run('postsuper', '-H', queueId);
      run('postqueue', '-f');
    },
    log,
    async stop() {
      const gone = once(master, 'exit');
      master.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

const mainCf = (dir: string): readonly string[] => [
  'compatibility_level = 3.6',
  `queue_directory = ${dir}/spool`,
  `data_directory = ${dir}/data`,
  `maillog_file = ${dir}/postfix.log`,
  `maillog_file_prefixes = ${dir}`,
  'default_process_limit = 200',
  'myhostname = mx.acme.example',
  'mydestination =',
  'alias_maps =',
  'inet_interfaces = 127.0.0.1',
  'inet_protocols = ipv4',
  'mynetworks = 127.0.0.0/8',
  'virtual_mailbox_domains = acme.example',
  `virtual_mailbox_base = ${dir}/mail`,
  'virtual_mailbox_maps = static:inbox/',
  `virtual_uid_maps = static:${MAIL_ID}`,
  `virtual_gid_maps = static:${MAIL_ID}`,
  'smtpd_authorized_xclient_hosts = 127.0.0.0/8', // tests say who the client is
  'smtpd_client_connection_count_limit = 0',
  'smtpd_peername_lookup = no',
  'local_header_rewrite_clients =', // as for mail from outside: headers stay as they are
  'disable_dns_lookups = yes',
];

const masterCf = (port: number): string =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');

const START_TIMEOUT_MS = 20_000;

async function untilUp(port: number, master: ChildProcess, log: () => string): Promise<void> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < giveUpAt && master.exitCode === null) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1').setTimeout(1000, () => socket.destroy(new Error('silent')));
      socket.once('data', () => {
        socket.end('QUIT\r\n');
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isUp) return;
    await sleep(100);
  }
  master.kill('SIGTERM');
  throw new Error(`Postfix did not start: ${log()}`);
}
