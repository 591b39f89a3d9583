/** docs/EVALUATION.md out of what was measured: what is measured and how, on what, what is made up, what must not be concluded, figures. */
import type { Training } from '../train/training.ts';
import type { Evaluation } from './evaluation.ts';
import { NAMES } from './explanation.ts';
import { goals } from './goals.ts';
import { cell, table as classTable, type Interval, percent } from './report.ts';
import { SUSPECT_FROM } from './sourceProbe.ts';

export function documentOf(evaluation: Evaluation, training: Training): string {
  return [
    introduction(evaluation),
    goals(evaluation, training),
    detection(evaluation),
    comparison(evaluation),
    falseHolds(evaluation),
    calibration(evaluation),
    timeToLearn(evaluation),
    explanations(evaluation),
    files(evaluation),
    patientAttacker(evaluation),
    ruleToBeat(evaluation),
    sources(evaluation),
    unseen(training),
    parts(training),
  ]
    .filter((section) => section !== '')
    .join('\n\n')
    .concat('\n');
}

type Cell = string | number;

export function tableOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    `|---|${head
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...rows.map(line),
  ].join('\n');
}

const perThousand = (share: Interval): string => cell(share, 1000);

const introduction = (e: Evaluation): string => `# Evaluation

Written by \`npm run eval -- --corpus DIR --suites DIR --seed ${e.seed} --report\`, with what \`npm run train -- --corpus DIR --without phishing_pot
--dry-run\`, and the same with \`--ablations\`, left in \`evaluation/training.json\`. The figures as data: [evaluation.json](evaluation.json),
[evaluation/training.json](evaluation/training.json). Speed is in [BENCHMARKS](BENCHMARKS.md).

## What is measured, and how

Mail is replayed in the order it arrived. Each message is judged with what was known at that moment, and only then learned from; threats are
judged and never learned. As in the service, conversations and the owner's own word are learned at once and all else after four hours
([ADR 27](adr/0027-what-does-not-wait.md)). A false hold is a harmless mail that scores above a threshold; what one sender sends with the same findings, each mail within a day of the last, counts
once, by its highest score ([ADR 28](adr/0028-trained-and-measured-as-it-serves.md)); the threshold of "1 false hold per 1,000" is the one that just holds a thousandth of the harmless mail of this run. Detection is the share of a class above it. Every message, harmless or not, is first
rewritten as one and the same border would have delivered it (\`bench/eval/border.ts\`), so that no collector or list gives its source away.

In brackets: 95 % intervals by bootstrap over threads (ham), campaigns (real phish), impersonated persons (attacks), files or mailboxes. 100 or 0 %
of few clusters has no width there: read it with n.

## On what

Model ${e.model}, ${e.rowCount} judged messages, ${e.hamCount} of them harmless, in ${e.mailboxCount} mailboxes of people on three public development lists (2019–2021), each list a
tenant. ${e.firstContactCount} of the harmless ones (${percent(e.firstContactCount / e.hamCount)} %) are from somebody the mailbox had never exchanged a mail with. Real: the ham, \`list-threat-*\` and \`list-spam-other\`, which came
through the lists themselves (labels partly by keyword, a few % wrong; 353 mails that the tables call harmless and no reader would, most of them drugs for sale on one
list in 2024, count as \`list-spam-other\`: \`bench/mislabelled.tsv\`, docs/adr/0019, \`--labels given\` leaves them as they are), and \`phish-readdressed\` (honeypot mail of 2022–2024, put into these streams
under the mailbox's address: another era, so a second number; the model was not taught it: docs/adr/0026).

## What is synthetic

All other classes. They are made from the mailbox's own stream at the moment they would have come: words, recipients, time and format are copied
from real mails (\`src/trial/attackers.ts\`); \`+payload\` adds one link to a host nobody has seen. \`composed\` is put together at random: the model is
trained on such attackers of another seed, some of which come out as a fixed class would, so the fixed classes are no unseen kinds of attack.
\`canary\` is the same surgery without an attack: what is found of it is a leak. \`malware-file-*\` grafts ${e.fileCounts.bad} bad files of public test suites and of
samples/ on ordinary mail, \`benign-file-*\` ${e.fileCounts.good} harmless ones on the same mail.

## What must not be concluded

- Not how many mails an office would see held: list mail has few first contacts and no newsletters, receipts or password resets. False holds look
  better here than they are there.
- Nothing finer than about 1 in 1,000: 0.1 per 1,000 is ${Math.round(e.hamCount * 1e-4)} of these mails.
- Not that the model does as well on other lists: it was trained on these. For that read "Lists and mailboxes not seen".
- Not that another filter is bad: those compared are without what they are best at. Where each is handicapped stands with it.
- These are development figures: detectors, measures and options were chosen while looking at this mail.`;

const detection = ({ classes, rates }: Evaluation): string => `## Detection by class

The shipped model. Detection, %:

${classTable(classes, rates)}

![Detection against false holds, a panel for each group of classes](evaluation/roc.svg)`;

