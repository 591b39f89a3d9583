/**
 * Strips the development mail: every link locked, the files of every other message removed, a banner on half of them. Reads each result again, by the
 * reader that judges mail, for links that are left, and compares the parts that were not to be touched byte for byte. `mutated` does the same to damaged messages, where only a throw or growth counts.
 */

import type { Link } from '../../src/domain/message.ts';
import type { StripPlan, Stripped } from '../../src/domain/strip.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { walkTokens } from '../../src/verdict/strip/htmlTokens.ts';
import { strip } from '../../src/verdict/strip.ts';
import { linksLeft } from '../../test/verdict/strip/left.ts';
import { mutated } from '../../test/verdict/strip/mutate.ts';
import { untouchedOf } from '../../test/verdict/strip/untouched.ts';
import { openCorpus, readMail } from '../corpus.ts';
import { seeded } from '../random.ts';

const NO_FILES = new Map<string, never>();
const PLANS: readonly StripPlan[] = [
  { links: 'all', files: NO_FILES, banner: 'Someone asks for a password.', shownAddress: 'a.sender@bench.example' },
  { links: 'all', files: 'all', banner: 'Someone asks for a password.' },
  { links: 'all', files: NO_FILES },
  { links: [], files: 'all', shownAddress: 'a.sender@bench.example' },
];
const MAX_LISTED = 40;

export async function measureStrip(dir: string, messageCount: number): Promise<void> {
  const corpus = openCorpus(dir);
  const random = seeded(5);
  const files = [...corpus.files].map((file) => ({ file, at: random.next() })).sort((a, b) => a.at - b.at);
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  let spentMs = 0;
  let cpuMs = 0;
  let bytes = 0;
  let count = 0;
  let comparedCount = 0;
  let dividedCount = 0;
  for (const { file } of files) {
    if (count === messageCount) break;
    const raw = readMail(corpus, file.path);
    if (raw === undefined) continue;
    const plan = PLANS[count % PLANS.length] as StripPlan;
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const result = await strip(raw, plan);
    const { user, system } = process.cpuUsage(before);
    spentMs += performance.now() - startedAt;
    cpuMs += (user + system) / 1000;
    bytes += raw.length;
    count++;
    const outcome = result.isRewritten ? 'rewritten' : `${result.refusal}: ${result.detail.replaceAll(/\d+/g, 'n')}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const { problem, parts, isDivided } = await check(raw, result, plan);
    comparedCount += parts;
    if (isDivided === true) dividedCount++;
    if (problem !== undefined) wrong.push(`${file.path}: ${problem}`);
  }
  console.log(
    `## Strip\n\n${count} messages, ${(bytes / count / 1000).toFixed(1)} kB mean, ${(spentMs / 1000).toFixed(1)} s in strip, ${(cpuMs / count).toFixed(2)} ms CPU each:`,
  );
  console.log(
    `${((count * 1000) / spentMs).toFixed(0)} messages/s; ${comparedCount} untouched parts compared, ${wrong.length} differences, ${dividedCount} with an address that tags divide\n`,
  );
  print(outcomes);
  for (const line of wrong.slice(0, MAX_LISTED)) console.log(`- ${line}`);
}

const print = (outcomes: ReadonlyMap<string, number>): void => {
  console.log('| outcome | messages |\n|---|---:|');
  for (const [what, count] of [...outcomes].sort(([, a], [, b]) => b - a)) console.log(`| ${what} | ${count} |`);
  console.log();
};

interface Checked {
  readonly problem?: string;
  /** How many parts were compared. */
  readonly parts: number;
  /** An address stands in the text only when tags are left out of it: mail programs make no link of that. */
  readonly isDivided?: boolean;
}

/** What of the result is not as it should be. */
async function check(raw: Buffer, result: Stripped, plan: StripPlan): Promise<Checked> {
  if (!result.isRewritten || result.changes.length >= MAX_CHANGES) return { parts: 0 };
  const before = await untouchedOf(raw, result.changes);
  const after = await untouchedOf(result.bytes, result.changes);
  const parts = before.partCount;
  if (parts !== after.partCount) return { problem: `${parts} untouched parts became ${after.partCount}`, parts };
  if (!before.bytes.equals(after.bytes)) return { problem: 'bytes of untouched parts differ', parts };
  if (before.fields.join('') !== after.fields.join('')) return { problem: 'untouched header fields differ', parts };
  const left = plan.links === 'all' ? (await linksLeft(result.bytes)).filter(isInText) : [];
  const shown = left.length === 0 ? '' : await searchedText(result.bytes);
  const found = left.find(({ host, source }) => source !== 'text' || shown.includes(host));
  if (found !== undefined) return { problem: `a link of ${found.source} is left, to ${found.host}`, parts };
  return left.length === 0 ? { parts } : { isDivided: true, parts };
}

/** Pictures and documents are taken out whole or not at all. */
const isInText = ({ inFile, source }: Link): boolean => inFile === undefined && source !== 'qr-code';

/** What mail programs look for addresses in: plain text, and the text between two tags. */
async function searchedText(raw: Buffer): Promise<string> {
  const { text, html } = await parseMail(raw);
  const runs: string[] = [text];
  const ignore = (): void => undefined;
  walkTokens(html, { open: ignore, close: ignore, comment: ignore, text: (run) => void runs.push(run.text) });
  return runs.join('\n').toLowerCase();
}

const MAX_CHANGES = 1000; // a longer list is cut: which parts are untouched is not known then

const SAMPLE_MS = 10_000;

/** Damaged messages: nothing may throw, no result may fail to be read, memory stays. Failing seeds are printed. */
export async function measureMutatedStrip(dir: string, messageCount: number): Promise<void> {
  const corpus = openCorpus(dir);
  const random = seeded(9);
  const pool = Array.from(
    { length: 3000 },
    () => corpus.files[Math.floor(random.next() * corpus.files.length)],
  ).flatMap((file) => (file === undefined ? [] : (readMail(corpus, file.path) ?? [])));
  const small = pool.filter(({ length }) => length < 64 * 1024);
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  const rssMb: number[] = [];
  let sampledAt = 0;
  for (let seed = 0; seed < messageCount; seed++) {
    const raw = mutated(small[seed % small.length] as Buffer, seed);
    const plan = PLANS[seed % PLANS.length] as StripPlan;
    try {
      const result = await strip(raw, plan);
      const outcome = result.isRewritten
        ? 'rewritten'
        : `${result.refusal}: ${result.detail.replaceAll(/[\d.]+/g, 'n')}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const { problem } = await check(raw, result, plan);
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`);
    } catch (error) {
      wrong.push(`seed ${seed}: thrown ${String(error)}`);
    }
    if (performance.now() - sampledAt > SAMPLE_MS) {
      sampledAt = performance.now();
      rssMb.push(Math.round(process.memoryUsage.rss() / 1048576));
    }
  }
  console.log(
    `## Strip, damaged messages\n\n${messageCount} messages, ${wrong.length} differences; RSS MB: ${rssMb.join(' ')}\n`,
  );
  print(outcomes);
  for (const line of wrong.slice(0, MAX_LISTED)) console.log(`- ${line}`);
}
