/** A locked link from the message to the click, through the running service; in a browser, where there is one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../freePort.ts';
import { throughMilter } from '../milterClient.ts';
import { hasChromium, openBrowser } from './browser.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOST = 'm365-keep.tonmobel-outlet.example';
const RAW = readFileSync(
  join(import.meta.dirname, '../../samples/credential-phishing/mailbox-full/message.eml'),
  'latin1',
);
const dir = mkdtempSync(join(tmpdir(), 'tidemark-lock-'));
const policy = join(dir, 'policy.json');
const spamd = join(dir, 'spamd.sock');

/** The attacker's site: sends on to a second page. */
const visited: { readonly path: string; readonly referer: string | undefined }[] = [];
const site = createServer(({ url = '', headers }, response) => {
  visited.push({ path: url, referer: headers.referer });
  if (url.startsWith('/verify')) response.writeHead(302, { Location: '/landed' }).end();
  else response.setHeader('Content-Type', 'text/html').end('<title>landed</title>');
});
let sitePort = 0;
let milterPort = 0;
let tidemark: RunningTidemark;
let environment: Record<string, string> = {};

beforeAll(async () => {
  writeFileSync(policy, JSON.stringify({ budgets: { stranger: { hold: 0 }, known: { hold: 0 } } })); // so that it is stripped
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  sitePort = (site.address() as AddressInfo).port;
  const port = await freePort();
  milterPort = await freePort();
  environment = {
    PORT: String(port),
    DATA_DIR: join(dir, 'data'),
    POLICY_FILE: policy,
    SPAMD: `unix:${spamd}`,
    MILTER: `inet:127.0.0.1:${milterPort}`,
    LOCK_PAGE_URL: `http://127.0.0.1:${port}/l/{token}`,
    LOCK_SECRET: 'no secret at all, it is for a test',
  };
  tidemark = await startTidemark(environment);
}, 60_000);
afterAll(async () => {
  await tidemark?.kill('SIGTERM');
  site.close();
  rmSync(dir, { recursive: true });
});

interface Scored {
  readonly id: string;
  readonly action: string;
  readonly stripped: { readonly raw: string; readonly changes: readonly { readonly token?: string }[] };
}

/** To a mailbox of its own for each test; its link leads to the site above. */
const messageTo = (name: string): Buffer =>
  Buffer.from(
    RAW.replaceAll(/=\r?\n/g, '') // the link is broken over two lines
      .replaceAll(`https://${HOST}/`, `http://${HOST}:${sitePort}/`)
      .replaceAll('ana@acme.example', `${name}@acme.example`)
      .replace(/^Message-ID: </im, `Message-ID: <${name}.`),
    'latin1',
  );

/** The page that the link of a stripped message leads to. */
function pageIn(stripped: string): string {
  const body = stripped.replaceAll(/=\r?\n/g, '');
  const page = /href=(?:3D)?"(http:\/\/127\.0\.0\.1:\d+\/l\/[\w-]{22})"/.exec(body)?.[1];
  if (page === undefined) throw new Error(`no lock page in the message:\n${body}`);
  expect(body).not.toContain(`${HOST}:${sitePort}`);
  return page;
}

async function strip(name: string): Promise<Scored & { readonly page: string; readonly link: string }> {
  const mailbox = `${name}@acme.example`;
  const answer = await fetch(`${tidemark.url}/v1/messages?mailbox=${mailbox}&return=stripped`, {
    method: 'POST',
    headers: { 'Content-Type': 'message/rfc822' },
    body: messageTo(name),
  });
  const scored = (await answer.json()) as Scored;
  const page = pageIn(Buffer.from(scored.stripped.raw, 'base64').toString('latin1'));
  return { ...scored, page, link: `http://${HOST}:${sitePort}/verify/?e=${mailbox}` };
}

const locksOf = async (id: string) =>
  ((await (await fetch(`${tidemark.url}/v1/verdicts/${id}/locks`)).json()) as { readonly locks: readonly object[] })
    .locks;
const goOn = (page: string) => fetch(page, { method: 'POST', redirect: 'manual' });

test('from the message to the page, and on to where it leads', async () => {
  const { id, page, link, action } = await strip('one');
  expect(action).toBe('strip');
  const html = await (await fetch(page)).text();
  expect(html).toContain(`<strong>${HOST}</strong>`);
  expect(html).toContain(link);
  const on = await goOn(page);
  expect([on.status, on.headers.get('location')]).toEqual([303, link]);
  expect(await locksOf(id)).toEqual([
    expect.objectContaining({
      url: link,
      host: HOST,
      openedCount: 1,
      goneOnCount: 1,
      lastGoneOnAt: expect.any(String),
    }),
  ]);
  expect(visited).toEqual([]); // by the person alone, never by the service
  const metrics = await (await fetch(`${tidemark.url}/metrics`)).text();
  for (const event of ['opened', 'gone-on']) expect(metrics).toContain(`tidemark_lock_pages_total{event="${event}"} 1`);
});

