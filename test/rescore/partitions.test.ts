/** Runs over many mailboxes, where what happens in a process is made up. Real ones are in test/e2e. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { RescoreRequest } from '../../src/domain/rescore.ts';
import { createRescoreMailboxes, STOPPED } from '../../src/rescore/partitions.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-partitions-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function start(_exports: readonly string[], { outDir = '' }: RescoreRequest) {
  for (const name of ['results.jsonl', 'results.csv']) writeFileSync(join(outDir, name), '');
  return { ...STOPPED, isComplete: true };
}
const parts = { start, modelVersion: 'm', settings: 's' };
const mailboxes = [{ mailbox: 'ana@acme.example', exports: ['a.mbox'] }];

test('a disk that is full when the rows of all are put together is told in words, and the same command goes on', async () => {
  const outDir = join(dir, 'full');
  const request = { tenant: 'acme', mode: 'then', outDir } as const;
  const report = async (): Promise<never> => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  await expect(createRescoreMailboxes({ ...parts, report })(mailboxes, request)).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringContaining('when there is room again, the same command goes on'),
  });
  const end = await createRescoreMailboxes({ ...parts, report: async () => undefined })(mailboxes, request);
  expect(end.isComplete).toBe(true);
});
