/** A program that startRescore starts: is too busy to hear that nobody listens, tells once more, and then writes the file it is started with. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { STOPPED } from '../../src/rescore/partitions.ts';
import { serveRescore } from '../../src/rescoreProcess.ts';

await serveRescore(async (_exports, _request, watcher) => {
  const progress = { ...STOPPED, phase: 'score' } as const;
  watcher?.progress?.(progress);
  await delay(100); // until it is heard
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  watcher?.progress?.(progress);
  await delay(10);
  writeFileSync(process.argv[2] ?? '', String(watcher?.signal?.aborted));
  return STOPPED;
});
