/** Tidemark as systemd keeps it (Restart=always, RestartSec=100ms): whenever it ends it is started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningTidemark, startTidemark } from '../../test/e2e/tidemark.ts';
import { freePort } from '../../test/freePort.ts';

const RESTART_MS = 100;

export interface Supervised {
  readonly url: string;
  /** undefined while there is none. */
  readonly pid: number | undefined;
  /** Ends that nobody asked for, and those by SIGTERM with a status other than 0. */
  readonly badEnds: readonly string[];
  /** Waits until it is up; resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** For good. */
  stop(): Promise<void>;
}

/** Resolves when it listens. */
export async function supervise(env: Readonly<Record<string, string>>): Promise<Supervised> {
  const port = await freePort();
  const start = () => startTidemark({ ...env, PORT: String(port) });
  const badEnds: string[] = [];
  let isStopping = false;
  let asked: NodeJS.Signals | undefined;
  let running: RunningTidemark | undefined = await start();

  async function keepUp(): Promise<void> {
    while (!isStopping) {
      if (running !== undefined) {
        const end = await running.ended;
        if (asked === undefined || (asked === 'SIGTERM' && end !== 0)) badEnds.push(`${asked ?? 'by itself'}: ${end}`);
        running = undefined;
        asked = undefined;
      }
      if (isStopping) return;
      await sleep(RESTART_MS);
      running = await start().catch(() => undefined); // what it needs is away: tried again
    }
  }
  const kept = keepUp();

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    while (running === undefined) await sleep(10);
    asked = signal;
    await running.kill(signal);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running?.pid;
    },
    badEnds,
    end,
    async stop() {
      isStopping = true;
      if (running !== undefined) await end('SIGTERM');
      await kept;
      await running?.kill('SIGTERM'); // it was just being started
    },
  };
}
