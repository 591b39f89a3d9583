/** Sockets: rights, limits, clients that are slow, silent, too many or gone, and the drain. Just over 400 lines: one listener on a fake service serves all of it. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { IntakeRequest } from '../../src/domain/service.ts';
import { createFrameReader, frame } from '../../src/milter/frames.ts';
import {
  DEFAULT_LIMITS,
  type MilterAddress,
  type MilterLimits,
  type MilterListener,
  startMilter,
} from '../../src/milter/listen.ts';
import type { SessionParts } from '../../src/milter/session.ts';
import { aVerdict } from '../http/service.ts';
import { heard, spoken } from './dialogue.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-milter-listen-'));
afterAll(() => rmSync(dir, { recursive: true }));
let serial = 0;
const aPath = (): { path: string; mode: number } => ({ path: join(dir, `${serial++}.sock`), mode: 0o600 });

interface Running extends MilterListener {
  readonly requests: IntakeRequest[];
  readonly events: string[];
}
const running: MilterListener[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((milter) => milter.drain()));
});

async function run(
  address: MilterAddress,
  { score, ...limits }: Partial<MilterLimits> & { score?: SessionParts['score'] } = {},
): Promise<Running> {
  const requests: IntakeRequest[] = [];
  const events: string[] = [];
  const parts: SessionParts = {
    tenant: 'default',
    score:
      score ??
      (async (request) => {
        requests.push(request);
        return { verdict: aVerdict({ action: 'deliver', proposed: 'deliver' }) };
      }),
    directionFor: () => 'inbound',
    onFailure: 'accept',
    isVerifying: false,
    maxMessageBytes: 50 * 2 ** 20,
    scoreLimitMs: 20_000,
    keepLimitMs: 20_000,
    progressMs: 5000,
    now: Date.now,
    watcher: { answered: ({ word }) => events.push(word), problem: (problem) => events.push(problem) },
  };
  const watcher = {
    opened() {},
    closed: () => events.push('closed'),
    refused: () => events.push('refused'),
    cutOff: (why: string) => events.push(why),
  };
  const milter = await startMilter(address, parts, watcher, { ...DEFAULT_LIMITS, drainMs: 500, ...limits });
  running.push(milter);
  return { ...milter, requests, events };
}

interface Mta {
  readonly socket: Socket;
  say(...lines: readonly string[]): void;
  send(bytes: Buffer): void;
  /** Resolves with the next answer. */
  next(): Promise<string>;
  readonly closed: Promise<unknown>;
}

async function anMta(at: { path: string } | { port: number }): Promise<Mta> {
  const socket = 'path' in at ? connect(at.path) : connect(at.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined); // 'close' follows
  const answers: string[] = [];
  const waiting: ((answer: string) => void)[] = [];
  const frames = createFrameReader(2 ** 20);
  socket.on('data', (bytes) => {
    for (const one of frames.read(bytes)) {
      const take = waiting.shift();
      if (take === undefined) answers.push(heard(one));
      else take(heard(one));
    }
  });
  await once(socket, 'connect');
  return {
    socket,
    closed,
    say: (...lines) => socket.write(Buffer.concat(lines.map(spoken))),
    send: (bytes) => socket.write(bytes),
    next: () =>
      new Promise((resolve) => (answers[0] === undefined ? waiting.push(resolve) : resolve(answers.shift() ?? ''))),
  };
}

const OPTIONS = 'O 6 511 2097151';
const ENVELOPE = ['M <bea@partner.example>', 'R <ana@acme.example>', 'L From: bea@partner.example'];

/** A whole message; resolves with all that is said up to the last word. */
async function deliver(mta: Mta, body: Buffer = Buffer.from('Hello.\r\n')): Promise<readonly string[]> {
  mta.say(...ENVELOPE);
  for (let at = 0; at < body.length; at += 65_535) mta.send(frame('B', body.subarray(at, at + 65_535)));
  mta.say('E');
  const said: string[] = [];
  while (!/^[ct]$/.test(said.at(-1) ?? '')) said.push(await mta.next());
  return said;
}

