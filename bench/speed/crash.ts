/**
 * kill -9 of the service or of its database while observations are being learned: afterwards every acknowledged one is there, and none
 * twice. Used by test/e2e/crash.test.ts with few rounds, and by `npm run bench -- --only crash --rounds 50`.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seeded } from '../random.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IN_FLIGHT = 4;
const LONGEST_ROUND_MS = 250; // of learning before the kill
const MAILBOX = 'ana@acme.example';

export interface CrashReport {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Sent, and not answered before the kill: these may be there or not. */
  readonly unanswered: number;
  /** Messages that the baseline counts at the end. */
  readonly counted: number;
  /** Acknowledged observations that were new again at the end. */
  readonly lost: number;
}

/** What is struck down while messages are learned. */
interface Victim {
  /** Makes it well again; answers the port of a service that is ready. */
  raise(): Promise<number>;
  /** As a power cut does. */
  strike(): Promise<void>;
  close(): Promise<void>;
}

/** The service is killed, time and again; `env` chooses its store. */
export function crashRepeatedly(rounds: number, env: Readonly<Record<string, string>>): Promise<CrashReport> {
  let running: Running | undefined;
  const end = async (signal: NodeJS.Signals) => {
    running?.child.kill(signal);
    if (running !== undefined) await once(running.child, 'exit');
    running = undefined;
  };
  return strikeRepeatedly(rounds, {
    async raise() {
      running = await start(env);
      return running.port;
    },
    strike: () => end('SIGKILL'),
    close: () => end('SIGTERM'),
  });
}

/** The database is killed, time and again, and the service stays up. */
export function databaseCrashesRepeatedly(
  rounds: number,
  env: Readonly<Record<string, string>>,
  server: { stop(how: 'crash'): Promise<void>; start(): Promise<void> },
): Promise<CrashReport> {
  let running: Running | undefined;
  return strikeRepeatedly(rounds, {
    async raise() {
      if (running === undefined) running = await start(env);
      else await server.start();
      await untilReady(running.port);
      return running.port;
    },
    strike: () => server.stop('crash'),
    async close() {
      running?.child.kill('SIGTERM');
      if (running !== undefined) await once(running.child, 'exit');
    },
  });
}

const FIRST_ANSWERS = 4;
const FIRST_ANSWERS_TIMEOUT_MS = 10_000;

async function strikeRepeatedly(rounds: number, victim: Victim): Promise<CrashReport> {
  const random = seeded(7);
  const acknowledged = new Set<number>();
  const sent = new Set<number>();
  let serial = 0;
  for (let round = 0; round < rounds; round += 1) {
    const port = await victim.raise();
    let isUp = true;
    const client = async () => {
      while (isUp) {
        const id = serial++;
        sent.add(id);
        // The answer that a kill cuts off is the case this is about.
        const isDone = await observe(port, id).then(
          () => true,
          () => false,
        );
        if (!isDone) return;
        acknowledged.add(id);
      }
    };
    const clients = Array.from({ length: IN_FLIGHT }, client);
    const before = acknowledged.size;
    const giveUpAt = performance.now() + FIRST_ANSWERS_TIMEOUT_MS;
    // A busy machine takes longer than a round for its first answers: without any there is nothing to lose.
    while (acknowledged.size < before + FIRST_ANSWERS && performance.now() < giveUpAt) await sleep(5);
    await sleep(random.below(LONGEST_ROUND_MS));
    isUp = false;
    await victim.strike();
    await Promise.all(clients);
  }
  const port = await victim.raise();
  const answer = await fetch(`http://127.0.0.1:${port}/v1/mailboxes/${MAILBOX}/baseline`);
  const { received } = (await answer.json()) as { readonly received?: { readonly messageCount: number } };
  let lost = 0;
  for (const id of acknowledged) if (await observe(port, id)) lost += 1;
  await victim.close();
  return {
    rounds,
    acknowledged: acknowledged.size,
    unanswered: sent.size - acknowledged.size,
    counted: received?.messageCount ?? 0,
    lost,
  };
}

const READY_TIMEOUT_MS = 30_000;

async function untilReady(port: number): Promise<void> {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`)).ok) {
    if (performance.now() > giveUpAt) throw new Error('the service does not become ready again');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'fatal', OWN_DOMAINS: 'acme.example', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) {
    const port = String(chunk).match(/http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error('the service did not start');
}

/** Whether it was new. Rejects when the service is gone. */
async function observe(port: number, id: number): Promise<boolean> {
  const raw = `From: bea@partner.example\r\nTo: ${MAILBOX}\r\nSubject: ${id}\r\nMessage-ID: <${id}@partner.example>\r\n\r\nhello ${id}`;
  const answer = await fetch(
    `http://127.0.0.1:${port}/v1/observations?mailbox=${MAILBOX}&receivedAt=2026-11-24T12:00:00Z`,
    {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: raw,
    },
  );
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return ((await answer.json()) as { readonly isNew: boolean }).isNew;
}
