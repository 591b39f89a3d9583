/**
 * npm run train -- --corpus DIR [--seed N] [--labels given] [--without phishing_pot] [--trees N] [--dry-run] [--ablations]: trains the scoring model on
 * attackers put together at random inside the mail of DIR and on the real threats that came through its lists, and writes models/score.json,
 * known.json and stranger.json. What it reports is judged by models that had not seen that list, then that mailbox. The same seed and mail
 * give the same model. --trees 0 shows what the weights find alone; --dry-run only reports; --ablations reports what parts of the evidence and
 * families of attackers are worth, and trains no model to keep. Reports are kept for docs/EVALUATION.md (npm run eval -- --rewrite).
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEARN_DELAY_MS } from '../src/config.ts';
import { detectors } from '../src/detectors/index.ts';
import type { Tail } from '../src/domain/tail.ts';
import type { Gate } from '../src/domain/verdict.ts';
import { CREDIT_IDS } from '../src/score/credits.ts';
import { checkedModel, type Model } from '../src/score/model.ts';
import { type Corpus, labelsNamed, openCorpus } from './corpus.ts';
import { eventsOf, scoredOnce } from './eval/events.ts';
import { CANARY, isProbe, type Row, replay } from './eval/replay.ts';
import { type ClassResult, operatingPoints, table } from './eval/report.ts';
import { widened } from './eval/widen.ts';
import { ablations } from './train/ablations.ts';
import { tailOf } from './train/tail.ts';
import {
  type Calibration,
  calibratedOdds,
  calibrations,
  crossJudged,
  type Judged,
  type TrainingRow,
  type TrainOptions,
  trainModel,
} from './train/train.ts';
import { keepTraining } from './train/training.ts';

type TaughtRow = Row & TrainingRow;

const RATES = [3e-3, 1e-3, 1e-4];
const ATTACK_RATE = 0.02; // some 700 of each fixed class
const COMPOSED_SHARE = 24; // times that: some thirty thousand (docs/adr/0025)
const ABLATION_TREES = 75; // half of what is shipped: eleven models for each list are trained
const NON_COMMERCIAL = 'phish-readdressed'; // phishing_pot: CC BY-NC

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    seed: { type: 'string', default: '1' },
    labels: { type: 'string', default: 'read' },
    without: { type: 'string', multiple: true, default: [] },
    trees: { type: 'string', default: '150' },
    'dry-run': { type: 'boolean', default: false },
    ablations: { type: 'boolean', default: false },
  },
});
if (values.corpus === undefined)
  throw new Error('npm run train needs --corpus DIR: mail laid out as the development mail');

const seed = Number(values.seed);
const hasPhishingPot = !values.without.includes('phishing_pot');
const options: TrainOptions = {
  seed,
  trees: Number(values.trees),
  credits: new Set<string>(CREDIT_IDS),
  isTaught: (kind) =>
    kind.startsWith('composed') || kind.startsWith('list-threat') || (hasPhishingPot && kind === NON_COMMERCIAL),
};
const none = { features: [], trees: [] };
const unknown: Tail = { logOdds: [0], shares: [1], excess: 1 };
const prior = checkedModel(
  {
    ...(JSON.parse(readFileSync(new URL('./train/prior.json', import.meta.url), 'utf8')) as Model),
    forests: { known: none, stranger: none },
    tails: { known: unknown, stranger: unknown },
  },
  new Set(detectors.map(({ id }) => id)),
  new Set<string>(CREDIT_IDS),
);

const labels = labelsNamed(values.labels);
const corpus = widened(openCorpus(values.corpus, labels));
if (values.ablations) await reportAblations();
else await train(values.corpus);

async function train(dir: string): Promise<void> {
  const rows = await replayed(corpus);
  const mailboxCount = new Set(corpus.mailboxes.map(({ mailbox }) => mailbox)).size;
  const hamCount = rows.filter(({ kind }) => kind === 'ham').length;
  const taughtCount = rows.filter(({ kind }) => options.isTaught(kind)).length;
  console.log(
    `${rows.length} rows of ${mailboxCount} mailboxes: ${hamCount} ham, ${taughtCount} threats to learn from\n`,
  );
  const byList = crossJudged(rows, foldsOf(rows, 'tenant'), prior, options);
  const byMailbox = crossJudged(rows, foldsOf(rows, 'mailbox'), prior, options);
  const unseen = {
    ...{ seed, rowCount: rows.length, hamCount, taughtCount, mailboxCount, rates: RATES },
    byList: results(rows, byList),
    byMailbox: results(rows, byMailbox),
  };
  console.log(`## Judged by a model that saw nothing of the list\n\n${table(unseen.byList, RATES)}\n`);
  console.log(`## Judged by a model that saw nothing of the mailbox\n\n${table(unseen.byMailbox, RATES)}\n`);
  keepTraining({ unseen });
  if (values['dry-run']) return;

  const calibration = calibrations(rows, byMailbox, prior, options);
  const { forests, ...weights } = trainModel(rows, prior, calibration, options);
  const once = hamOnce(rows, byMailbox, calibration);
  const tails = { known: tailOfHam(once, 'known'), stranger: tailOfHam(once, 'stranger') };
  const version = versionOf({ weights, forests, tails });
  const training = {
    corpus: corpusHash(dir),
    seed,
    ham: hamCount,
    threats: taughtCount,
    phishingPot: hasPhishingPot,
  };
  write('score.json', `${JSON.stringify({ ...weights, version, tails, training }, undefined, 2)}\n`);
  write('known.json', `${JSON.stringify(forests.known)}\n`);
  write('stranger.json', `${JSON.stringify(forests.stranger)}\n`);
}

/** On half of the mailboxes, because their mail is replayed twice: as one tenant, and each mailbox alone. */
async function reportAblations(): Promise<void> {
  const half = { ...corpus, mailboxes: corpus.mailboxes.filter(({ mailbox }) => Number(foldOf(mailbox)) < 2) };
  const rows = await replayed(half);
  const alone = await replayed(half, true);
  const { variants, families } = ablations(rows, alone, prior, { ...options, trees: ABLATION_TREES }, RATES);
  for (const { title, groups } of variants) console.log(`## ${title}\n\n${table(groups, RATES)}\n`);
  for (const { family, leftOut, taught } of families)
    console.log(`## Without ${family}\n\n${table(leftOut, RATES)}\n\nWith:\n\n${table(taught, RATES)}\n`);
  keepTraining({
    ablations: {
      seed,
      labels,
      trees: ABLATION_TREES,
      hamCount: rows.filter(({ kind }) => kind === 'ham').length,
      mailboxCount: new Set(half.mailboxes.map(({ mailbox }) => mailbox)).size,
      rates: RATES,
      variants,
      families,
    },
  });
}

