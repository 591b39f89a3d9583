/**
 * npm run eval [-- --corpus DIR] [--suites DIR] [--seed N] [--labels given] [--report | --rewrite]
 * [--without rspamd] [--without spamassassin] [--learn-delay HOURS]: detection measured by replay in arrival order (bench/eval/replay.ts), beside other ways to judge. Prints the report; with --report it writes docs/EVALUATION.md,
 * docs/evaluation.json and the pictures in docs/evaluation/; --rewrite writes text and pictures again from what is kept there, when npm run
 * train has left new figures. --quick: bench/eval/quick.ts. Without --corpus it runs
 * on samples/, where a rate means nothing, and says so.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LEARN_DELAY_MS } from '../src/config.ts';
import { shippedModel } from '../src/service.ts';
import { labelsNamed, openCorpus } from './corpus.ts';
import { das } from './eval/das.ts';
import { documentOf } from './eval/document.ts';
import { literature, rspamdEngines, SERVICE, spamassassinEngines } from './eval/engines.ts';
import { type Evaluation, evaluate } from './eval/evaluation.ts';
import { gascon } from './eval/gascon.ts';
import { fileGuests, openTestFiles } from './eval/malware.ts';
import { pictures } from './eval/pictures.ts';
import { quickEval } from './eval/quick.ts';
import { type Row, replay } from './eval/replay.ts';
import { evaluateSamples } from './eval/samples.ts';
import { asJson, readTraining } from './train/training.ts';

const HOUR_MS = 3_600_000;
const ATTACK_RATE = 0.12; // about a thousand of each class over the 17 mailboxes

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    suites: { type: 'string' },
    seed: { type: 'string', default: '1' },
    labels: { type: 'string', default: 'read' },
    report: { type: 'boolean', default: false },
    rewrite: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    without: { type: 'string', multiple: true, default: [] },
    'learn-delay': { type: 'string', default: String(LEARN_DELAY_MS / HOUR_MS) },
  },
});

const docs = new URL('../docs/', import.meta.url);

if (values.quick) {
  process.exitCode = await quickEval(values);
} else if (values.rewrite) {
  writeReport(JSON.parse(readFileSync(new URL('evaluation.json', docs), 'utf8')) as Evaluation);
} else if (values.corpus === undefined) {
  console.log(
    'No --corpus DIR: running on samples/ only. They were written by us, one of a kind each: no rate can be read from them.\n',
  );
  process.exitCode = await evaluateSamples();
} else {
  const evaluation = await evaluateCorpus(values.corpus);
  if (values.report) {
    writeFileSync(new URL('evaluation.json', docs), asJson(evaluation));
    writeReport(evaluation);
  } else console.log(documentOf(evaluation, readTraining()));
}

async function evaluateCorpus(dir: string): Promise<Evaluation> {
  const model = shippedModel();
  const seed = Number(values.seed);
  const files = await openTestFiles(dir, values.suites);
  const others = ['rspamd', 'spamassassin'].filter((name) => !values.without.includes(name));
  const rows: Row[] = [];
  const startedAt = performance.now();
  for await (const row of replay({
    corpus: openCorpus(dir, labelsNamed(values.labels)),
    model,
    seed,
    attackRate: ATTACK_RATE,
    keepRaw: others.length > 0,
    learnDelayMs: Number(values['learn-delay']) * HOUR_MS,
    comparators: () => [gascon(), das()],
    guests: fileGuests(files, seed),
  }))
    rows.push(row);
  console.error(`${rows.length} messages judged in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  const engines = [
    SERVICE,
    ...literature(rows),
    ...(others.includes('rspamd') ? await rspamdEngines(rows) : []),
    ...(others.includes('spamassassin') ? await spamassassinEngines(rows) : []),
  ];
  const bad = files.filter(({ isBad }) => isBad).length;
  return evaluate(rows, engines, model, { seed, fileCounts: { bad, good: files.length - bad } });
}

function writeReport(evaluation: Evaluation): void {
  mkdirSync(new URL('evaluation/', docs), { recursive: true });
  writeFileSync(new URL('EVALUATION.md', docs), documentOf(evaluation, readTraining()));
  for (const [name, svg] of Object.entries(pictures(evaluation)))
    writeFileSync(new URL(`evaluation/${name}`, docs), svg);
}
