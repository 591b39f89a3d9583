/**
 * `npm run samples:accept [family/case …]`: rewrites expected.json of cases whose action is right, so that indicators, silences and the
 * score band say what the product says now. The diff is reviewed. A case with another action is a gap, not an expectation: it stays.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../src/domain/verdict.ts';
import { judgeSamples } from './judge.ts';
import { type Expected, loadSamples } from './samples.ts';

const ROOT = join(import.meta.dirname, '..', 'samples');
const BAND_STEP = 0.1; // a band, so that retraining does not rewrite every case
const wanted = new Set(process.argv.slice(2));

const samples = loadSamples(ROOT).filter(({ family, name }) => wanted.size === 0 || wanted.has(`${family}/${name}`));
for await (const [{ family, name, expected }, verdict] of judgeSamples(samples)) {
  const path = join(ROOT, family, name, 'expected.json');
  if (verdict.action !== expected.action) {
    console.log(`${family}/${name}: ${verdict.action}, expected ${expected.action}: left as it is`);
    continue;
  }
  const before = readFileSync(path, 'utf8');
  const after = written({ ...(JSON.parse(before) as Expected), ...accepted(expected, verdict) });
  if (after === before) continue;
  writeFileSync(path, after);
  console.log(`${family}/${name}: rewritten`);
}

/** What stood there and still holds, and a band that holds the score. */
function accepted({ indicators, silent, scoreBand, action }: Expected, { findings, score }: Verdict) {
  const fired = new Set(findings.filter(({ outcome }) => outcome === 'fired').map(({ detector }) => detector));
  const isInBand = score >= scoreBand[0] && score <= scoreBand[1];
  const down = Math.floor(score / BAND_STEP) * BAND_STEP;
  const up = Math.ceil(score / BAND_STEP) * BAND_STEP;
  const band = action === 'deliver' ? [0, Number(up.toFixed(1))] : [Number(down.toFixed(1)), 1];
  return {
    indicators: indicators.filter((id) => fired.has(id)),
    silent: silent.filter((id) => !fired.has(id)),
    scoreBand: isInBand ? scoreBand : band,
  };
}

/** One field a line, as the files are written by hand. */
function written(expected: object): string {
  const asJson = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll('","', '", "')
      .replaceAll(/(\d),(\d)/g, '$1, $2');
  const lines = Object.entries(expected).map(([field, value]) => `  "${field}": ${asJson(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
