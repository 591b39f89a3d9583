/**
 * An Exim of its own, unpacked from Debian's package and never installed (it would put Postfix out): configuration, spool, port and Maildir in
 * a temporary folder. Needs root, and the user that Debian's build insists on.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../freePort.ts';
import { untilUp } from './smtp.ts';

const UNPACKED = '/opt/tidemark-exim';
const EXIM = join(UNPACKED, 'usr/sbin/exim4');
const USER = 'Debian-exim'; // compiled in: without it Exim does not even start

export const canRunExim = existsSync(EXIM) && process.getuid?.() === 0 && spawnSync('id', [USER]).status === 0;
export const WHY_NO_EXIM = `needs root, Exim unpacked in ${UNPACKED} and the user ${USER} (as .ci/run does)`;

export interface PrivateExim {
  readonly port: number;
  /** With the headers that Exim adds. */
  delivered(): readonly string[];
  /** How many messages wait, for whatever reason. */
  queuedCount(): number;
  stop(): Promise<void>;
}

/** `settings` as docs/OPERATIONS.md has them: lines of the main part, then the ACL acl_check_data. */
export async function openPrivateExim(settings: string): Promise<PrivateExim> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-exim-'));
  chmodSync(dir, 0o755);
  const port = await freePort();
  const [config, mail] = [join(dir, 'exim.conf'), join(dir, 'mail')];
  const id = (kind: '-u' | '-g') => Number(execFileSync('id', [kind, USER]));
  for (const folder of ['spool', 'log', 'mail']) {
    mkdirSync(join(dir, folder), { mode: 0o750 });
    chownSync(join(dir, folder), id('-u'), id('-g'));
  }
  writeFileSync(config, eximConf(dir, port, settings));
  const daemon = spawn(EXIM, ['-C', config, '-bdf'], { stdio: 'ignore' });
  await untilUp(port);
  const inbox = join(mail, 'new');
  return {
    port,
    delivered: () =>
      existsSync(inbox) ? readdirSync(inbox).map((name) => readFileSync(join(inbox, name), 'latin1')) : [],
    queuedCount: () => Number(execFileSync(EXIM, ['-C', config, '-bpc'], { encoding: 'utf8' })),
    async stop() {
      const gone = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await gone;
      await sleep(300); // processes that delivered write their last line, and would make the folder anew
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

const eximConf = (dir: string, port: number, settings: string): string => {
  const acl = settings.indexOf('acl_check_data:');
  return [
    `exim_path = ${EXIM}`,
    `spool_directory = ${dir}/spool`,
    `log_file_path = ${dir}/log/%slog`,
    `pid_file_path = ${dir}/exim.pid`,
    'primary_hostname = mx.acme.example',
    'local_interfaces = 127.0.0.1',
    `daemon_smtp_ports = ${port}`,
    'smtp_accept_queue_per_connection = 0', // else the eleventh waits for a queue runner
    'deliver_drop_privilege', // Debian's build gives root away for a configuration that is not listed in /etc
    'keep_environment =',
    'host_lookup =', // no DNS
    'dns_again_means_nonexist = *',
    'tls_advertise_hosts =',
    'acl_smtp_rcpt = accept',
    'acl_smtp_data = acl_check_data',
    settings.slice(0, acl),
    'begin acl',
    settings.slice(acl),
    '  accept',
    'begin routers',
    'all:',
    '  driver = accept',
    '  transport = maildir',
    'begin transports',
    'maildir:',
    '  driver = appendfile',
    '  maildir_format',
    `  directory = ${dir}/mail`,
    '  batch_max = 1000', // one file a message, however many recipients
    'begin retry',
    '* * F,1h,1m',
    '',
  ].join('\n');
};
