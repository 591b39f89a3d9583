/** The service killed while it learns. Fifty rounds are `npm run bench -- --only crash`; a few are enough to notice a break. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { crashRepeatedly } from '../../bench/speed/crash.ts';

const ROUNDS = 4;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('after kill -9 every acknowledged observation is there, and none twice', async () => {
  const { acknowledged, unanswered, counted, lost } = await crashRepeatedly(ROUNDS, { DATA_DIR: dir });
  expect(lost).toBe(0);
  expect(acknowledged).toBeGreaterThan(10);
  expect(counted).toBeGreaterThanOrEqual(acknowledged);
  expect(counted).toBeLessThanOrEqual(acknowledged + unanswered);
}, 60_000);
