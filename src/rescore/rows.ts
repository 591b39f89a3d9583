/** Rows as they were written, one after the other. */
import { createReadStream } from 'node:fs';
import { RescoreError, type RescoreRow } from '../domain/rescore.ts';

const LF = 10;
const MAX_LINE_BYTES = 16 * 1024 * 1024; // a row is bounded: row.ts; most of a long one are its mailboxes

/** Throws RescoreError for a file that is none of a run. */
export async function* readRows(path: string): AsyncGenerator<RescoreRow> {
  const input = createReadStream(path);
  let lineNumber = 0;
  try {
    for await (const line of linesOf(input)) {
      lineNumber += 1;
      if (line.trim() !== '') yield rowIn(line, path, lineNumber);
    }
  } catch (error) {
    if (error instanceof RescoreError) throw error;
    throw notRows(path, error instanceof Error ? error.message : String(error));
  } finally {
    input.destroy();
  }
}

/** Ends of lines are bytes: readline sees some also inside of JSON's strings (U+2028, U+2029), and an attacker writes those. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  const take = (part: Buffer): void => {
    sizeBytes += part.length;
    if (sizeBytes > MAX_LINE_BYTES) throw new Error('a line of it has no end');
    parts.push(part);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, at));
      yield Buffer.concat(parts).toString();
      parts = [];
      sizeBytes = 0;
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  yield Buffer.concat(parts).toString();
}

function rowIn(line: string, path: string, lineNumber: number): RescoreRow {
  try {
    const row = JSON.parse(line) as Partial<RescoreRow>;
    if (typeof row.file === 'string' && typeof row.arrivedAt === 'string') return row as RescoreRow;
  } catch {
    // The same answer as for other JSON.
  }
  throw notRows(path, `its line ${lineNumber} is no row`);
}

const notRows = (path: string, why: string): RescoreError =>
  new RescoreError('no-results', `${path} is no results.jsonl of tidemark rescore: ${why}`);
