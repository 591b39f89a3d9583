/**
 * npm run eval -- --quick [--accept]: attacks on a small synthetic organisation, at the shipped thresholds, beside what was accepted before
 * (quick.json). Answers 1 when a class is found less often by more than MAX_DROP, or own mail is stopped more often than its budget.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Organisation } from '../../src/domain/organisation.ts';
import { type Read, readMessage } from '../../src/read.ts';
import { shippedModel } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { attacksAt } from '../../src/trial/attackers.ts';
import { ownBorder } from '../../src/trial/ownBorder.ts';
import { arrivalOfStored } from '../../src/trial/stored.ts';
import { type Judged, newTally } from '../../src/trial/tally.ts';
import { openTrial } from '../../src/trial/trial.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { expandHistory } from '../history/expand.ts';
import { BORDER, OWN_DOMAIN } from '../history/transport.ts';
import { seeded } from '../random.ts';
import { officeLines } from './office.ts';

const REFERENCE = new URL('./quick.json', import.meta.url);
const SEED = 1;
const ATTACK_RATE = 0.1; // some 200 of each class with a link and as many without
const TENANT = 'quick';
const ORGANISATION: Organisation = { ownDomains: [OWN_DOMAIN], authservIds: [BORDER] };

const MAX_DROP = 3; // points of a class
const BUDGET = { heldPer1000: 1, strippedPer1000: 3 }; // of own mail

/** What is compared. Shares in %, rounded as they are shown. */
export interface Quick {
  readonly modelVersion: string;
  readonly seed: number;
  readonly mailCount: number;
  readonly heldPer1000: number;
  readonly strippedPer1000: number;
  readonly warnedPer1000: number;
  readonly classes: Readonly<Record<string, QuickClass>>;
}

interface QuickClass {
  readonly count: number;
  /** Stripped or held. */
  readonly caught: number;
  readonly held: number;
  /** Delivered with a banner. */
  readonly warned: number;
}

/** Prints; answers the exit status. `accept`: what is measured becomes the reference. */
export async function quickEval({ accept }: { readonly accept: boolean }): Promise<number> {
  const measured = await measureQuick(SEED);
  const reference = accept ? undefined : (JSON.parse(readFileSync(REFERENCE, 'utf8')) as Quick);
  console.log(quickText(measured, reference));
  const problems = problemsOf(measured, reference);
  for (const problem of problems) console.log(`WORSE: ${problem}`);
  if (accept) writeFileSync(REFERENCE, `${JSON.stringify(measured, undefined, 2)}\n`);
  return problems.length === 0 ? 0 : 1;
}

export async function measureQuick(seed: number): Promise<Quick> {
  const model = shippedModel();
  const store = await openSqliteStore({ path: ':memory:' });
  const read: Read = (submission) => readMessage(submission, ORGANISATION);
  const border = ownBorder(ORGANISATION.authservIds);
  const parts = { store, read, organisation: ORGANISATION, model, handOn: border.handOn };
  const trial = openTrial({ ...parts, tenant: TENANT, random: seeded(seed), attacks: attacksAt(ATTACK_RATE) });
  const tally = newTally(DEFAULT_POLICY);
  for (const { raw, receivedAt, mailbox } of expandHistory(officeLines(seed))) {
    const about = { tenant: TENANT, envelope: { rcptTo: [] }, mailboxes: [mailbox] };
    const stored = { about, organisation: ORGANISATION, read, border };
    const arrival = await arrivalOfStored(raw, { receivedAt, isSent: false }, stored);
    if ('skipped' in arrival)
      throw new Error(`the synthetic organisation has a mail that teaches nothing: ${arrival.skipped}`);
    for await (const tried of trial.meet(arrival)) tally.add(tried);
    await trial.learn(arrival);
  }
  await store.close();
  return toQuick(tally.report(), model.version, seed);
}

const toQuick = ({ held, stripped, warned, classes, control }: Judged, modelVersion: string, seed: number): Quick => ({
  modelVersion,
  seed,
  mailCount: held.count,
  heldPer1000: rounded(held.value * 1000),
  strippedPer1000: rounded(stripped.value * 1000),
  warnedPer1000: rounded(warned.value * 1000),
  classes: Object.fromEntries(
    [...classes, control].map((one): readonly [string, QuickClass] => [
      one.kind,
      {
        count: one.caught.count,
        caught: rounded(one.caught.value * 100),
        held: rounded(one.held.value * 100),
        warned: rounded(one.warned.value * 100),
      },
    ]),
  ),
});

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** In what `measured` is worse than it may be; without a reference, by the budgets alone. */
export function problemsOf(measured: Quick, reference: Quick | undefined): readonly string[] {
  const drops = Object.entries(reference?.classes ?? {})
    .filter(([kind]) => kind !== 'canary')
    .flatMap(([kind, { caught }]) => {
      const now = measured.classes[kind]?.caught;
      if (now === undefined) return [`${kind} was not measured`];
      return caught - now > MAX_DROP ? [`${kind}: ${now} % caught, ${caught} % before`] : [];
    });
  const stopped = (['heldPer1000', 'strippedPer1000'] as const).flatMap((what) =>
    measured[what] > BUDGET[what] ? [`${what}: ${measured[what]} of own mail, the budget is ${BUDGET[what]}`] : [],
  );
  return [...drops, ...stopped];
}

function quickText(measured: Quick, reference: Quick | undefined): string {
  const { mailCount, heldPer1000, strippedPer1000, warnedPer1000, modelVersion, seed, classes } = measured;
  return [
    `Quick eval: a synthetic organisation, seed ${seed}, model ${modelVersion}: shows a change, not how well real mail is judged`,
    `own mail ${mailCount}: held ${heldPer1000} per 1,000 (budget ${BUDGET.heldPer1000}), stripped ${strippedPer1000} (budget ${BUDGET.strippedPer1000}), delivered with a banner ${warnedPer1000}`,
    `${'class'.padEnd(38)}${'n'.padStart(6)}${'caught, %'.padStart(12)}${'before'.padStart(10)}${'held, %'.padStart(10)}${'only warned of, %'.padStart(20)}`,
    ...Object.entries(classes).map(([kind, { count, caught, held, warned }]) => {
      const before = reference?.classes[kind]?.caught.toFixed(1) ?? '–';
      return `${kind.padEnd(38)}${String(count).padStart(6)}${caught.toFixed(1).padStart(12)}${before.padStart(10)}${held.toFixed(1).padStart(10)}${warned.toFixed(1).padStart(20)}`;
    }),
  ].join('\n');
}