/** Judged with what the service would have known: it waits with what it learns. */
async function replayed(mail: Corpus, isEachAlone = false): Promise<readonly TaughtRow[]> {
  const rows: Row[] = [];
  const how = {
    ...{ corpus: mail, model: prior, seed, attackRate: ATTACK_RATE, composedShare: COMPOSED_SHARE },
    ...{ keepRaw: false, isEachAlone, learnDelayMs: LEARN_DELAY_MS },
  };
  for await (const row of replay(how)) if (!/^(poisoner|newcomer)-/.test(row.kind)) rows.push(row);
  const ham = eventsOf(rows.filter(({ kind }) => kind === 'ham'));
  return [
    ...ham.flatMap((event) => event.map((row) => ({ ...row, eventShare: 1 / event.length }))),
    ...rows.filter(({ kind }) => kind !== 'ham'),
  ];
}

/** Detection with both gates brought to one scale by calibration, as the service does. */
function results(rows: readonly TaughtRow[], judged: readonly Judged[]): readonly ClassResult[] {
  const calibration = calibrations(rows, judged, prior, options);
  const once = hamOnce(rows, judged, calibration);
  const scored = rows.map((row, at) => ({
    ...{ kind: row.kind, cluster: row.cluster },
    score: once.get(row) ?? calibratedOdds(judged[at] as Judged, calibration[row.gate]),
  }));
  const ham = scored.filter(({ kind }) => kind === 'ham');
  const threats = scored.filter(({ kind }) => kind !== 'ham' && (kind === CANARY || !isProbe(kind)));
  return operatingPoints(ham, threats, RATES);
}

/** How legitimate mail of a gate scores by models that had not seen its mailbox; what an event holds beside its highest is below every point. */
function tailOfHam(once: ReadonlyMap<TaughtRow, number>, gate: Gate): Tail {
  return tailOf([...once].flatMap(([row, score]) => (row.gate === gate ? [score] : [])));
}

function hamOnce(
  rows: readonly TaughtRow[],
  judged: readonly Judged[],
  calibration: Readonly<Record<Gate, Calibration>>,
): ReadonlyMap<TaughtRow, number> {
  const score = new Map(rows.map((row, at) => [row, calibratedOdds(judged[at] as Judged, calibration[row.gate])]));
  return scoredOnce(
    rows.filter(({ kind }) => kind === 'ham'),
    (row) => score.get(row),
  );
}

/** What is judged by one model: a list, or a group of mailboxes. Re-addressed phish goes by its campaign, which comes to many mailboxes. */
function foldsOf(rows: readonly Row[], by: 'tenant' | 'mailbox'): (row: Row) => string {
  const place = (row: Row) => (by === 'tenant' ? row.tenant : foldOf(row.mailbox));
  const folds = [...new Set(rows.map(place))].sort();
  return (row) => (row.kind === NON_COMMERCIAL ? (folds[hashOf(row.cluster) % folds.length] ?? '') : place(row));
}

/** Four groups of mailboxes. */
function foldOf(mailbox: string): string {
  return String(hashOf(mailbox) % 4);
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt8(0);
}

/** Models of one day differ in name when they differ. */
function versionOf(model: object): string {
  const digest = createHash('sha256').update(JSON.stringify(model)).digest('hex');
  return `${new Date().toISOString().slice(0, 10)}.${digest.slice(0, 6)}`;
}

/** Of the two tables that say which mail is what. */
function corpusHash(dir: string): string {
  const tables = ['labels.tsv', 'mailboxes.tsv'].map((name) => readFileSync(join(dir, name)));
  return createHash('sha256').update(Buffer.concat(tables)).digest('hex').slice(0, 16);
}

function write(name: string, text: string): void {
  writeFileSync(new URL(`../models/${name}`, import.meta.url), text);
}
