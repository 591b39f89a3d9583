/** Debian's swaks as the sender, a real Postfix, and the service as an operator starts it. Installs nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, until } from './golden.ts';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from './postfix.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const isThere = spawnSync('swaks', ['--version']).error === undefined;
const canRun = isThere && canRunPostfix;
const why = canRun ? '' : `: skipped, needs swaks (apt-get install swaks), and ${WHY_NOT}`;
const SAMPLES = join(import.meta.dirname, '../../samples');

(canRun ? describe : describe.skip)(`mail by swaks${why}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-swaks-'));
  const socket = join(dir, 'milter.sock');
  let tidemark: RunningTidemark;
  let postfix: PrivatePostfix;
  beforeAll(async () => {
    spawnSync('chmod', ['755', dir]); // Postfix has to get to the socket
    [tidemark, postfix] = await Promise.all([
      startTidemark({
        MILTER: `unix:${socket}`,
        MILTER_GROUP: 'postfix',
        DATA_DIR: join(dir, 'data'),
        OWN_DOMAINS: 'acme.example',
      }),
      openPrivatePostfix([`smtpd_milters = unix:${socket}`, 'milter_default_action = tempfail']),
    ]);
  }, 60_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await postfix?.stop();
    rmSync(dir, { recursive: true });
  });

  const swaks = async (...words: readonly string[]) => {
    const to = ['--to', 'ana@acme.example', '--from', 'bea@partner.example', '--ehlo', 'mail.partner.example'];
    const client = ['--xclient-addr', '203.0.113.9', '--xclient-name', 'mail.partner.example'];
    const args = ['--server', `127.0.0.1:${postfix.port}`, ...to, ...client, ...words];
    const child = spawn('swaks', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, , [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { said, status };
  };

  test('ordinary mail arrives once, marked', async () => {
    const { said, status } = await swaks('--header', 'Subject: Tuesday', '--body', 'See you on Tuesday.');
    expect({ status, isQueued: /250 2\.0\.0 Ok: queued/.test(said) }).toEqual({ status: 0, isQueued: true });
    await until(() => postfix.arrivedCount() === 1);
    const [mail = ''] = postfix.delivered();
    expect(mail).toMatch(/^X-Tidemark-Action: deliver; id=v/m);
    expect(mail).toContain('See you on Tuesday.');
  });

  test('a program under two names is held, with the verdict that HTTP has', async () => {
    const { status } = await swaks('--data', `@${join(SAMPLES, 'malware/double-extension/message.eml')}`);
    expect(status).toBe(0);
    await until(() => postfix.queued().some(({ queue_name }) => queue_name === 'hold'));
    const [held] = postfix.queued();
    const answer = await fetch(`${tidemark.url}/v1/verdicts/${idOf(postfix.show(held?.queue_id ?? ''))}`);
    expect(await answer.json()).toMatchObject({ action: 'hold', attackType: 'malware' });
    expect(postfix.delivered()).toHaveLength(1);
  });

  test('a mail with a text file is delivered, in pipelined commands', async () => {
    const { status } = await swaks('--pipeline', '--attach', `@${join(SAMPLES, 'README.md')}`, '--body', 'The list.');
    expect(status).toBe(0);
    await until(() => postfix.arrivedCount() === 3);
    expect(postfix.delivered()).toHaveLength(2);
  });

  test('while the service is away the sender is told to try again', async () => {
    await tidemark.kill('SIGTERM');
    const { said, status } = await swaks('--body', 'Later.');
    expect(status).not.toBe(0);
    expect(said).toContain('451 4.7.1');
    expect(postfix.arrivedCount()).toBe(3);
  });
});
