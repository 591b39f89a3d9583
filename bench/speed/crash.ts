/**
 * kill -9 while observations are being learned: after each restart every acknowledged one is there, and none twice. Used by
 * test/e2e/crash.test.ts with few rounds, and by `npm run bench -- --only crash --rounds 50`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
  /** Acknowledged observations that were new again after a restart. */
  readonly lost: number;
}

/** `env` chooses the store. */
export async function crashRepeatedly(rounds: number, env: Readonly<Record<string, string>>): Promise<CrashReport> {
  const random = seeded(7);
  const acknowledged = new Set<number>();
  const sent = new Set<number>();
  let serial = 0;
  for (let round = 0; round < rounds; round += 1) {
    const service = await start(env);
    let isUp = true;
    const client = async () => {
      while (isUp) {
        const id = serial++;
        sent.add(id);
        // The answer that a kill cuts off is the case this is about.
        const isDone = await observe(service.port, id).then(
          () => true,
          () => false,
        );
        if (!isDone) return;
        acknowledged.add(id);
      }
    };
    const clients = Array.from({ length: IN_FLIGHT }, client);
    await new Promise((resolve) => setTimeout(resolve, random.below(LONGEST_ROUND_MS)));
    isUp = false;
    service.child.kill('SIGKILL');
    await once(service.child, 'exit');
    await Promise.all(clients);
  }
  const service = await start(env);
  const answer = await fetch(`http://127.0.0.1:${service.port}/v1/mailboxes/${MAILBOX}/baseline`);
  const { received } = (await answer.json()) as { readonly received?: { readonly messageCount: number } };
  let lost = 0;
  for (const id of acknowledged) if (await observe(service.port, id)) lost += 1;
  service.child.kill('SIGTERM');
  await once(service.child, 'exit');
  return {
    rounds,
    acknowledged: acknowledged.size,
    unanswered: sent.size - acknowledged.size,
    counted: received?.messageCount ?? 0,
    lost,
  };
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
