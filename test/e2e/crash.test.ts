/** The service killed while it learns. Fifty rounds are `npm run bench -- --only crash`; a few are enough to notice a break. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type CrashReport, crashRepeatedly, databaseCrashesRepeatedly } from '../../bench/speed/crash.ts';
import { openPrivateServer } from '../store/postgresServer.ts';

const ROUNDS = 4;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function expectAllThere({ acknowledged, unanswered, counted, lost }: CrashReport): void {
  expect(lost).toBe(0);
  expect(acknowledged).toBeGreaterThan(10);
  expect(counted).toBeGreaterThanOrEqual(acknowledged);
  expect(counted).toBeLessThanOrEqual(acknowledged + unanswered);
}

describe('after kill -9 every acknowledged observation is there, and none twice', () => {
  test('of the service, on the embedded store', async () => {
    expectAllThere(await crashRepeatedly(ROUNDS, { DATA_DIR: dir }));
  }, 60_000);

  test('of the service and of the server, on PostgreSQL', async () => {
    const server = await openPrivateServer({ isSynced: true });
    const env = async () => ({ DATA_DIR: dir, DATABASE_URL: await server.createDatabase() });
    expectAllThere(await crashRepeatedly(ROUNDS, await env()));
    expectAllThere(await databaseCrashesRepeatedly(ROUNDS, await env(), server));
    await server.close();
  }, 120_000);
});
