/**
 * npm run eval [-- --corpus DIR] [--seed N] [--rspamd]: detection measured by replay in arrival order (bench/eval/replay.ts).
 * Without --corpus it runs on samples/, where a rate means nothing, and says so. --quick: bench/eval/quick.ts.
 */
import { parseArgs } from 'node:util';
import { shippedModel } from '../src/service.ts';
import { openCorpus } from './corpus.ts';
import { LURES } from './eval/poisoner.ts';
import { quickEval } from './eval/quick.ts';
import { CANARY, isProbe, type Row, replay } from './eval/replay.ts';
import {
  calibration,
  cell,
  operatingPoints,
  percent,
  type Scored,
  shareOf,
  table,
  thresholdAt,
} from './eval/report.ts';
import { startRspamd } from './eval/rspamd.ts';
import { evaluateSamples } from './eval/samples.ts';
import { LIVE_THREAT_SHARE, weigh } from './train/linear.ts';

const RATES = [1e-3, 1e-4];
const ATTACK_RATE = 0.12; // about a thousand of each class over the 17 mailboxes

const SPOOFS = /^(blind|known-domain|known-sender)-spoof|^spoof-reply-to/;
const HISTORY = [3, 4, 8, 16, 32, 64]; // mails of the impersonated sender, lower ends

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rspamd: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
  },
});

if (values.quick) {
  process.exitCode = await quickEval(values);
} else if (values.corpus === undefined) {
  console.log(
    'No --corpus DIR: running on samples/ only. They were written by us, one of a kind each: no rate can be read from them.\n',
  );
  process.exitCode = await evaluateSamples();
} else {
  await evaluateCorpus(values.corpus);
}

async function evaluateCorpus(dir: string): Promise<void> {
  const model = shippedModel();
  const startedAt = performance.now();
  const rows: Row[] = [];
  for await (const row of replay({
    corpus: openCorpus(dir),
    model,
    seed: Number(values.seed),
    attackRate: ATTACK_RATE,
    keepRaw: values.rspamd,
  })) {
    rows.push(row);
  }
  const hamCount = rows.filter((row) => row.kind === 'ham').length;
  const firstContacts = rows.filter((row) => row.kind === 'ham' && row.gate === 'stranger').length;
  console.log(
    `${rows.length} messages judged in ${((performance.now() - startedAt) / 1000).toFixed(0)} s, model ${model.version}, seed ${values.seed}`,
  );
  console.log(`ham ${hamCount}, of it first contacts ${firstContacts} (${percent(firstContacts / hamCount)} %)\n`);

  report('Shipped model', rows, (row) => logit(row.probability));
  reportActions(rows);
  reportCalibration(rows);
  reportTimeToLearn(rows);
  reportPoisoner(rows);
  reportRule(rows);
  if (values.rspamd) await reportRspamd(rows);
}

function scored(
  rows: readonly Row[],
  score: (row: Row) => number,
): { readonly ham: readonly Scored[]; readonly threats: readonly Scored[] } {
  const all = rows.map((row) => ({ row, scored: { kind: row.kind, cluster: row.cluster, score: score(row) } }));
  return {
    ham: all.filter(({ row }) => row.kind === 'ham').map((one) => one.scored),
    threats: all
      .filter(({ row }) => row.kind !== 'ham' && (row.kind === CANARY || !isProbe(row.kind)))
      .map((one) => one.scored),
  };
}

function report(title: string, rows: readonly Row[], score: (row: Row) => number): void {
  const { ham, threats } = scored(rows, score);
  console.log(`## ${title}\n\n${table(operatingPoints(ham, threats, RATES), RATES)}\n`);
}

/** What the shipped thresholds do: false holds and strips per 1,000 ham, first contacts apart. */
function reportActions(rows: readonly Row[]): void {
  console.log(
    '## At the shipped thresholds\n\n| mail | n | held per 1,000 | stripped per 1,000 |\n|---|---:|---:|---:|',
  );
  const mail = rows.filter((row) => !isProbe(row.kind));
  const groups = Map.groupBy(mail, (row) =>
    row.kind === 'ham' ? `ham, ${row.gate}` : row.isThreat ? 'threats, all classes' : row.kind,
  );
  for (const [name, group] of groups) {
    const share = (action: Row['action']) =>
      cell(
        shareOf(group, (row) => row.action === action),
        1000,
      );
    console.log(`| ${name} | ${group.length} | ${share('hold')} | ${share('strip')} |`);
  }
  console.log();
}

