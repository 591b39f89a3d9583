/** One message through each door of the running service: it is one verdict. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RAW = readFileSync(join(ROOT, 'samples/malware/double-extension/message.eml'));
const dir = mkdtempSync(join(tmpdir(), 'tidemark-doors-'));
const socket = join(dir, 'spamd.sock');
let service: ChildProcess;
let url = '';

beforeAll(async () => {
  const policy = join(dir, 'policy.json'); // so that the sample is stripped, which each door tells in another way
  writeFileSync(policy, JSON.stringify({ budgets: { stranger: { hold: 0 } } }));
  service = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'serve'], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATA_DIR: join(dir, 'data'),
      PORT: '0',
      SPAMD: `unix:${socket}`,
      POLICY_FILE: policy,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of service.stdout ?? []) {
    said += chunk;
    url = /listens on (\S+)/.exec(said)?.[1] ?? '';
    if (url !== '') break;
  }
}, 60_000);
afterAll(async () => {
  service.kill();
  const [status] = await once(service, 'exit');
  rmSync(dir, { recursive: true });
  expect(status).toBe(0); // drained
});

async function overSpamd(head: string): Promise<string> {
  const client = connect(socket);
  client.write(`${head}Content-length: ${RAW.length}\r\n\r\n`);
  client.write(RAW);
  return text(client);
}

test('one message, one verdict', async () => {
  const post = async (path: string, headers: Record<string, string>): Promise<string> =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: RAW })).text();
  const native = JSON.parse(await post('/v1/messages?mailbox=ana@acme.example', { 'Content-Type': 'message/rfc822' }));
  expect(native.action).toBe('strip');
  const answers = {
    checkv2: await post('/checkv2', { Rcpt: '<ana@acme.example>', 'Content-Type': 'text/plain' }),
    symbols: await post('/symbols', { 'Deliver-To': 'ana@acme.example', 'Content-Type': 'text/plain' }),
    rspamc: await overSpamd('CHECK RSPAMC/1.3\r\nRcpt: <ana@acme.example>\r\n'),
    spamc: await overSpamd('PROCESS SPAMC/1.5\r\nUser: ana@acme.example\r\n'),
  };
  for (const answer of Object.values(answers)) expect(answer).toContain(native.id);
  expect(answers.checkv2).toContain('"action":"add header"');
  expect(answers.rspamc).toContain('\r\nAction: add header\r\n');
  expect(answers.spamc).toContain(`X-Tidemark-Action: strip; id=${native.id}`);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'tidemark_spamd_requests_total{command="PROCESS",exit="EX_OK"} 1',
  );
}, 60_000);