const comparison = ({ compared, comparedRates }: Evaluation): string => {
  const [service, ...others] = compared;
  if (service === undefined) return '';
  const titles = service.groups.map(({ kind }) => kind);
  const sections = comparedRates.map((rate, at) => {
    const rows = compared.map(({ title, hamCount, groups }) => [
      title,
      hamCount,
      ...titles.map((name) => {
        const own = groups.find(({ kind }) => kind === name)?.detected[at];
        return own === undefined ? '–' : rate * hamCount < 1 ? 'too few ham' : cell(own);
      }),
    ]);
    return `At ${rate * 1000} false hold${rate === 1e-3 ? '' : 's'} per 1,000, detected, %:\n\n${tableOf(['judged by', 'ham', ...titles], rows)}`;
  });
  return `## Beside other ways to judge

The same messages; each way has its own threshold at the same rate of false holds. Where each stands at a disadvantage or has an advantage:

${[service, ...others].map(({ title, handicap }) => `- **${title}**: ${handicap}`).join('\n')}

${sections.join('\n\n')}`;
};

const falseHolds = ({ actions, falseHolds: holds }: Evaluation): string => `## False holds

At the shipped costs and budgets (docs/adr/0014; a mailbox without false alarms and with all its tokens; \`stranger\`: first contacts and hardly known ones), per 1,000:

${tableOf(
  ['mail', 'n', 'held', 'stripped'],
  actions.map(({ mail, count, held, stripped }) => [mail, count, perThousand(held), perThousand(stripped)]),
)}

How they fall on mailboxes. An event is what one sender sends with the same findings, each mail within a day of the last: a person sees it once. Budget: 1 per 1,000.

${tableOf(
  [
    'threshold',
    'counted in',
    'all, per 1,000',
    'p90 of mailboxes',
    'worst mailbox',
    'over 3 × budget, %',
    'over 5 ×, %',
  ],
  holds.flatMap(({ at, figures }) =>
    figures.map((one) => [
      at,
      one.unit,
      ...[one.pooled, one.p90, one.worst].map(perThousand),
      ...[one.overThreefold, one.overFivefold].map((share) => cell(share)),
    ]),
  ),
)}

To reach was at most 1 % of mailboxes over 3 × budget. A mailbox has some 450 mails here: one false hold is already 2 per 1,000.`;

const calibration = ({ calibration: { threatShare, ece, brier, bins } }: Evaluation): string => {
  const plain = ({ value, low, high }: Interval, digits: number) =>
    `${value.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
  return `## Calibration

At ${percent(threatShare)} % threats, each class of threats with the same mass: ECE ${plain(ece, 4)}, Brier ${plain(brier, 5)}. To reach was an ECE of 0.02; at so few threats
nearly all the mass is ham with small probabilities, so look at the bins too: a probability between 0.01 and 0.3 says too little.

${tableOf(
  ['probability', 'n', 'said, mean', 'found'],
  bins.map(({ from, to, count, said, found }) => [`${from}–${to}`, count, said.toFixed(4), plain(found, 4)]),
)}

![Share of threats found against the probability said](evaluation/calibration.svg)`;
};

const timeToLearn = ({ timeToLearn: learned }: Evaluation): string => `## Time to learn

Attacks that spoof a known sender (all \`*-spoof\` classes and \`spoof-reply-to\`, with and without payload), by how many mails of the sender the
mailbox had got, at 1 false hold per 1,000. To reach was 90 % of the plateau after 8 mails.

${tableOf(
  ['mails seen', 'n', 'detected, %'],
  learned.map(({ from, to, count, detected }) => [
    to === undefined ? `${from} and more` : from === to ? from : `${from}–${to}`,
    count,
    cell(detected),
  ]),
)}

![Detection of spoofed senders by mails seen of them](evaluation/time-to-learn.svg)`;

const explanations = ({ explanation }: Evaluation): string => `## Explanations

Of what is stripped or held at the shipped thresholds: does the first reason (the largest term that raised the score, as a verdict lists them)
name what the attack changed? To reach were 90 %. A verdict's sentence gives the first two.

${tableOf(
  ['class', 'n', 'the first, %', 'one of the first two, %', 'first reasons that do not, % of n'],
  explanation.map(({ kind, count, first, firstTwo, wrong }) => [
    kind,
    count,
    cell(first),
    cell(firstTwo),
    wrong.map(({ source, share }) => `\`${source}\` ${percent(share)}`).join(', ') || '–',
  ]),
)}

What names the change, by class (a first contact alone never does); \`+payload\` adds what speaks of links:

${Object.entries(NAMES)
  .map(([kind, names]) => `- \`${kind}\`: ${[...new Set(names)].map((name) => `\`${name}\``).join(', ')}`)
  .join('\n')}`;

