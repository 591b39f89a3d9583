/**
 * Two runs over the same mail, with another model, policy or baseline: what is stopped now and was not, and the other way round. Kept in memory
 * is what either of them stopped; rows are known by their verdict's id, which is the same for the same mail and mailboxes.
 */
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, Comparison, RescoreRow } from '../domain/rescore.ts';
import { RESULTS } from './folder.ts';
import { readRows } from './rows.ts';

const CHANGES = 'changes.jsonl';
const MAX_SHOWN = 20;

type Stopped = Pick<RescoreRow, 'action' | 'score' | 'attackType' | 'reasons'>;

/** Writes changes.jsonl into the folder of the new run. Throws RescoreError. */
export async function compareRuns(oldPath: string, outDir: string): Promise<Comparison> {
  const newPath = join(outDir, RESULTS.jsonl);
  const before = new Map<string, Stopped>();
  for await (const row of judgedIn(oldPath)) if (row.action !== 'deliver') before.set(row.verdictId, judgementOf(row));

  const path = join(outDir, CHANGES);
  const file = await open(`${path}.new`, 'w', 0o600);
  const counts = { 'newly-stopped': 0, 'newly-released': 0, 'other-action': 0 };
  const shown: Change[] = [];
  const note = async (change: Change): Promise<void> => {
    counts[change.kind] += 1;
    if (counts[change.kind] <= MAX_SHOWN) shown.push(change);
    await file.appendFile(`${JSON.stringify(change)}\n`);
  };
  const added = new Map<string, RescoreRow>();
  let onlyInNewCount = 0;
  let onlyInOldCount = 0;
  try {
    for await (const row of judgedIn(newPath)) {
      const old = before.get(row.verdictId);
      before.delete(row.verdictId);
      if (old === undefined) {
        if (row.action !== 'deliver') added.set(row.verdictId, row);
      } else if (row.action === 'deliver') await note({ kind: 'newly-released', before: old, now: row });
      else if (row.action !== old.action) await note({ kind: 'other-action', before: old, now: row });
    }
    onlyInOldCount = before.size;
    for await (const row of judgedIn(oldPath)) {
      const now = added.get(row.verdictId);
      if (now === undefined) continue;
      added.delete(row.verdictId);
      await note({ kind: 'newly-stopped', before: judgementOf(row), now });
    }
    onlyInNewCount = added.size;
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return { counts, onlyInOldCount, onlyInNewCount, shown, path };
}

/** Each mail once. */
async function* judgedIn(path: string): AsyncGenerator<RescoreRow & { readonly verdictId: string }> {
  for await (const row of readRows(path)) {
    const { verdictId, action, isRepeat } = row;
    if (verdictId !== undefined && action !== undefined && !isRepeat) yield { ...row, verdictId };
  }
}

const judgementOf = ({ action, score, attackType, reasons }: RescoreRow): Stopped => ({
  ...(action === undefined ? {} : { action }),
  ...(score === undefined ? {} : { score }),
  ...(attackType === undefined ? {} : { attackType }),
  ...(reasons === undefined ? {} : { reasons }),
});
