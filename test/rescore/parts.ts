/** What the tests of rescoring share: mail of a year and an attack that knows it, and the real parts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type HistoryMessage, loadSamples } from '../../bench/samples.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import type { RescoreRow } from '../../src/domain/rescore.ts';
import { openMessageReader } from '../../src/learnReader.ts';
import { openReader } from '../../src/readApart.ts';
import { keepingLittle } from '../../src/rescore/judge.ts';
import type { RescoreParts } from '../../src/rescore/run.ts';
import { shippedModel } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';

export const ANA = 'ana@acme.example';
export const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
export const NOW = Date.UTC(2026, 11, 1);

const sample = loadSamples(join(import.meta.dirname, '..', '..', 'samples')).find(
  ({ family, name }) => family === 'vendor-compromise' && name === 'bank-change-lookalike',
);
if (sample === undefined) throw new Error('samples/vendor-compromise/bank-change-lookalike is gone');
export const attack: Pick<HistoryMessage, 'raw'> = sample;
/** The latest of Ana's year, sent and received. */
export const historyOf = (count: number): readonly HistoryMessage[] =>
  sample.history.filter(({ mailbox }) => mailbox === ANA).slice(-count);

export const textOf = ({ raw }: Pick<HistoryMessage, 'raw'>): string => raw.toString('latin1').replaceAll('\r\n', '\n');
export const mboxOf = (all: readonly string[]): string =>
  all.map((one) => `From x@y.example Tue Nov 24 12:00:00 2026\n${one.replace(/^(>*From )/gm, '>$1')}\n`).join('');

export function put(dir: string, path: string, content: string | Buffer): string {
  const full = join(dir, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content, 'latin1');
  return full;
}

export function openParts(tmpDir: string) {
  const reader = openReader(ACME);
  const messages = openMessageReader({ organisation: ACME, read: reader.read, threads: 1 });
  const parts: RescoreParts = {
    openStore: async (_mode, dir) =>
      keepingLittle(await openSqliteStore({ path: join(dir, 'scratch.sqlite'), isScratch: true })),
    reader: messages,
    organisation: ACME,
    model: shippedModel(),
    policy: DEFAULT_POLICY,
    stdin: Readable.from([]),
    tmpDir,
    now: () => NOW,
    report: async () => undefined,
  };
  return {
    parts,
    async close() {
      await messages.close();
      await reader.close();
    },
  };
}

export const rowsIn = (dir: string): readonly RescoreRow[] =>
  readFileSync(join(dir, 'results.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RescoreRow);