function reportCalibration(rows: readonly Row[]): void {
  const judged = rows.filter((row) => row.kind === 'ham' || row.isThreat);
  const weights = weigh(judged, LIVE_THREAT_SHARE);
  const points = judged.map(({ probability, isThreat }, at) => ({
    probability,
    isThreat,
    weight: weights[at]?.weight ?? 0,
  }));
  const { ece, brier } = calibration(points);
  console.log(
    `Calibration at ${percent(LIVE_THREAT_SHARE)} % threats: ECE ${ece.toFixed(4)}, Brier ${brier.toFixed(5)}\n`,
  );
}

/** How detection of spoofed senders grows with what the mailbox had got from them. */
function reportTimeToLearn(rows: readonly Row[]): void {
  const ham = rows.filter((row) => row.kind === 'ham').map((row) => row.probability);
  const threshold = thresholdAt(ham, RATES[0] ?? 1e-3);
  const spoofs = rows.filter((row) => SPOOFS.test(row.kind));
  console.log('## Time to learn: spoofed senders by mails seen of them, at 1 false hold per 1,000\n');
  console.log('| mails seen | n | detected, % |\n|---|---:|---:|');
  for (const [at, from] of HISTORY.entries()) {
    const to = HISTORY[at + 1] ?? Number.POSITIVE_INFINITY;
    const group = spoofs.filter(({ victimCount = 0 }) => victimCount >= from && victimCount < to);
    const detected = shareOf(group, (row) => row.probability > threshold);
    const range = to === Number.POSITIVE_INFINITY ? `${from} and more` : `${from}–${to - 1}`;
    console.log(`| ${range} | ${group.length} | ${cell(detected)} |`);
  }
  console.log();
}

/** Detection of the same attack with and without 60 days of harmless mail before it. */
function reportPoisoner(rows: readonly Row[]): void {
  const ham = rows.filter((row) => row.kind === 'ham').map((row) => row.probability);
  const threshold = thresholdAt(ham, RATES[0] ?? 1e-3);
  const share = (kind: string, isHit: (row: Row) => boolean) =>
    cell(
      shareOf(
        rows.filter((row) => row.kind === kind),
        isHit,
      ),
    );
  console.log('## Patient attacker: 20–50 harmless mails over 60 days, then the attack\n');
  console.log(
    '| lure | n | no mail before: at 1 false hold per 1,000, % | patient, % | no mail before: stripped or held, % | patient, % |\n|---|---:|---:|---:|---:|---:|',
  );
  for (const lure of LURES) {
    const count = rows.filter((row) => row.kind === `poisoner-${lure}`).length;
    const cells = [(row: Row) => row.probability > threshold, (row: Row) => row.action !== 'deliver'].flatMap((isHit) =>
      ['newcomer', 'poisoner'].map((who) => share(`${who}-${lure}`, isHit)),
    );
    console.log(`| ${lure} | ${count} | ${cells.join(' | ')} |`);
  }
  console.log();
}

/** The rule is fixed at one rate of false hits: at the same rate, what the score finds. */
function reportRule(rows: readonly Row[]): void {
  const ham = rows.filter((row) => row.kind === 'ham');
  const rate = ham.filter((row) => row.isRuleHit).length / Math.max(1, ham.length);
  const threshold = thresholdAt(
    ham.map((row) => row.probability),
    rate,
  );
  console.log(
    `## Rule to beat: first contact and not authenticated; both at ${(rate * 1000).toFixed(1)} false hits per 1,000\n`,
  );
  console.log('| class | n | the rule, % | the score, % |\n|---|---:|---:|---:|');
  for (const [kind, group] of [...Map.groupBy(rows, (row) => row.kind)].sort()) {
    if (isProbe(kind)) continue;
    const theirs = shareOf(group, (row) => row.isRuleHit);
    const ours = shareOf(group, (row) => row.probability > threshold);
    console.log(`| ${kind} | ${group.length} | ${cell(theirs)} | ${cell(ours)} |`);
  }
  console.log();
}

async function reportRspamd(rows: readonly Row[]): Promise<void> {
  const rspamd = await startRspamd();
  if (rspamd === undefined) {
    console.log('rspamd is not installed: no comparison.\n');
    return;
  }
  const scores = new Map<Row, number>();
  const queue = [...rows];
  const worker = async () => {
    for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
      if (row.raw !== undefined) scores.set(row, await rspamd.score(row.raw));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  await rspamd.stop();
  report('rspamd, shipped rules, no network look-ups, no Bayes', rows, (row) => scores.get(row) ?? 0);
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}
