/** The service as an operator starts it, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningTidemark {
  readonly pid: number;
  readonly url: string;
  /** Its status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Resolves when it listens. `env` chooses store and milter. */
export async function startTidemark(env: Readonly<Record<string, string>>): Promise<RunningTidemark> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', 'src/main.ts', 'serve'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        LOG_LEVEL: 'fatal',
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'), // as npm start runs it
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit').then(([status, signal]) => status ?? signal);
  for await (const chunk of child.stdout) {
    const url = String(chunk).match(/listens on (http:\/\/[\d.:]+)/)?.[1];
    if (url === undefined || child.pid === undefined) continue;
    return {
      pid: child.pid,
      url,
      ended,
      async kill(signal) {
        child.kill(signal);
        await ended;
      },
    };
  }
  throw new Error('the service did not start');
}