describe('every door that strips leads to the same page', () => {
  const mailbox = 'doors@acme.example';
  test.each<[string, () => Promise<string>]>([
    [
      'the milter',
      async () => {
        const [head = '', body = ''] = messageTo('doors')
          .toString('latin1')
          .replaceAll(/\r?\n/g, '\r\n')
          .split(/\r\n\r\n(.*)/s);
        const packets = await throughMilter(milterPort, {
          clientIp: '198.51.100.173',
          helo: 'vps-8841.rapidnode.example',
          queueId: 'Q1',
          mailFrom: 'no-reply@tonmobel-outlet.example',
          rcptTo: [mailbox],
          headers: head.split(/\r\n(?![ \t])/).map((field) => {
            const colon = field.indexOf(':');
            return [field.slice(0, colon), field.slice(colon + 1).replaceAll('\r\n', '\n')] as const;
          }),
          body,
        });
        return packets.map((packet) => packet.slice(1)).join('');
      },
    ],
    [
      'spamc',
      async () => {
        const client = connect(spamd);
        const raw = messageTo('doors');
        client.write(`PROCESS SPAMC/1.5\r\nUser: ${mailbox}\r\nContent-length: ${raw.length}\r\n\r\n`);
        client.write(raw);
        return text(client);
      },
    ],
    [
      'rspamd',
      async () => {
        const headers = { Rcpt: `<${mailbox}>`, Flags: 'milter,body_block' };
        return (await fetch(`${tidemark.url}/checkv2`, { method: 'POST', headers, body: messageTo('doors') })).text();
      },
    ],
    [
      'the command',
      async () => {
        const [from, to] = [join(dir, 'in.eml'), join(dir, 'out.eml')];
        writeFileSync(from, messageTo('doors'));
        const words = [
          '--disable-warning=ExperimentalWarning',
          'src/main.ts',
          'score',
          '--mailbox',
          mailbox,
          '--stripped',
          to,
          from,
        ];
        const child = spawn(process.execPath, words, {
          cwd: ROOT,
          env: { ...process.env, ...environment },
          stdio: 'ignore',
        });
        expect(await once(child, 'exit')).toEqual([10, null]);
        return readFileSync(to, 'latin1');
      },
    ],
  ])('%s', async (_name, through) => {
    const page = pageIn(await through());
    expect(page).toBe((await strip('doors')).page);
    expect((await fetch(page)).status).toBe(200);
  });
});

test('what is erased has no page', async () => {
  const { page } = await strip('three');
  await fetch(`${tidemark.url}/v1/mailboxes/three@acme.example/baseline`, { method: 'DELETE' });
  expect((await fetch(page)).status).toBe(404);
  expect((await goOn(page)).status).toBe(404);
});

describe('in a browser', () => {
  if (!hasChromium()) process.stderr.write('test/e2e/lockPage: skipped in a browser (apt-get install chromium)\n');
  (hasChromium() ? test : test.skip)(
    'the page shows, loads nothing, and its button leads to the link and where that leads',
    async () => {
      const { page, link } = await strip('four');
      const browser = await openBrowser([HOST]);
      try {
        await browser.open(page);
        expect(await browser.evaluate('document.querySelector("strong").textContent')).toBe(HOST);
        const style = 'getComputedStyle(document.querySelector(".host")).borderTopWidth';
        expect(await browser.evaluate(style)).toBe('2px'); // its own style sheet is let through
        expect(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(browser.requested).toEqual([page]);
        await browser.click('button');
        expect(await browser.evaluate('document.title')).toBe('landed');
        expect(browser.requested.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([
          page,
          page,
          link,
          `http://${HOST}:${sitePort}/landed`,
        ]);
        expect(browser.complaints).toEqual([]);
        expect(visited.map(({ referer }) => referer).filter((referer) => referer?.includes('/l/'))).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});

test('tokens outlive the process, and are the same for the same message', async () => {
  const before = await strip('two');
  await tidemark.kill('SIGKILL');
  tidemark = await startTidemark({ ...environment, LOCK_POLICY: 'block' });
  expect((await fetch(before.page)).status).toBe(200);
  const after = await strip('two');
  expect([after.id, after.page]).toEqual([before.id, before.page]);
  expect((await goOn(before.page)).status).toBe(403);
  await fetch(`${tidemark.url}/v1/verdicts/${before.id}/feedback`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ feedback: 'safe' }),
  });
  expect(await (await fetch(before.page)).text()).toContain('released it as safe');
  expect((await goOn(before.page)).status).toBe(303);
}, 60_000);
