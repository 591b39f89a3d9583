/** Tidemark as systemd keeps it (Restart=always, RestartSec=100ms): whenever it ends it is started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningTidemark, startTidemark } from '../../test/e2e/tidemark.ts';

const RESTART_MS = 100;

export interface Supervised {
  /** undefined while it is down. Each time at another port: one that is let go of may be taken by others. */
  readonly running: Pick<RunningTidemark, 'pid' | 'url'> | undefined;
  /** Ends that nobody asked for, and those by SIGTERM with a status other than 0. */
  readonly badEnds: readonly string[];
  /** Waits until it is up; resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** For good. */
  stop(): Promise<void>;
}

/** Resolves when it listens. */
export async function supervise(env: Readonly<Record<string, string>>): Promise<Supervised> {
  const badEnds: string[] = [];
  let isStopping = false;
  let asked: NodeJS.Signals | undefined;
  let running: RunningTidemark | undefined = await startTidemark(env);

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
      running = await startTidemark(env).catch(() => undefined); // what it needs is away: tried again
    }
  }
  const kept = keepUp();

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    while (running === undefined) await sleep(10);
    asked = signal;
    await running.kill(signal);
  }

  return {
    get running() {
      return running;
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
