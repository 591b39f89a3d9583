/** Debian's miltertest (of OpenDKIM) as the MTA, over TCP and over a Unix socket. Installs nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { freePort } from '../freePort.ts';
import { startTidemark } from './tidemark.ts';

const isThere = spawnSync('miltertest', ['-V']).error === undefined;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-miltertest-'));
afterAll(() => rmSync(dir, { recursive: true }));

const withMiltertest = isThere ? test.each : test.skip.each;
const note = isThere ? '' : ': skipped, needs miltertest (apt-get install miltertest)';

withMiltertest([['TCP'], ['Unix socket']])(`two messages over a %s${note}`, async (kind) => {
  const path = join(dir, 'milter.sock');
  const port = await freePort();
  const [milter, socket] =
    kind === 'TCP' ? [`inet:127.0.0.1:${port}`, `inet:${port}@127.0.0.1`] : [`unix:${path}`, `unix:${path}`];
  const tidemark = await startTidemark({ MILTER: milter, DATA_DIR: dir, OWN_DOMAINS: 'acme.example' });
  const script = join(import.meta.dirname, 'miltertest.lua');
  const child = spawn('miltertest', ['-D', `SOCKET=${socket}`, '-s', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, problems, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  await tidemark.kill('SIGTERM');
  expect({ said, problems, status }).toEqual({ said: 'done\n', problems: '', status: 0 });
});