describe('the socket file', () => {
  test('has its mode and group, and goes with the service', async () => {
    const address = { ...aPath(), mode: 0o660, group: '0' };
    const milter = await run(address);
    expect(statSync(address.path).mode & 0o777).toBe(0o660);
    expect(statSync(address.path).gid).toBe(0);
    expect(milter.name).toBe(`unix:${address.path}`);
    await milter.drain();
    running.length = 0;
    expect(statSync(address.path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('one that a killed process left is replaced', async () => {
    const address = aPath();
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(address.path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    expect(statSync(address.path).isSocket()).toBe(true);
    await run(address);
    const mta = await anMta(address);
    mta.say(OPTIONS);
    expect(await mta.next()).toMatch(/^O 6/);
    mta.socket.destroy();
  });

  test('one that somebody listens on, or another file, is left alone', async () => {
    const address = aPath();
    await run(address);
    await expect(run(address)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const file = join(dir, 'file');
    writeFileSync(file, 'precious');
    await expect(run({ path: file, mode: 0o600 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(statSync(file).size).toBe(8);
  });

  test('a group that there is none of', async () => {
    await expect(run({ ...aPath(), group: 'no-such-group' })).rejects.toThrow("there is no group 'no-such-group'");
  });
});

describe('over TCP', () => {
  test('each read that needs no answer is acknowledged by PROGRESS, or the MTA would wait 40 ms for TCP to do it', async () => {
    const milter = await run({ host: '127.0.0.1', port: 0 });
    const mta = await anMta({ port: milter.port ?? 0 });
    mta.say(OPTIONS);
    expect(await mta.next()).toMatch(/^O 6/);
    mta.say(...ENVELOPE);
    expect(await mta.next()).toBe('p');
    mta.say('B Hello.');
    expect(await mta.next()).toBe('p');
    mta.say('E');
    expect(await mta.next()).toMatch(/^h X-Tidemark-Action: deliver/);
    mta.socket.destroy();
  });

  test('an MTA that wants each command answered is told nothing else', async () => {
    const milter = await run({ host: '127.0.0.1', port: 0 });
    const mta = await anMta({ port: milter.port ?? 0 });
    mta.say('O 2 63 127');
    await mta.next();
    mta.send(Buffer.concat([spoken('M <a@b.example>'), frame('B', Buffer.alloc(1000)).subarray(0, 500)]));
    expect(await mta.next()).toBe('c');
    await sleep(50);
    mta.send(frame('B', Buffer.alloc(1000)).subarray(500));
    expect(await mta.next()).toBe('c');
    mta.socket.destroy();
  });
});

describe('slow and silent', () => {
  test('a command that comes a byte at a time is cut off', async () => {
    const address = aPath();
    const milter = await run(address, { commandMs: 200 });
    const mta = await anMta(address);
    const drip = setInterval(() => mta.socket.write(Buffer.from([0])), 20);
    mta.socket.write(Buffer.from([0, 0, 1, 0, 77]));
    await mta.closed;
    clearInterval(drip);
    expect(milter.events).toContain('command for more than 200 ms');
  });

  test('content that never ends is cut off, however it keeps coming', async () => {
    const address = aPath();
    const milter = await run(address, { contentMs: 300, commandMs: 200 });
    const mta = await anMta(address);
    mta.say(OPTIONS, ...ENVELOPE);
    const drip = setInterval(() => mta.socket.write(spoken('B x')), 20);
    await mta.closed;
    clearInterval(drip);
    expect(milter.events).toContain('content for more than 300 ms');
  });

  test('a connection that says nothing is closed after the idle time, one that waits for its client is not before', async () => {
    const address = aPath();
    const milter = await run(address, { idleMs: 3_000, commandMs: 1_000, contentMs: 1_000 });
    const [silent, waiting] = await Promise.all([anMta(address), anMta(address)]);
    silent.say(OPTIONS);
    waiting.say(OPTIONS, 'M <bea@partner.example>');
    await sleep(1_500);
    waiting.say('R <ana@acme.example>');
    await silent.closed;
    expect(waiting.socket.closed).toBe(false);
    expect(await deliver(waiting)).toHaveLength(5); // the options too
    expect(milter.events).toContain('waiting for more than 3000 ms');
    waiting.socket.destroy();
  });

  test('a connection that never says the first word gives its place to others long before', async () => {
    const address = aPath();
    const milter = await run(address, { maxConnections: 2, commandMs: 200 });
    const [first, second] = await Promise.all([anMta(address), anMta(address)]);
    await Promise.all([first.closed, second.closed]);
    expect(milter.events.filter((event) => event === 'connected for more than 200 ms')).toHaveLength(2);
    const mta = await anMta(address);
    mta.say(OPTIONS);
    expect(await mta.next()).toMatch(/^O 6/);
    mta.socket.destroy();
  });

  test('a peer that does not read what it is told is read no further, and cut off', async () => {
    const address = aPath();
    const milter = await run(address, { contentMs: 300 });
    const mta = await anMta(address);
    mta.say('O 2 63 127');
    await mta.next();
    mta.socket.pause();
    const flood = Buffer.concat(Array.from({ length: 10_000 }, () => spoken('U')));
    let isClosed = false;
    void mta.closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      if (mta.socket.writableLength < flood.length) mta.socket.write(flood);
      await sleep(1);
    }
    expect(milter.events).toContain('writing for more than 300 ms');
  });

  test('a peer that closes its side after its last word gets its answer', async () => {
    const address = aPath();
    const score = async () => {
      await sleep(100);
      return { verdict: aVerdict({ action: 'deliver', proposed: 'deliver' }) };
    };
    await run(address, { score });
    const mta = await anMta(address);
    mta.say(OPTIONS, ...ENVELOPE, 'E');
    mta.socket.end();
    const said: string[] = [];
    for (let i = 0; i < 5; i++) said.push(await mta.next());
    expect(said.at(-1)).toBe('c');
    await mta.closed;
  });

  test.each([['unix'], ['tcp']])(
    'peers that go away while their message is judged, over %s, harm nobody',
    async (kind) => {
      const address = kind === 'unix' ? aPath() : { host: '127.0.0.1', port: 0 };
      const score = async () => {
        await sleep(50);
        return { verdict: aVerdict({ action: 'deliver', proposed: 'deliver' }) };
      };
      const milter = await run(address, { score });
      const at = 'path' in address ? address : { port: milter.port ?? 0 };
      for (let i = 0; i < 20; i++) {
        const mta = await anMta(at);
        mta.say(OPTIONS, ...ENVELOPE, 'E');
        await sleep(5);
        if (kind === 'unix' || i % 2 === 0) mta.socket.destroy();
        else mta.socket.resetAndDestroy();
      }
      await sleep(200);
      const mta = await anMta(at);
      mta.say(OPTIONS);
      expect((await deliver(mta)).at(-1)).toBe('c');
      expect(milter.events.filter((event) => event === 'closed')).toHaveLength(20);
      mta.socket.destroy();
    },
  );

  test('a peer that goes away in the middle leaves nothing behind', async () => {
    const address = aPath();
    const milter = await run(address, { largeMessages: 1 });
    for (let i = 0; i < 3; i++) {
      const mta = await anMta(address);
      mta.say(OPTIONS, ...ENVELOPE);
      for (let chunk = 0; chunk < 4; chunk++) mta.send(frame('B', Buffer.alloc(65_535)));
      await sleep(30);
      mta.socket.destroy();
      await mta.closed;
    }
    const mta = await anMta(address);
    mta.say(OPTIONS);
    expect((await deliver(mta, Buffer.alloc(300_000))).at(-1)).toBe('c');
    expect(milter.requests).toHaveLength(1);
    expect(milter.requests[0]?.raw.length).toBeGreaterThan(300_000);
    mta.socket.destroy();
  });
});

describe('many', () => {
  test('500 connections, each with two messages', async () => {
    const address = aPath();
    const milter = await run(address);
    const mtas = await Promise.all(Array.from({ length: 500 }, () => anMta(address)));
    const said = await Promise.all(
      mtas.map(async (mta) => {
        mta.say(OPTIONS);
        await mta.next();
        return [...(await deliver(mta)), ...(await deliver(mta))];
      }),
    );
    expect(said.flat().filter((answer) => answer === 'c')).toHaveLength(1000);
    expect(milter.requests).toHaveLength(1000);
    for (const { socket } of mtas) socket.destroy();
  });

  test('one too many is turned away at once, and the others go on', async () => {
    const address = aPath();
    const milter = await run(address, { maxConnections: 2 });
    const [first] = await Promise.all([anMta(address), anMta(address)]);
    const third = await anMta(address);
    await third.closed;
    expect(milter.events).toContain('refused');
    first?.say(OPTIONS);
    expect(await first?.next()).toMatch(/^O/);
    first?.socket.destroy();
  });

  test('large messages beyond the bound wait in the socket, not in memory, and small ones pass them', async () => {
    const address = aPath();
    const released: (() => void)[] = [];
    const sizes: number[] = [];
    const milter = await run(address, {
      largeMessages: 2,
      async score({ raw }) {
        sizes.push(raw.length);
        if (raw.length > 1000) await new Promise<void>((resolve) => released.push(resolve));
        return { verdict: aVerdict({ action: 'deliver', proposed: 'deliver' }) };
      },
    });
    const large = await Promise.all(Array.from({ length: 6 }, () => anMta(address)));
    const done = Promise.all(
      large.map((mta) => {
        mta.say(OPTIONS);
        return deliver(mta, Buffer.alloc(4_000_000));
      }),
    );
    while (sizes.length < 2) await sleep(5);
    await sleep(200);
    expect(sizes).toHaveLength(2);
    // The kernel's buffers and ours are full: the rest is still on the other side.
    expect(large.filter(({ socket }) => socket.writableLength > 1_000_000)).toHaveLength(4);
    const small = await anMta(address);
    small.say(OPTIONS);
    expect((await deliver(small)).at(-1)).toBe('c');
    while (sizes.length < 7 || released.length > 0) {
      released.shift()?.();
      await sleep(5);
    }
    expect((await done).every((said) => said.at(-1) === 'c')).toBe(true);
    expect(milter.events.filter((event) => event === 'deliver')).toHaveLength(7);
    for (const { socket } of [...large, small]) socket.destroy();
  });
});

describe('drain', () => {
  test('the message under way is answered, idle connections are closed, new ones refused', async () => {
    const address = aPath();
    const milter = await run(address, { drainMs: 5000 });
    const [idle, busy] = await Promise.all([anMta(address), anMta(address)]);
    busy.say(OPTIONS, ...ENVELOPE);
    await sleep(50);
    const drained = milter.drain();
    running.length = 0;
    await idle.closed;
    await expect(anMta(address)).rejects.toMatchObject({ code: 'ENOENT' });
    busy.say('B more', 'E');
    const said = [];
    for (let i = 0; i < 5; i++) said.push(await busy.next());
    expect(said.at(-1)).toBe('c');
    await busy.closed;
    await drained;
    expect(milter.events).toEqual(['closed', 'deliver', 'closed']);
  });

  test('what does not end in time is cut off', async () => {
    const address = aPath();
    const milter = await run(address, { drainMs: 100 });
    const mta = await anMta(address);
    mta.say(OPTIONS, ...ENVELOPE);
    await sleep(50);
    running.length = 0;
    await milter.drain();
    await mta.closed;
  });
});
