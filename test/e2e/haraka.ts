/** A Haraka of its own, out of a folder that is none of this project's dependencies: configuration, port and queue in a temporary folder; it relays all mail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../freePort.ts';
import { untilUp } from './smtp.ts';

const INSTALLED = '/opt/tidemark-haraka';
const HARAKA = join(INSTALLED, 'node_modules/Haraka/bin/haraka');
const CONNECTION_INI = join(INSTALLED, 'node_modules/Haraka/config/connection.ini');

export const canRunHaraka = existsSync(HARAKA) && existsSync(join(INSTALLED, 'node_modules/haraka-plugin-rspamd'));
export const WHY_NO_HARAKA = `needs Haraka in ${INSTALLED} (as .ci/run installs it)`;

export interface PrivateHaraka {
  readonly port: number;
  stop(): Promise<void>;
}

/** `rspamdIni` as docs/OPERATIONS.md has it; `nextPort` takes what is accepted. */
export async function openPrivateHaraka(rspamdIni: string, nextPort: number): Promise<PrivateHaraka> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-haraka-'));
  const port = await freePort();
  const files = {
    'config/me': 'mx.acme.example',
    'config/plugins': 'xclient\nall_are_welcome\nrspamd\nqueue/smtp_forward\n',
    'config/smtp.ini': `listen=127.0.0.1:${port}\n`,
    'config/log.ini': 'level=warn\n',
    // Golden mail bears what its border wrote: this Haraka stands behind it. One that is the border renames what others wrote.
    'config/connection.ini': readFileSync(CONNECTION_INI, 'utf8')
      .replace('; clean_auth', 'clean_auth')
      .replace('_results=true', '_results=false'),
    'config/smtp_forward.ini': `host=127.0.0.1\nport=${nextPort}\n`,
    'config/rspamd.ini': rspamdIni,
    'plugins/all_are_welcome.js': [
      "exports.hook_lookup_rdns = (next) => next(OK, 'Unknown'); // no DNS",
      'exports.hook_rcpt = (next) => next(OK);',
    ].join('\n'),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  const daemon = spawn(process.execPath, [HARAKA, '-c', dir], { stdio: 'ignore' });
  await untilUp(port);
  return {
    port,
    async stop() {
      const gone = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
