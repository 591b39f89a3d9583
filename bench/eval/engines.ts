/** The ways to judge that a report sets side by side: the service, methods of the literature, and two filters where they are installed. */
import { UNSCORED } from './comparator.ts';
import { combined } from './das.ts';
import { type Engine, groupOf } from './detection.ts';
import type { Row } from './replay.ts';
import { type RspamdScore, startRspamd } from './rspamd.ts';
import { CHILDREN, type Spamassassin, startSpamassassin } from './spamassassin.ts';

export const SERVICE: Engine = {
  title: 'Tidemark',
  handicap: 'Advantage: its model is trained on these lists (other attackers of the same makers, another seed).',
  score: ({ probability }) => Math.log(probability / (1 - probability)),
};

/** Needs rows with comparisons of eval/gascon.ts and eval/das.ts. */
export const literature = (rows: readonly Row[]): readonly Engine[] => [
  {
    title: 'Gascon 2018 (kNN)',
    handicap:
      'Judges only senders of whom it has three mails, so no strangers. Its traits are those that this service reads, of about 46 in the paper; its profiles are of the tenant, theirs of one mailbox.',
    score: ({ comparisons }) => comparisons.gascon ?? UNSCORED,
  },
  {
    title: 'DAS (Ho 2017)',
    handicap:
      'Made for clicks on links with sign-in and click logs, which are not there: links carried stand for links clicked, and lateral mail has no detector. Its budgets are equal, read on this ham.',
    score: combined(rows, ({ kind }) => kind === 'ham'),
  },
];

/** rspamd's two scores of ham and of the groups. Nothing when it is not installed. */
export async function rspamdEngines(rows: readonly Row[]): Promise<readonly Engine[]> {
  const rspamd = await startRspamd();
  if (rspamd === undefined) return [];
  const scores = new Map<Row, RspamdScore>();
  const asked = rows.filter(({ kind }) => kind === 'ham' || groupOf(kind) !== undefined);
  await inParallel(asked, 16, async (row) => {
    if (row.raw !== undefined) scores.set(row, await rspamd.score(row.raw));
  });
  await rspamd.stop();
  const handicap =
    'Shipped rules; no look-ups on the network (SPF, DKIM, DMARC, block lists, fuzzy hashes), no Bayes, no envelope: it is fed one message at a time.';
  return [
    { title: 'rspamd', handicap, score: (row) => scores.get(row)?.all },
    {
      title: 'rspamd, less HFILTER_HOSTNAME_UNKNOWN',
      handicap: 'The same without the symbol that speaks of a client that a replay does not have.',
      score: (row) => scores.get(row)?.withoutReplay,
    },
  ];
}

const HAM_SAMPLE = 500; // a message takes it some 0.2 s of CPU
const GROUP_SAMPLE = 40;

/** SpamAssassin without Bayes, and with one taught in the order of arrival, on a sample. Nothing when it is not installed. */
export async function spamassassinEngines(rows: readonly Row[]): Promise<readonly Engine[]> {
  const sample = sampleOf(rows);
  const plain = await startSpamassassin(false);
  if (plain === undefined) return [];
  const scores = new Map<Row, number>();
  await inParallel([...sample], CHILDREN, async (row) => void scores.set(row, await pointsOf(plain, row)));
  await plain.stop();
  const taught = await startSpamassassin(true);
  const taughtScores = taught === undefined ? new Map<Row, number>() : await prequential(rows, sample, taught);
  await taught?.stop();
  const handicap =
    'Debian’s rules; no look-ups on the network, no envelope. Judged on a sample, because it takes 0.2 s a message.';
  return [
    { title: 'SpamAssassin', handicap: `${handicap} No Bayes.`, score: (row) => scores.get(row) },
    {
      title: 'SpamAssassin with Bayes',
      handicap: `${handicap} Advantage: its Bayes is told of every real threat and spam of the lists, and of the ham of the sample, once they are judged.`,
      score: (row) => taughtScores.get(row),
    },
  ];
}

const BATCH = 40;

/** Judged by what was taught before, a batch at a time. */
async function prequential(
  rows: readonly Row[],
  sample: ReadonlySet<Row>,
  engine: Spamassassin,
): Promise<ReadonlyMap<Row, number>> {
  const scores = new Map<Row, number>();
  const isSpam = ({ kind }: Row) => kind.startsWith('list-');
  const met = rows.filter((row) => sample.has(row) || isSpam(row));
  for (let from = 0; from < met.length; from += BATCH) {
    const batch = met.slice(from, from + BATCH);
    const asked = batch.filter((row) => sample.has(row));
    await inParallel(asked, CHILDREN, async (row) => void scores.set(row, await pointsOf(engine, row)));
    for (const row of batch) {
      if (row.raw === undefined) continue;
      if (isSpam(row)) await engine.teach(row.raw, 'spam');
      else if (row.kind === 'ham') await engine.teach(row.raw, 'ham');
    }
  }
  return scores;
}

const pointsOf = async (engine: Spamassassin, { raw }: Row): Promise<number> =>
  raw === undefined ? Number.NaN : engine.score(raw);

/** Evenly along the stream: ham, and each group of classes. */
function sampleOf(rows: readonly Row[]): ReadonlySet<Row> {
  const groups = Map.groupBy(rows, ({ kind }) => (kind === 'ham' ? kind : groupOf(kind)));
  return new Set(
    [...groups].flatMap(([group, all]) => {
      if (group === undefined) return [];
      const step = Math.max(1, all.length / (group === 'ham' ? HAM_SAMPLE : GROUP_SAMPLE));
      return Array.from({ length: Math.floor(all.length / step) }, (_, at) => all[Math.floor(at * step)] as Row);
    }),
  );
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items].reverse();
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
