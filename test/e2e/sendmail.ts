/**
 * A Sendmail of its own, unpacked from Debian's packages and never installed (they would put Postfix out): configuration, queue, port and
 * mailbox in a temporary folder; all mail ends in one folder. Needs root, as Sendmail does.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../freePort.ts';
import { untilUp } from './smtp.ts';

const UNPACKED = '/opt/tidemark-sendmail';
const SENDMAIL = join(UNPACKED, 'usr/libexec/sendmail/sendmail');
const M4_FILES = join(UNPACKED, 'usr/share/sendmail/cf');

export const canRunSendmail = existsSync(SENDMAIL) && process.getuid?.() === 0;
export const WHY_NO_SENDMAIL = `needs root and Sendmail unpacked in ${UNPACKED} (as .ci/run does)`;

/**
 * Under a host name of its own: where that of the machine has no domain, and none in /etc/hosts, Sendmail sleeps for a minute at each start.
 * In containers that may not do so the name stands in /etc/hosts.
 */
const NAMED = ['--uts', '--', 'sh', '-c', 'hostname mx.acme.example && exec "$@"', 'sh'];
const mayBeNamed = canRunSendmail && spawnSync('unshare', [...NAMED, 'true']).status === 0;
const commandOf = (args: readonly string[]): readonly [string, readonly string[]] =>
  mayBeNamed ? ['unshare', [...NAMED, SENDMAIL, ...args]] : [SENDMAIL, args];

export interface PrivateSendmail {
  readonly port: number;
  /** Where the milter is to listen, as `MILTER` has it. */
  readonly milter: string;
  /** With the headers that Sendmail adds. */
  delivered(): readonly string[];
  /** As `mailq -qQ` shows them: ids of messages that Tidemark had quarantined, each with its headers. */
  quarantined(): ReadonlyMap<string, string>;
  /** As `mailq` shows what waits and is not quarantined. */
  waiting(): string;
  release(queueId: string): void;
  stop(): Promise<void>;
}

/** The milter may come later. Sendmail takes no socket in a folder that others may write to, as all below /tmp are. */
export async function openPrivateSendmail(over: 'unix' | 'inet'): Promise<PrivateSendmail> {
  const dir = mkdtempSync('/run/tidemark-sendmail-');
  chmodSync(dir, 0o755);
  const [port, milterPort] = [await freePort(), await freePort()];
  const [socket, mail, config] = [join(dir, 'milter.sock'), join(dir, 'mail'), join(dir, 'sendmail.cf')];
  const [endpoint, milter] =
    over === 'unix'
      ? [`unix:${socket}`, `unix:${socket}`]
      : [`inet:${milterPort}@127.0.0.1`, `inet:127.0.0.1:${milterPort}`];
  for (const folder of ['spool', 'mail']) mkdirSync(join(dir, folder), { mode: 0o700 });
  chmodSync(mail, 0o777); // mailers run as nobody in particular
  writeFileSync(join(dir, 'deliver'), deliver(mail), { mode: 0o755 });
  writeFileSync(join(dir, 'switch'), 'hosts files\naliases files\n');
  writeFileSync(join(dir, 'sendmail.mc'), sendmailMc(dir, port, endpoint));
  const m4 = ['-D', `_CF_DIR_=${M4_FILES}/`, join(dir, 'sendmail.mc')];
  writeFileSync(config, execFileSync('m4', m4, { stdio: ['ignore', 'pipe', 'ignore'] })); // it warns of an open relay
  const run = (...args: readonly string[]): string => {
    const [command, all] = commandOf([`-C${config}`, ...args]);
    return execFileSync(command, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  };
  const [command, all] = commandOf([`-C${config}`, '-bD']);
  const daemon = spawn(command, all, { stdio: 'ignore' });
  await untilUp(port);
  return {
    port,
    milter,
    delivered: () =>
      readdirSync(mail)
        .filter((name) => name.startsWith('m'))
        .map((name) => readFileSync(join(mail, name), 'latin1')),
    quarantined: () =>
      new Map(
        [...run('-bp', '-qQ').matchAll(/^(\w{14})\b.*\n\s+QUARANTINE: Tidemark: /gm)].map(([, id = '']) => [
          id,
          readFileSync(join(dir, 'spool', `hf${id}`), 'latin1').replaceAll(/^H\?[^?\n]*\?/gm, ''),
        ]),
      ),
    waiting: () => run('-bp'),
    release(queueId) {
      run('-qQ', `-qI${queueId}`, '-Q');
      run(`-qI${queueId}`);
    },
    async stop() {
      const gone = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

const deliver = (mail: string): string =>
  `#!/bin/sh\nfile=$(mktemp ${mail}/tmp.XXXXXXXX) && cat > "$file" && mv "$file" "${mail}/m\${file##*tmp.}"\n`;

const sendmailMc = (dir: string, port: number, endpoint: string): string =>
  [
    `include(\`${M4_FILES}/m4/cf.m4')dnl`,
    "OSTYPE(`linux')dnl",
    "define(`confDOMAIN_NAME', `mx.acme.example')dnl",
    `define(\`QUEUE_DIR', \`${dir}/spool')dnl`,
    `define(\`confPID_FILE', \`${dir}/sendmail.pid')dnl`,
    `define(\`confSERVICE_SWITCH_FILE', \`${dir}/switch')dnl`, // no DNS
    "define(`STATUS_FILE', `')dnl",
    "define(`HELP_FILE', `')dnl",
    "define(`ALIAS_FILE', `')dnl",
    "define(`confDONT_PROBE_INTERFACES', `True')dnl",
    "define(`confTO_IDENT', `0')dnl",
    "define(`confTO_QUEUERETURN', `1d')dnl",
    "define(`SMART_HOST', `folder:mail')dnl",
    "FEATURE(`nocanonify')dnl",
    "FEATURE(`accept_unresolvable_domains')dnl",
    "FEATURE(`accept_unqualified_senders')dnl",
    "FEATURE(`promiscuous_relay')dnl",
    "FEATURE(`no_default_msa')dnl",
    `DAEMON_OPTIONS(\`Family=inet, Addr=127.0.0.1, Port=${port}, Name=MTA')dnl`,
    // As in docs/OPERATIONS.md.
    `INPUT_MAIL_FILTER(\`tidemark', \`S=${endpoint}, F=T, T=C:30s;S:30s;R:30s;E:5m')dnl`,
    "MAILER(`local')dnl",
    "MAILER(`smtp')dnl",
    'MAILER_DEFINITIONS',
    `Mfolder, P=${dir}/deliver, F=lsDFMn8, S=EnvFromL/HdrFromL, R=EnvToL/HdrToL, T=DNS/RFC822/X-Unix, A=deliver $u`,
    '',
  ].join('\n');
