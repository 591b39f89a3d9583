import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { RescoreRow } from '../../src/domain/rescore.ts';
import { COLUMNS } from '../../src/rescore/csv.ts';
import { writeParquet } from '../../src/rescore/parquet.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-parquet-'));
afterAll(() => rmSync(dir, { recursive: true }));

const scored = (n: number): RescoreRow => ({
  file: 'a.mbox',
  index: n,
  offset: 5_000_000_000 + n,
  outcome: 'scored',
  arrivedAt: '2026-01-02T03:04:05.678Z',
  action: 'hold',
  score: 0.9731,
  subject: '=cmd|bücher\ud800',
  mailboxes: ['ana@acme.example', 'bob@acme.example'],
});
const skipped: RescoreRow = {
  file: 'b.eml',
  outcome: 'skipped',
  skipped: 'no-sender',
  arrivedAt: '2026-01-01T00:00:00Z',
};

async function written(rows: readonly RescoreRow[]): Promise<readonly Record<string, unknown>[]> {
  writeFileSync(join(dir, 'results.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeParquet(dir);
  expect(readdirSync(dir).sort()).toEqual(['results.jsonl', 'results.parquet']);
  expect(statSync(join(dir, 'results.parquet')).mode & 0o777).toBe(0o600); // it quotes mail
  return parquetReadObjects({ file: await asyncBufferFromFile(join(dir, 'results.parquet')) });
}

test('the columns of the CSV, typed; what a row lacks is null', async () => {
  const [first, last] = await written([scored(7), skipped]);
  expect(Object.keys(first ?? {})).toEqual(COLUMNS.map(([name]) => name));
  expect(first).toMatchObject({
    file: 'a.mbox',
    index: 7n,
    offset: 5_000_000_007n,
    score: 0.9731,
    arrived_at: new Date('2026-01-02T03:04:05.678Z'),
    subject: '=cmd|bücher\ufffd',
    mailboxes: 'ana@acme.example bob@acme.example',
    skipped: null,
  });
  expect(last).toMatchObject({ skipped: 'no-sender', score: null, index: null, date: null });
});

test('many rows in groups, and none', async () => {
  const rows = await written(Array.from({ length: 20_001 }, (_, n) => scored(n)));
  expect(rows).toHaveLength(20_001);
  expect(rows.at(-1)).toMatchObject({ index: 20_000n });
  expect(await written([])).toEqual([]);
});
