/** Wires jobs as configured: beside the embedded store the service does them itself; with a database, workers do. */
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { type Config, ConfigError } from './config.ts';
import type { Jobs } from './domain/jobs.ts';
import { openJobsFolder } from './jobs/folder.ts';
import { createJobs } from './jobs/jobs.ts';
import { type JobQueue, startOwnQueue } from './jobs/ownQueue.ts';
import { type RunJobParts, runTask } from './jobs/runParts.ts';
import { openSharedQueue, startWorker, type Worker } from './jobs/sharedQueue.ts';
import { partitioned, readerCountFor, rescoreApart, rescoreBy, withMessageReader } from './rescoring.ts';
import { explainOpening } from './startup.ts';

export interface JobService {
  readonly jobs: Jobs;
  /** Resolves when what is at work here has stopped at a checkpoint. */
  stop(): Promise<void>;
}

/** `program` is what a job's process is started from. */
export function openJobs(config: Config, log: Logger, program: string): JobService {
  const { dir, ...settings } = config.jobs;
  const folder = openJobsFolder(dir);
  const queue = openQueue(config, log, program);
  return { jobs: createJobs({ folder, queue, ...settings, now: Date.now }), stop: queue.stop };
}

function openQueue(config: Config, log: Logger, program: string): JobQueue {
  const folder = openJobsFolder(config.jobs.dir);
  const onError = (err: unknown): void => log.error({ err }, 'jobs met a fault; it will be tried again');
  const { databaseUrl: url } = config;
  if (url !== undefined) return openSharedQueue({ url, folder, onError });
  const threads = readerCountFor(Math.floor(availableParallelism() / 2)); // the rest is for mail that is being delivered
  const parts = runParts(config, rescoreApart(program, threads));
  return startOwnQueue({ folder, run: (task, signal) => runTask(task, parts, signal), onError });
}

const runParts = (config: Config, start: RunJobParts['start']): RunJobParts => ({
  ...partitioned(config),
  start,
  folder: openJobsFolder(config.jobs.dir),
  ...(config.jobs.root === undefined ? {} : { root: config.jobs.root }),
  now: Date.now,
});

/** Works until `stopped` resolves. Rejects with a ConfigError where there is no database. */
export async function work(config: Config, log: Logger, stopped: () => Promise<string>): Promise<void> {
  const { databaseUrl: url } = config;
  if (url === undefined)
    throw new ConfigError(
      'DATABASE_URL: not set, so there is no queue: beside the embedded store the service does jobs',
    );
  await withMessageReader(config.organisation, readerCountFor(availableParallelism()), async (reader) => {
    const rescore = rescoreBy(config, reader);
    const parts = runParts(config, (exports, request, progress, signal) =>
      rescore(exports, request, { progress, ...(signal === undefined ? {} : { signal }) }),
    );
    const worker: Worker = await explainOpening(url, () =>
      startWorker({
        url,
        folder: parts.folder,
        run: (task, signal) => runTask(task, parts, signal),
        onError: (err) => log.error({ err }, 'a task was interrupted; it will be tried again'),
      }),
    );
    log.info({ jobsDir: config.jobs.dir }, 'working');
    log.info({ signal: await stopped() }, 'stopping');
    await worker.stop();
  });
}
