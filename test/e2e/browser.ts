/** Debian's Chromium without a window, told what to do over its DevTools protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = (): boolean => existsSync(CHROMIUM);

export interface Browser {
  /** What the page asked for, oldest first. */
  readonly requested: readonly string[];
  /** Errors and warnings of the console, blocked content included. */
  readonly complaints: readonly string[];
  /** Resolves when the page has loaded. */
  open(url: string): Promise<void>;
  /** Clicks, by mouse, in the middle of the first element found; resolves when the next page has loaded. */
  click(selector: string): Promise<void>;
  /** Of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** What is read of the protocol's events and answers. */
interface Params {
  readonly request?: { readonly url: string };
  readonly entry?: { readonly text: string };
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/** `hosts`: names that stand for this machine; no others are looked up. */
export async function openBrowser(hosts: readonly string[]): Promise<Browser> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-browser-'));
  const rules = [...hosts.map((host) => `MAP ${host} 127.0.0.1`), 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];
  const child = spawn(
    CHROMIUM,
    [
      '--headless=new',
      '--no-sandbox', // tests run as root
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage', // containers have little
      '--disable-sync',
      '--allow-pre-commit-input', // or a click before the first frame is dropped
      '--no-first-run',
      '--remote-debugging-port=0',
      `--user-data-dir=${dir}`,
      `--host-resolver-rules=${rules.join(', ')}`,
      '--window-size=360,640', // a small phone
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const port = new URL(await endpointOf(child)).port;
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(pages.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '');
  await inTime(once(socket, 'open'), 'the DevTools of Chromium');

  const requested: string[] = [];
  const complaints: string[] = [];
  const answers = new Map<number, (message: Message) => void>();
  let loaded = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const { id, method, params = {} } = message;
    if (id !== undefined) answers.get(id)?.(message);
    if (method === 'Page.loadEventFired') loaded.resolve();
    if (method === 'Network.requestWillBeSent') requested.push(params.request?.url ?? '');
    if (method === 'Log.entryAdded') complaints.push(params.entry?.text ?? '');
    if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown')
      complaints.push(JSON.stringify(params));
  });
  let lastId = 0;
  const send = async (method: string, params: object = {}): Promise<NonNullable<Message['result']>> => {
    lastId += 1;
    const { promise, resolve } = Promise.withResolvers<Message>();
    answers.set(lastId, resolve);
    socket.send(JSON.stringify({ id: lastId, method, params }));
    const { result, error } = await inTime(promise, method);
    if (error !== undefined || result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  };
  const evaluate = async (expression: string): Promise<unknown> =>
    (await send('Runtime.evaluate', { expression, returnByValue: true })).result?.value;
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await send(`${domain}.enable`);

  return {
    requested,
    complaints,
    evaluate,
    async open(url) {
      loaded = Promise.withResolvers();
      await send('Page.navigate', { url });
      await inTime(loaded.promise, `loading ${url}`);
    },
    async click(selector) {
      loaded = Promise.withResolvers();
      const [x, y] = (await evaluate(
        `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView(); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`,
      )) as [number, number];
      for (const type of ['mousePressed', 'mouseReleased']) {
        await send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
      }
      await inTime(loaded.promise, `what a click on ${selector} loads`);
    },
    async close() {
      const exit = once(child, 'exit');
      send('Browser.close').catch(() => child.kill('SIGKILL')); // it may end before it has answered
      await exit;
      socket.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PATIENCE_MS = 15_000;

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what}: nothing for ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  ).unref();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads on behind it: what Chromium says later must not stand in its way. */
async function endpointOf(child: ChildProcess): Promise<string> {
  const endpoint = Promise.withResolvers<string>();
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
    const url = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (url !== undefined) endpoint.resolve(url);
  });
  child.once('exit', () => endpoint.reject(new Error(`Chromium did not start: ${said}`)));
  return inTime(endpoint.promise, 'the start of Chromium').catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
}
