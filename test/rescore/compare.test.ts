/** Two runs over the same mail. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { RescoreRow } from '../../src/domain/rescore.ts';
import { compareRuns } from '../../src/rescore/compare.ts';
import { put } from './parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-compare-'));
afterAll(() => rmSync(dir, { recursive: true }));

const row = (verdictId: string, action: RescoreRow['action'], more: Partial<RescoreRow> = {}): RescoreRow => ({
  file: 'a.mbox',
  outcome: 'scored',
  arrivedAt: '2026-11-24T00:00:00.000Z',
  verdictId,
  ...(action === undefined ? {} : { action }),
  reasons: [{ source: 'x', logOdds: 1, sentence: `why ${verdictId} ${action}` }],
  ...more,
});
const lines = (rows: readonly RescoreRow[]) => rows.map((one) => `${JSON.stringify(one)}\n`).join('');

test('newly stopped and newly released, each once, with the reasons of both runs', async () => {
  const before = [
    row('same', 'hold'),
    row('released', 'strip'),
    row('stopped', 'deliver'),
    row('stopped', 'deliver', { isRepeat: true }),
    row('more', 'strip'),
    row('gone', 'hold'),
    row('calm', 'deliver'),
  ];
  const now = [
    row('calm', 'deliver'),
    row('same', 'hold'),
    row('same', 'hold', { isRepeat: true }),
    row('released', 'deliver'),
    row('stopped', 'hold'),
    row('more', 'hold'),
    row('new', 'hold'),
    { ...row('sent', undefined), outcome: 'sent' as const },
  ];
  const old = put(dir, 'old.jsonl', lines(before));
  put(dir, 'new/results.jsonl', lines(now));
  const found = await compareRuns(old, join(dir, 'new'));
  expect(found).toMatchObject({
    counts: { 'newly-stopped': 1, 'newly-released': 1, 'other-action': 1 },
    onlyInOldCount: 1,
    onlyInNewCount: 1,
  });
  const changes = readFileSync(found.path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(changes).toEqual(found.shown);
  expect(changes.find(({ kind }) => kind === 'newly-stopped')).toMatchObject({
    before: { action: 'deliver', reasons: [{ sentence: 'why stopped deliver' }] },
    now: { action: 'hold', reasons: [{ sentence: 'why stopped hold' }] },
  });
});

test('only a line feed ends a row, whatever a subject holds', async () => {
  const subject = 'a\u2028b\u2029c\u0085d\r\n\v\fe';
  const old = put(dir, 'ends.jsonl', Buffer.from(lines([row('one', 'hold', { subject }), row('two', 'hold')])));
  put(dir, 'ends/results.jsonl', Buffer.from(lines([row('one', 'deliver', { subject }), row('two', 'deliver')])));
  const { counts, shown } = await compareRuns(old, join(dir, 'ends'));
  expect(counts['newly-released']).toBe(2);
  expect(shown[0]?.now.subject).toBe(subject);
});

test('a line that is no row is told by its number, without a piece of it', async () => {
  const path = put(dir, 'odd.jsonl', `${lines([row('one', 'hold')])}\r\n{"secret":1}\n`);
  await expect(compareRuns(path, join(dir, 'new'))).rejects.toThrow(/: its line 3 is no row$/);
});

test('a line without an end is not read into memory', async () => {
  const path = put(dir, 'endless.jsonl', Buffer.alloc(17 * 1024 * 1024, 'a'));
  await expect(compareRuns(path, join(dir, 'new'))).rejects.toThrow('a line of it has no end');
});

test.each([
  ['is not there', 'nowhere.jsonl'],
  ['holds something else', 'else.jsonl'],
])('a file that %s', async (_what, name) => {
  put(dir, 'else.jsonl', '{"a":1}\n');
  await expect(compareRuns(join(dir, name), join(dir, 'new'))).rejects.toMatchObject({ code: 'no-results' });
});
