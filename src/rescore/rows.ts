/** Rows as they were written, one after the other. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { RescoreError, type RescoreRow } from '../domain/rescore.ts';

/** Throws RescoreError for a file that is none of a run. */
export async function* readRows(path: string): AsyncGenerator<RescoreRow> {
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield rowIn(line, path);
    }
  } catch (error) {
    if (error instanceof RescoreError) throw error;
    throw notRows(path, error instanceof Error ? error.message : String(error));
  } finally {
    input.destroy();
  }
}

function rowIn(line: string, path: string): RescoreRow {
  try {
    const row = JSON.parse(line) as Partial<RescoreRow>;
    if (typeof row.file === 'string' && typeof row.arrivedAt === 'string') return row as RescoreRow;
  } catch {
    // The same answer as for other JSON.
  }
  throw notRows(path, `it holds the line ${line.slice(0, 60)}`);
}

const notRows = (path: string, why: string): RescoreError =>
  new RescoreError('no-results', `${path} is no results.jsonl of tidemark rescore: ${why}`);
