/** Parts of the report over judged rows: actions at the shipped thresholds, calibration, time to learn, the patient attacker, the rule to beat. */
import { LIVE_THREAT_SHARE, weigh } from '../train/linear.ts';
import { scoredOnce } from './events.ts';
import { LURES } from './poisoner.ts';
import { isProbe, type Row } from './replay.ts';
import { bootstrapped, calibration, type Interval, shareOf, thresholdAt } from './report.ts';

export interface Acted {
  readonly mail: string;
  readonly count: number;
  readonly held: Interval;
  readonly stripped: Interval;
}

/** What the shipped thresholds do; ham by gate, because a first contact is another matter. */
export function actions(rows: readonly Row[]): readonly Acted[] {
  const groups = Map.groupBy(rows, ({ kind, gate, isThreat }) =>
    kind === 'ham'
      ? `ham, ${gate}`
      : kind.startsWith('benign-file') || kind.startsWith('malware-file')
        ? kind
        : isProbe(kind)
          ? undefined
          : isThreat
            ? 'threats, all other classes'
            : kind,
  );
  return [...groups]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .flatMap(([mail, group]) =>
      mail === undefined
        ? []
        : {
            mail,
            count: group.length,
            held: shareOf(group, ({ action }) => action === 'hold'),
            stripped: shareOf(group, ({ action }) => action === 'strip'),
          },
    );
}

export interface Calibrated {
  readonly threatShare: number;
  readonly ece: Interval;
  readonly brier: Interval;
  readonly bins: readonly CalibrationBin[];
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability, and share of threats, both at the live share of threats. */
  readonly said: number;
  readonly found: Interval;
}

const EDGES = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 1];
const RESAMPLES = 200;

export function calibrated(rows: readonly Row[]): Calibrated {
  const judged = rows.filter((row) => row.kind === 'ham' || row.isThreat);
  const weights = weigh(judged, LIVE_THREAT_SHARE);
  const points = judged.map(({ probability, isThreat, cluster }, at) => ({
    probability,
    isThreat,
    cluster,
    weight: weights[at]?.weight ?? 0,
  }));
  const massOf = (all: typeof points, value: (point: (typeof points)[number]) => number) => {
    const mass = all.reduce((sum, { weight }) => sum + weight, 0);
    return mass === 0 ? 0 : all.reduce((sum, point) => sum + point.weight * value(point), 0) / mass;
  };
  return {
    threatShare: LIVE_THREAT_SHARE,
    ece: bootstrapped(points, (all) => calibration(all).ece, RESAMPLES),
    brier: bootstrapped(points, (all) => calibration(all).brier, RESAMPLES),
    bins: EDGES.slice(1).flatMap((to, at) => {
      const from = EDGES[at] ?? 0;
      const own = points.filter(({ probability }) => probability > from && probability <= to);
      if (own.length === 0) return [];
      return {
        from,
        to,
        count: own.length,
        said: massOf(own, ({ probability }) => probability),
        found: bootstrapped(own, (all) => massOf([...all], ({ isThreat }) => Number(isThreat)), RESAMPLES),
      };
    }),
  };
}

const SPOOFS = /^(blind|known-domain|known-sender)-spoof|^spoof-reply-to/;
const HISTORY = [3, 4, 8, 16, 32, 64]; // mails of the impersonated sender, lower ends
const RATE = 1e-3;

export interface Learned {
  readonly from: number;
  /** Absent in the last. */
  readonly to?: number;
  readonly count: number;
  readonly detected: Interval;
}

/** How detection of spoofed senders grows with what the mailbox had got from them, at one false hold per 1,000. */
export function timeToLearn(rows: readonly Row[]): readonly Learned[] {
  const threshold = hamThreshold(rows, RATE);
  const spoofs = rows.filter(({ kind }) => SPOOFS.test(kind));
  return HISTORY.map((from, at) => {
    const next = HISTORY[at + 1];
    const group = spoofs.filter(
      ({ victimCount = 0 }) => victimCount >= from && victimCount < (next ?? Number.POSITIVE_INFINITY),
    );
    return {
      from,
      ...(next === undefined ? {} : { to: next - 1 }),
      count: group.length,
      detected: shareOf(group, ({ probability }) => probability > threshold),
    };
  });
}

export interface Patient {
  readonly lure: string;
  readonly count: number;
  /** At one false hold per 1,000: without mail before, and after 60 days of it. */
  readonly newcomer: Interval;
  readonly patient: Interval;
  /** Stripped or held at the shipped thresholds, likewise. */
  readonly newcomerActed: Interval;
  readonly patientActed: Interval;
}

export function patientAttackers(rows: readonly Row[]): readonly Patient[] {
  const threshold = hamThreshold(rows, RATE);
  const isDetected = ({ probability }: Row) => probability > threshold;
  const isActed = ({ action }: Row) => action !== 'deliver';
  return LURES.map((lure) => {
    const [newcomers, patients] = ['newcomer', 'poisoner'].map((who) =>
      rows.filter(({ kind }) => kind === `${who}-${lure}`),
    ) as [Row[], Row[]];
    return {
      lure,
      count: patients.length,
      newcomer: shareOf(newcomers, isDetected),
      patient: shareOf(patients, isDetected),
      newcomerActed: shareOf(newcomers, isActed),
      patientActed: shareOf(patients, isActed),
    };
  });
}

export interface RuleBeside {
  /** Ham that the rule hits; both are shown at this rate. */
  readonly rate: number;
  readonly classes: readonly {
    readonly kind: string;
    readonly count: number;
    readonly rule: Interval;
    readonly score: Interval;
  }[];
}

/** The rule "first contact and not authenticated" has one rate of false hits: at the same rate, what the score finds. */
export function ruleBeside(rows: readonly Row[]): RuleBeside {
  const ham = rows.filter(({ kind }) => kind === 'ham');
  const rate = ham.filter(({ isRuleHit }) => isRuleHit).length / Math.max(1, ham.length);
  const threshold = hamThreshold(rows, rate);
  const classes = [...Map.groupBy(rows, ({ kind }) => kind)].filter(([kind]) => kind !== 'ham' && !isProbe(kind));
  return {
    rate,
    classes: classes
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, group]) => ({
        kind,
        count: group.length,
        rule: shareOf(group, ({ isRuleHit }) => isRuleHit),
        score: shareOf(group, ({ probability }) => probability > threshold),
      })),
  };
}

/** Of all ham, where an event counts once. */
export function hamThreshold(rows: readonly Row[], rate: number): number {
  const ham = rows.filter(({ kind }) => kind === 'ham');
  return thresholdAt([...scoredOnce(ham, ({ probability }) => probability).values()], rate);
}
