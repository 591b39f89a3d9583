/** A mailbox's run in a process of its own: what becomes of refusals and of being stopped. Runs that go well are in test/e2e. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type RescoreEnd, RescoreError, type RescoreRequest } from '../../src/domain/rescore.ts';
import { IntakeError } from '../../src/domain/service.ts';
import { again, STOPPED } from '../../src/rescore/partitions.ts';
import { startRescore } from '../../src/rescoreProcess.ts';

const request: RescoreRequest = { tenant: 'default', mailboxes: ['ana'], mode: 'then' };
const start = startRescore(join(import.meta.dirname, 'refusing.ts'), []);

test('a refusal stays one on its way between processes', async () => {
  const refused = start([], request, () => undefined, undefined);
  await expect(refused).rejects.toThrow(
    new IntakeError('invalid-address', 'mailbox', "'ana' is not an e-mail address"),
  );
  await expect(refused).rejects.toMatchObject({ name: 'IntakeError', code: 'invalid-address', field: 'mailbox' });
});

test('what was stopped before it began is not begun', async () => {
  expect(await start([], request, () => undefined, AbortSignal.abort())).toEqual(STOPPED);
});

test('stopped while it tells how far it is, it goes on to its checkpoint', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-telling-'));
  const stopped = new AbortController();
  const telling = startRescore(join(import.meta.dirname, 'telling.ts'), [join(dir, 'checkpoint')]);
  let abort = (): void => void setTimeout(() => stopped.abort(), 200); // while it is busy
  const heard = (): void => {
    abort();
    abort = () => undefined;
  };
  expect(await telling([], request, heard, stopped.signal)).toEqual(STOPPED);
  expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toBe('true');
  rmSync(dir, { recursive: true });
});

test('stopped between two tries, there is no other', async () => {
  const stopped = new AbortController();
  let tryCount = 0;
  const busy = async (): Promise<RescoreEnd> => {
    tryCount += 1;
    stopped.abort();
    throw new RescoreError('folder-in-use', 'another run is at work');
  };
  expect(await again(busy, stopped.signal)).toEqual(STOPPED);
  expect(tryCount).toBe(1);
});
