/**
 * What each part of the evidence is worth: models trained without it, and models trained without one family of attackers, judged on lists
 * they have not seen. Fewer trees than the shipped model has, so compare these figures with each other.
 */
import { measures } from '../../src/score/measures.ts';
import type { Model } from '../../src/score/model.ts';
import { DISGUISES, type Disguise } from '../eval/composed.ts';
import { groupOf } from '../eval/detection.ts';
import { detectorsOf } from '../eval/families.ts';
import type { Row } from '../eval/replay.ts';
import { type ClassResult, operatingPoints } from '../eval/report.ts';
import { calibratedOdds, calibrations, crossJudged, type TrainOptions } from './train.ts';
import type { Ablations } from './training.ts';

/** What a message carries and says; all else is who sends it, by what way, with what program, into what conversation. */
export const PAYLOAD: ReadonlySet<string> = new Set([
  ...detectorsOf('link', 'attachment', 'invite', 'request'),
  'hidden-text',
  'image-only-mail',
  'brand-impersonation',
]);

const groupById = new Map(measures.map(({ id, group }) => [id, group]));

/** Only what `isKept` says of detectors, credits and the groups of measures; a combination stays when all its parts do. */
function only(rows: readonly Row[], { combinations }: Model, isKept: (id: string) => boolean): readonly Row[] {
  const parts = new Map(combinations.map(({ id, groups }) => [id, groups.flat()]));
  const isKeptWhole = (id: string) => (parts.get(id) ?? [id]).every(isKept);
  const keeps = measures.map(({ id }) => isKept(groupById.get(id) ?? id));
  return rows.map((row) => ({
    ...row,
    features: row.features.filter(({ id }) => isKeptWhole(id)),
    measures: row.measures.map((value, at) => (keeps[at] === true ? value : 0)),
  }));
}

/** `alone`: the same mail with each mailbox as a tenant of its own, row by row. */
export function ablations(
  rows: readonly Row[],
  alone: readonly Row[],
  prior: Model,
  options: TrainOptions,
  rates: readonly number[],
): Pick<Ablations, 'variants' | 'families'> {
  const groups = (shown: readonly Row[], how: TrainOptions) =>
    results(shown, judgedUnseen(shown, prior, how), rates, ({ kind }) => groupOf(kind));
  const isPayload = (id: string) => PAYLOAD.has(id);
  return {
    variants: [
      { title: 'all evidence', groups: groups(rows, options) },
      {
        title: 'content-agnostic only',
        groups: groups(
          only(rows, prior, (id) => !isPayload(id)),
          options,
        ),
      },
      { title: 'payload only', groups: groups(only(rows, prior, isPayload), options) },
      { title: 'no tenant: each mailbox alone', groups: groups(alone, options) },
      { title: 'weights only, no trees', groups: groups(rows, { ...options, trees: 0 }) },
    ],
    families: leftOut(rows, prior, options, rates),
  };
}

/** The fixed classes that come in each disguise; nobody of them comes from elsewhere. */
const CLASSES: Readonly<Record<Disguise, RegExp | undefined>> = {
  spoof: /^(blind|known-domain|known-sender)-spoof|^spoof-reply-to/,
  account: /^account-takeover/,
  'look-alike': /^(thread-hijack-)?look-alike/,
  freemail: /^bec-display-name/,
  elsewhere: undefined,
};

function leftOut(
  rows: readonly Row[],
  prior: Model,
  options: TrainOptions,
  rates: readonly number[],
): Ablations['families'] {
  const nameIn = (family: Disguise) => (row: Row) =>
    row.disguise === family ? 'composed attackers' : CLASSES[family]?.test(row.kind) ? 'fixed classes' : undefined;
  const taught = judgedUnseen(rows, prior, options);
  return DISGUISES.map((family) => {
    const without = rows.map((row) => (row.disguise === family ? { ...row, kind: `left-out-${row.kind}` } : row));
    return {
      family,
      leftOut: results(without, judgedUnseen(without, prior, options), rates, nameIn(family)),
      taught: results(rows, taught, rates, nameIn(family)),
    };
  });
}

/** By models that had not seen the list; both gates on one scale by calibration, as the service has them. */
function judgedUnseen(rows: readonly Row[], prior: Model, options: TrainOptions): Float64Array {
  const judged = crossJudged(rows, ({ tenant }) => tenant, prior, options);
  const calibration = calibrations(rows, judged, prior, options);
  return Float64Array.from(judged, (one, at) => calibratedOdds(one, calibration[rows[at]?.gate ?? 'known']));
}

/** By the name of each row; rows without one are left out. */
function results(
  rows: readonly Row[],
  judged: Float64Array,
  rates: readonly number[],
  nameOf: (row: Row) => string | undefined,
): readonly ClassResult[] {
  const scored = rows.flatMap((row, at) => {
    const kind = row.kind === 'ham' ? 'ham' : nameOf(row);
    return kind === undefined ? [] : { kind, cluster: row.cluster, score: judged[at] ?? 0 };
  });
  return operatingPoints(
    scored.filter(({ kind }) => kind === 'ham'),
    scored.filter(({ kind }) => kind !== 'ham'),
    rates,
  );
}
