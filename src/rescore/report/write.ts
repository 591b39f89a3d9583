/** results.jsonl → report.html beside it. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RescoreEnd, RescoreMode } from '../../domain/rescore.ts';
import { RESULTS } from '../folder.ts';
import { readRows } from '../rows.ts';
import { reportHtml } from './html.ts';
import { summaryOf } from './summary.ts';

export async function writeReport(dir: string, end: RescoreEnd, mode: RescoreMode): Promise<void> {
  const summary = await summaryOf(readRows(join(dir, RESULTS.jsonl)));
  const path = join(dir, RESULTS.report);
  await writeFile(`${path}.new`, reportHtml(end, summary, mode), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
