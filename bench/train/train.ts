/**
 * Rows of a replay → the scoring model: weights that start from a person's (linear.ts), then trees on what is left (boost.ts), calibrated
 * per gate on rows that the judging model had not seen. Trained on attackers put together at random and on real threats of the lists
 * (detection.md §0.5). Rows of the nine fixed classes are never trained on; some of the random ones are put together as they are.
 */
import type { Gate } from '../../src/domain/verdict.ts';
import { measures } from '../../src/score/measures.ts';
import type { GateWeights, Model } from '../../src/score/model.ts';
import { type BareForest, walk } from '../../src/score/trees.ts';
import type { Row } from '../eval/replay.ts';
import { type BoostOptions, boost, type Column } from './boost.ts';
import { withCovers } from './covers.ts';
import { type Example, fitGate, LIVE_THREAT_SHARE, logOddsOf, platt, weigh } from './linear.ts';

/** Trees of depth 4 (docs/adr/0011) and at least 10 mails' worth of doubt in a leaf (docs/adr/0019). */
const OPTIONS: Omit<BoostOptions, 'seed' | 'trees'> = { depth: 4, rate: 0.12, l2: 3, minMass: 10, columnShare: 0.6 };
const MIN_FIRED = 10; // rows in which a finding stands before trees may ask for it: a rarer one keeps its weight and nothing else

export interface TrainOptions {
  readonly seed: number;
  /** In each forest; 0: weights alone. */
  readonly trees: number;
  /** Kinds of threats to learn from. */
  readonly isTaught: (kind: string) => boolean;
  /** Ids of credits: they may only lower. Findings may only raise; measures are free. */
  readonly credits: ReadonlySet<string>;
}

/** Only what trees and weights are made of. */
export type TrainingRow = Pick<Row, 'kind' | 'gate' | 'features' | 'measures' | 'isThreat' | 'isFirstContact'> & {
  /** Of ham: one by the mails of its event (bench/eval/events.ts). */
  readonly eventShare?: number;
};

interface GateModel {
  readonly prior: number;
  readonly weights: Readonly<Record<string, number>>;
  readonly forest: BareForest;
  /** Weights that hardly a row speaks of: a person's word, which is calibrated apart. */
  readonly untaught: Readonly<Record<string, number>>;
}

/** Log-odds of a row before calibration: by what was learned, and what a person's word adds. */
export interface Judged {
  readonly learned: number;
  readonly untaught: number;
}

function judge(rows: readonly TrainingRow[], gate: GateModel): readonly Judged[] {
  const columns = valuesOf(rows, gate.forest.features);
  const values = new Float64Array(gate.forest.features.length);
  return rows.map((row, at) => {
    for (let c = 0; c < columns.length; c += 1) values[c] = columns[c]?.[at] ?? 0;
    return {
      learned: logOddsOf(row, gate) + walk(gate.forest, values),
      untaught: logOddsOf(row, { prior: 0, weights: gate.untaught }),
    };
  });
}

const measureAt = new Map(measures.map(({ id }, at) => [id, at]));

/** One array for each feature: measures as they are, strengths of findings and credits, 0 where absent. */
export function valuesOf(
  rows: readonly Pick<TrainingRow, 'features' | 'measures'>[],
  ids: readonly string[],
): readonly Float32Array[] {
  const columns = new Map(ids.map((id) => [id, new Float32Array(rows.length)]));
  rows.forEach((row, at) => {
    for (const { id, value } of row.features) {
      const column = columns.get(id);
      if (column !== undefined) column[at] = value;
    }
  });
  for (const [id, column] of columns) {
    const index = measureAt.get(id);
    if (index !== undefined) for (const [at, row] of rows.entries()) column[at] = row.measures[index] ?? 0;
  }
  return [...columns.values()];
}

/**
 * What the mail to learn from says nothing about: all of its ham names the mailbox it is for, because that is how it was given one, and business
 * mail often does not (aliases, groups, blind copies); trees read 40 splits out of that. And developers send each other no invoices, ask for nobody's
 * pay and are offered work by the day in spam alone. Such findings keep a person's weight.
 */
const UNTEACHABLE: ReadonlySet<string> = new Set([
  'undisclosed-recipients',
  'document-lure',
  'data-request',
  'job-lure',
]);

const taughtRows = <R extends TrainingRow>(rows: readonly R[], gate: Gate, { isTaught }: TrainOptions): readonly R[] =>
  rows
    .filter((row) => row.gate === gate && (row.kind === 'ham' || isTaught(row.kind)))
    .map((row) => ({ ...row, features: row.features.filter(({ id }) => !UNTEACHABLE.has(id)) }));

function trainGate(rows: readonly TrainingRow[], gate: Gate, prior: Model, options: TrainOptions): GateModel {
  const own = taughtRows(rows, gate, options);
  const examples = weigh(own, TAUGHT_SHARE);
  const linear = fitGate(examples, gate, prior.gates[gate]);
  const start = examples.map((example) => logOddsOf(example, linear));
  const taught = taughtOf(own, Object.keys(linear.weights));
  const columns = columnsOf(own, taught, options.credits);
  const target = own.map((row) => Number(row.isThreat));
  const mass = examples.map(({ weight }) => weight);
  const forest = boost(columns, target, mass, start, { ...OPTIONS, seed: options.seed, trees: options.trees });
  const [weights, untaught] = [true, false].map((isTaught) =>
    Object.fromEntries(Object.entries(linear.weights).filter(([id]) => taught.includes(id) === isTaught)),
  );
  return { prior: linear.prior, weights: weights ?? {}, untaught: untaught ?? {}, forest };
}