const files = ({ filesSeen, fileCounts, classes, rates }: Evaluation): string => `## Files

${fileCounts.bad} bad files (macros, Excel 4.0 macros, DDE, remote templates and objects, programs and shortcuts inside, double extensions, smuggling, EICAR) and
${fileCounts.good} harmless ones, each on the mail of a stranger whose own domain authenticates and on one of a known account from its own servers and program. The
words are ordinary and say nothing of the file. \`seen\`: a detector that looks at files fires, whatever it weighs; found: the score is above the threshold.

${tableOf(
  ['kind', 'n', 'seen, %', ...rates.map((rate) => `found at ${rate * 1000} per 1,000, %`)],
  filesSeen.map(({ kind, count, seen }) => {
    const found = classes.find((one) => one.kind === kind)?.detected;
    return [kind, count, cell(seen), ...rates.map((_, at) => (found?.[at] === undefined ? '–' : cell(found[at])))];
  }),
)}

What is seen and not found is a matter of weights: training mail holds no such files, so their detectors keep the weight that a person gave them
(ADR 21).`;

const patientAttacker = ({ patient }: Evaluation): string => `## A patient attacker

A stranger sends 20–50 harmless mails over 60 days and then attacks; beside it the same attack by a stranger without mail before. Detected at 1
false hold per 1,000, and stripped or held at the shipped thresholds, %. To reach was a loss of at most 5 points.

${tableOf(
  ['lure', 'n', 'no mail before', 'patient', 'no mail before, acted on', 'patient, acted on'],
  patient.map((one) => [
    one.lure,
    one.count,
    ...[one.newcomer, one.patient, one.newcomerActed, one.patientActed].map((share) => cell(share)),
  ]),
)}`;

const ruleToBeat = ({ rule }: Evaluation): string => `## The rule to beat

"First contact, and not authenticated" hits ${percent(rule.rate)} % of the harmless mail here. The score at the same rate, detected, %:

${tableOf(
  ['class', 'n', 'the rule', 'the score'],
  rule.classes.map((one) => [one.kind, one.count, cell(one.rule), cell(one.score)]),
)}`;

const sources = ({ sources: { featureCount, hamCount, suspects, together } }: Evaluation): string => `## Source confound

What in the features tells which list a harmless mail comes from? Of ${featureCount} findings, credits and measures on ${hamCount} harmless mails, a small forest each,
trained on half of the threads and asked about the other half. These reach an AUC above ${SUSPECT_FROM}; a list has people, programs and servers of its own, so
some of it is true of the list. It is a warning where trees ask for it often: on another list it may mean something else.

${tableOf(
  ['feature', 'tells', 'AUC', 'questions in the shipped trees'],
  suspects.map(({ feature, list, auc, splitCount }) => [`\`${feature}\``, list, area(auc), splitCount]),
)}

All features together: ${together.map(({ list, auc }) => `${list} ${area(auc)}`).join(', ')}.`;

const area = ({ value, low, high }: Interval): string => `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;

function unseen({ unseen: found }: Training): string {
  if (found === undefined) return '';
  const { seed, rowCount, mailboxCount, hamCount, taughtCount, rates, byList, byMailbox } = found;
  return `## Lists and mailboxes not seen

The honest tables. ${rowCount} rows of ${mailboxCount} mailboxes (the 40 people most addressed on each list, and the list itself): ${hamCount} ham, ${taughtCount} threats to learn from; seed ${seed}. Each
list is judged by models that saw nothing of it, so trained on two lists; re-addressed phish by models that saw nothing of its campaign. Detection, %:

${classTable(byList, rates)}

The same, judged by models that saw nothing of the mailbox (a quarter of the mailboxes left out at a time; what was written to several people may be
in both halves):

${classTable(byMailbox, rates)}`;
}

function parts({ ablations }: Training): string {
  if (ablations === undefined) return '';
  const { seed, trees, hamCount, mailboxCount, rates, variants, families, labels = 'given' } = ablations;
  const at = rates.indexOf(1e-3);
  const titles = variants[0]?.groups.map(({ kind }) => kind) ?? [];
  const inCell = (one: Interval | undefined) => (one === undefined ? '–' : cell(one));
  return `## What each part is worth

Trained without a part of the evidence, judged on lists not seen: half of the mailboxes (${mailboxCount}, ${hamCount} ham), ${trees} trees in each forest, seed ${seed}; labels as ${labels};
so compare these figures with each other only. Detected at 1 false hold per 1,000, %:

${tableOf(
  ['trained on', ...titles],
  variants.map(({ title, groups }) => [
    title,
    ...titles.map((name) => inCell(groups.find(({ kind }) => kind === name)?.detected[at])),
  ]),
)}

Content-agnostic: nothing of links, files, words, invites or money. No tenant: the same mail, each mailbox as a tenant of its own.

A family of attackers is one disguise of \`composed\`. Left out of training, what is found of it, beside the same models taught all families; %, at 1
false hold per 1,000. To reach were 80 %, and 50 % of takeovers.

${tableOf(
  ['family', 'shown', 'n', 'left out', 'taught'],
  families.flatMap(({ family, leftOut, taught }) =>
    leftOut.map(({ kind, count, detected }) => [
      family,
      kind,
      count,
      inCell(detected[at]),
      inCell(taught.find((one) => one.kind === kind)?.detected[at]),
    ]),
  ),
)}`;
}
