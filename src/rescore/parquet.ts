/** results.jsonl → results.parquet beside it, for who loads rows into a database: the columns of the CSV, with types, text as it was. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { RescoreRow } from '../domain/rescore.ts';
import { COLUMNS } from './csv.ts';
import { RESULTS } from './folder.ts';
import { readRows } from './rows.ts';

const GROUP_ROWS = 10_000; // held in memory, some 20 MB

const NUMBERS: ReadonlyMap<string, 'INT64' | 'DOUBLE'> = new Map([
  ['index', 'INT64'],
  ['offset', 'INT64'],
  ['score', 'DOUBLE'],
]);
const TIMES: ReadonlySet<string> = new Set(['arrived_at', 'date', 'received']);

export async function writeParquet(dir: string): Promise<void> {
  const path = join(dir, RESULTS.parquet);
  await writeFile(`${path}.new`, '', { mode: 0o600 }); // the writer would let everybody read it
  const writer = fileWriter(`${path}.new`);
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: columnsOf([]) }) });
  let rows: RescoreRow[] = [];
  for await (const row of readRows(join(dir, RESULTS.jsonl))) {
    rows.push(row);
    if (rows.length < GROUP_ROWS) continue;
    await parquet.write({ columnData: columnsOf(rows), rowGroupSize: GROUP_ROWS });
    rows = [];
  }
  if (rows.length > 0) await parquet.write({ columnData: columnsOf(rows), rowGroupSize: GROUP_ROWS });
  parquet.finish();
  await rename(`${path}.new`, path);
}

const columnsOf = (rows: readonly RescoreRow[]): ColumnSource[] =>
  COLUMNS.map(([name, read]) => ({
    name,
    data: rows.map((row) => typed(name, read(row))),
    type: NUMBERS.get(name) ?? (TIMES.has(name) ? 'TIMESTAMP' : 'STRING'),
    nullable: true,
  }));

function typed(name: string, value: string | number | undefined): string | number | bigint | Date | null {
  if (value === undefined) return null;
  if (TIMES.has(name)) return new Date(value);
  return NUMBERS.get(name) === 'INT64' ? BigInt(value) : value;
}
