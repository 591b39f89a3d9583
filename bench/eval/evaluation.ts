/** Everything that a report shows, as data: docs/evaluation.json. */
import type { Model } from '../../src/score/model.ts';
import {
  type Acted,
  actions,
  type Calibrated,
  calibrated,
  hamThreshold,
  type Learned,
  type Patient,
  patientAttackers,
  type RuleBeside,
  ruleBeside,
  timeToLearn,
} from './breakdowns.ts';
import { byClass, byGroup, CURVE_RATES, type Curve, curveOf, type Engine } from './detection.ts';
import { SERVICE } from './engines.ts';
import { type Explained, explained, filesSeen, type Seen } from './explanation.ts';
import { type FalseHolds, falseHolds } from './mailboxes.ts';
import type { Row } from './replay.ts';
import type { ClassResult } from './report.ts';
import { probeSources, type SourceProbe } from './sourceProbe.ts';

export const RATES = [3e-3, 1e-3, 1e-4];
/** For the comparison: a sample of 500 ham can be read at ten in a thousand. */
export const COMPARED_RATES = [1e-2, 1e-3];

export interface Compared {
  readonly title: string;
  readonly handicap: string;
  readonly hamCount: number;
  readonly groups: readonly ClassResult[];
  readonly curves: readonly Curve[];
}

export interface Evaluation {
  readonly model: string;
  readonly seed: number;
  readonly rowCount: number;
  readonly hamCount: number;
  readonly firstContactCount: number;
  /** A person on two lists has two: lists are tenants. */
  readonly mailboxCount: number;
  readonly fileCounts: { readonly bad: number; readonly good: number };
  readonly rates: readonly number[];
  readonly classes: readonly ClassResult[];
  readonly actions: readonly Acted[];
  /** At one in a thousand over all, and at the shipped thresholds held, and stripped or held. */
  readonly falseHolds: readonly { readonly at: string; readonly figures: readonly FalseHolds[] }[];
  readonly calibration: Calibrated;
  readonly timeToLearn: readonly Learned[];
  readonly explanation: readonly Explained[];
  readonly filesSeen: readonly Seen[];
  readonly sources: SourceProbe;
  readonly patient: readonly Patient[];
  readonly rule: RuleBeside;
  readonly comparedRates: readonly number[];
  readonly compared: readonly Compared[];
}

const BUDGET = 1e-3;

export function evaluate(
  rows: readonly Row[],
  engines: readonly Engine[],
  model: Model,
  about: Pick<Evaluation, 'seed' | 'fileCounts'>,
): Evaluation {
  const ham = rows.filter(({ kind }) => kind === 'ham');
  const threshold = hamThreshold(rows, BUDGET);
  return {
    model: model.version,
    ...about,
    rowCount: rows.length,
    hamCount: ham.length,
    firstContactCount: ham.filter(({ isFirstContact }) => isFirstContact).length,
    mailboxCount: new Set(ham.map(({ tenant, mailbox }) => `${tenant} ${mailbox}`)).size,
    rates: RATES,
    classes: byClass(rows, SERVICE, RATES),
    actions: actions(rows),
    falseHolds: [
      {
        at: '1 false hold per 1,000 over all',
        figures: falseHolds(ham, ({ probability }) => probability > threshold, BUDGET),
      },
      { at: 'shipped thresholds, held', figures: falseHolds(ham, ({ action }) => action === 'hold', BUDGET) },
      {
        at: 'shipped thresholds, held or stripped',
        figures: falseHolds(ham, ({ action }) => action !== 'deliver', BUDGET),
      },
    ],
    calibration: calibrated(rows),
    timeToLearn: timeToLearn(rows),
    explanation: explained(rows),
    filesSeen: filesSeen(rows),
    sources: probeSources(rows, model),
    patient: patientAttackers(rows),
    rule: ruleBeside(rows),
    comparedRates: COMPARED_RATES,
    compared: engines.map((engine) => compared(rows, engine)),
  };
}

/** The rates of the tables are some of those of the curves. */
function compared(rows: readonly Row[], engine: Engine): Compared {
  const results = byGroup(rows, engine, CURVE_RATES);
  const kept = COMPARED_RATES.map((rate) => CURVE_RATES.findIndex((one) => Math.abs(one / rate - 1) < 1e-9));
  return {
    title: engine.title,
    handicap: engine.handicap,
    hamCount: rows.filter((row) => row.kind === 'ham' && engine.score(row) !== undefined).length,
    groups: results.map((result) => ({ ...result, detected: kept.flatMap((at) => result.detected[at] ?? []) })),
    curves: results.map(curveOf),
  };
}
