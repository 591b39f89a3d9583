/** `npm run eval` without a corpus: every golden sample against what it expects. */
import { join } from 'node:path';
import { judgeSamples } from '../judge.ts';
import { loadSamples } from '../samples.ts';

/** Prints a line a case; answers 1 when an action differs from what samples/ expects. */
export async function evaluateSamples(): Promise<number> {
  const samples = loadSamples(join(import.meta.dirname, '..', '..', 'samples'));
  let differing = 0;
  for await (const [{ family, name, expected }, verdict] of judgeSamples(samples)) {
    const isAsExpected = verdict.action === expected.action;
    if (!isAsExpected) differing += 1;
    const note = isAsExpected ? '' : `  EXPECTED ${expected.action}`;
    console.log(
      `${`${family}/${name}`.padEnd(52)} ${verdict.action.padEnd(8)} ${(verdict.score * 100).toFixed(1).padStart(5)} %${note}`,
    );
  }
  console.log(`\n${samples.length} cases, ${differing} differ from what samples/ expects`);
  return differing === 0 ? 0 : 1;
}