/** Of the ids, those that stand in rows enough. */
function taughtOf(rows: readonly TrainingRow[], ids: readonly string[]): readonly string[] {
  const fired = new Map<string, number>();
  for (const { features } of rows) for (const { id } of features) fired.set(id, (fired.get(id) ?? 0) + 1);
  return ids.filter((id) => (fired.get(id) ?? 0) >= MIN_FIRED);
}

const TAUGHT_SHARE = 1 / 3; // of the mass is threats, to learn to separate: detection.md §4

function columnsOf(
  rows: readonly TrainingRow[],
  asked: readonly string[],
  credits: ReadonlySet<string>,
): readonly Column[] {
  const ids = [...measures.map(({ id }) => id), ...asked];
  const values = valuesOf(rows, ids);
  return ids.map((id, at) => ({
    id,
    values: values[at] ?? new Float32Array(rows.length),
    sign: measureAt.has(id) ? 0 : credits.has(id) ? -1 : 1,
  }));
}

const GATES: readonly Gate[] = ['known', 'stranger'];

/** Each row by models that saw no row of its fold. */
export function crossJudged<R extends TrainingRow>(
  rows: readonly R[],
  foldOf: (row: R) => string,
  prior: Model,
  options: TrainOptions,
): readonly Judged[] {
  const judged = new Array<Judged>(rows.length);
  for (const fold of new Set(rows.map(foldOf))) {
    const taught = rows.filter((row) => foldOf(row) !== fold);
    for (const gate of GATES) {
      const own = rows.flatMap((row, at) => (row.gate === gate && foldOf(row) === fold ? [at] : []));
      const model = trainGate(taught, gate, prior, options);
      const scores = judge(
        own.map((at) => rows[at] as R),
        model,
      );
      for (const [i, at] of own.entries()) judged[at] = scores[i] as Judged;
    }
  }
  return judged;
}

export interface Calibration {
  readonly slope: number;
  readonly offset: number;
  /** What a person's word is stretched by. */
  readonly untaught: number;
}

export const calibratedOdds = (judged: Judged, { slope, offset, untaught }: Calibration): number =>
  slope * judged.learned + offset + untaught * judged.untaught;

/** Of each gate, from cross-judged rows as live mail would be: `judged` in the order of `rows`. */
export function calibrations(
  rows: readonly TrainingRow[],
  judged: readonly Judged[],
  prior: Model,
  options: TrainOptions,
): Readonly<Record<Gate, Calibration>> {
  const at = rows.flatMap((row, index) => (row.kind === 'ham' || options.isTaught(row.kind) ? [index] : []));
  const examples: readonly Example[] = weigh(
    at.map((index) => rows[index] as TrainingRow),
    LIVE_THREAT_SHARE,
  );
  const of = (gate: Gate): Calibration => {
    const points = examples.flatMap((example, i) => {
      const { learned, untaught } = judged[at[i] ?? 0] as Judged;
      return example.gate === gate ? [{ ...example, learned, z: learned + untaught }] : [];
    });
    const { slope, offset } = platt(points.map((one) => ({ ...one, target: Number(one.isThreat) })));
    const ham = points.filter(({ isThreat }) => !isThreat);
    const now = median(ham.map(({ learned }) => slope * learned + offset));
    return { slope, offset, untaught: stretch(now, median(ham.map((one) => logOddsOf(one, prior.gates[gate])))) };
  };
  return { known: of('known'), stranger: of('stranger') };
}

/**
 * A person set weights for what ordinary mail scored by a person's weights alone. Training moves ordinary mail to where live mail's share of
 * threats puts it, `now`: what brought it to even odds `before` is still to do so.
 */
const stretch = (now: number, before: number): number => Math.max(1, now / Math.min(-1, before));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Trained on all rows; what was calibrated on cross-judged ones is folded into weights and leaves. */
export function trainModel(
  rows: readonly TrainingRow[],
  prior: Model,
  calibration: Readonly<Record<Gate, Calibration>>,
  options: TrainOptions,
): Omit<Model, 'tails' | 'version'> {
  const gate = (name: Gate) => calibrated(trainGate(rows, name, prior, options), calibration[name]);
  const covered = ({ forest }: GateModel, name: Gate) => withCovers(forest, taughtRows(rows, name, options));
  const known = gate('known');
  const stranger = gate('stranger');
  return {
    ...prior,
    gates: { known: weightsOf(known), stranger: weightsOf(stranger) },
    forests: { known: covered(known, 'known'), stranger: covered(stranger, 'stranger') },
  };
}

function weightsOf({ prior, weights, untaught }: GateModel): GateWeights {
  return { prior, weights: { ...weights, ...untaught } };
}

function calibrated({ prior, weights, forest, untaught }: GateModel, calibration: Calibration): GateModel {
  const { slope, offset } = calibration;
  return {
    prior: rounded(slope * prior + offset),
    weights: scaled(weights, slope),
    untaught: scaled(untaught, calibration.untaught),
    forest: {
      features: forest.features,
      trees: forest.trees.map((tree) => ({
        ...tree,
        threshold: tree.threshold.map((one) => Number(one.toPrecision(5))),
        value: tree.value.map((one) => Number((slope * one).toFixed(4))),
      })),
    },
  };
}

const scaled = (weights: Readonly<Record<string, number>>, by: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, rounded(by * weight)]));

const rounded = (value: number): number => Number(value.toFixed(3));
