import {
  type Change,
  type Comparison,
  type Damaged,
  damagedCount,
  type MailboxExports,
  type RescoreEnd,
  type RescoreMode,
  type RescoreProgress,
} from '../domain/rescore.ts';
import { UsageError } from './files.ts';
import { EXIT_INTERRUPTED, skipped } from './learn.ts';
import { counted, looking, pace, progressIn } from './progress.ts';
import type { Cli } from './session.ts';
import { printable } from './verdictText.ts';

/** All is done that can be, and some messages could not be judged: they are listed. */
export const EXIT_DAMAGED = 3;

export interface RescoreOptions {
  readonly mailbox: readonly string[];
  readonly tenant: string;
  readonly out?: string;
  readonly against: string;
  readonly learn?: boolean;
  readonly compare?: string;
  readonly processes?: string;
  readonly quiet?: boolean;
}

/** `tidemark rescore`: what would have been done with the mail of exports, and why. Answers the exit status. */
export async function rescoreExports(
  exports: readonly string[],
  { mailbox, tenant, out, compare, quiet, ...options }: RescoreOptions,
  cli: Cli,
  refused: number,
): Promise<number> {
  const mode = modeOf(options);
  if (out === '') throw new UsageError('--out: names no folder');
  if (compare !== undefined && out === undefined) throw new UsageError('--compare: needs --out');
  const progress = progressIn(cli, textOf);
  const signal = cli.interruption();
  const mailboxes = mailboxesOf(exports);
  let end: RescoreEnd;
  try {
    if (mailboxes !== undefined) end = await rescoreMailboxes(mailboxes);
    else
      end = await cli.rescoreExports(
        exports,
        { mailboxes: mailbox, tenant, mode, ...(out === undefined ? {} : { outDir: out }) },
        {
          signal,
          ...(quiet ? {} : { progress: progress.show }),
          ...(out === undefined ? { row: (row) => cli.out(`${JSON.stringify(row)}\n`) } : {}),
        },
      );
  } finally {
    progress.clear();
  }
  if (!quiet) (out === undefined ? cli.err : cli.out)(summary(end, out));
  if (!end.isComplete) return EXIT_INTERRUPTED;
  if (compare !== undefined && out !== undefined) cli.out(changes(await cli.compareRuns(compare, out)));
  if ((end.skippedCounts['no-mailbox'] ?? 0) > 0 && judgedCount(end) + end.sentCount === 0) return refused;
  return damagedCount(end) > 0 ? EXIT_DAMAGED : 0;

  async function rescoreMailboxes(all: readonly MailboxExports[]): Promise<RescoreEnd> {
    if (out === undefined) throw new UsageError('exports given as ADDRESS=PATH: they need --out');
    if (mailbox.length > 0) throw new UsageError('--mailbox: the exports say whose they are');
    const watcher = { signal, ...(quiet ? {} : { progress: progress.show }) };
    // One store is written by one process.
    const processCount = mode === 'learn' ? 1 : countOf(options.processes, cli.coreCount);
    return cli.rescoreMailboxes(all, { tenant, mode, outDir: out, processCount }, watcher);
  }
}

const MAX_PROCESSES = 256;

function countOf(typed: string | undefined, otherwise: number): number {
  const count = typed === undefined ? otherwise : Number(typed);
  if (Number.isSafeInteger(count) && count >= 1 && count <= MAX_PROCESSES) return count;
  throw new UsageError(`--processes: '${typed}' is no number from 1 to ${MAX_PROCESSES}`);
}

const OF_MAILBOX = /^([^\s/=]+@[^\s/=]+)=(.+)$/;

/** Of words that all have the form ADDRESS=PATH; undefined when none has. */
function mailboxesOf(words: readonly string[]): readonly MailboxExports[] | undefined {
  const pairs = words.map((word) => OF_MAILBOX.exec(word));
  if (pairs.every((pair) => pair === null)) return undefined;
  const byMailbox = new Map<string, string[]>();
  for (const pair of pairs) {
    const [, mailbox, path] = pair ?? [];
    if (mailbox === undefined || path === undefined)
      throw new UsageError('either all exports are given as ADDRESS=PATH, or none is');
    byMailbox.set(mailbox.toLowerCase(), [...(byMailbox.get(mailbox.toLowerCase()) ?? []), path]);
  }
  return [...byMailbox].map(([mailbox, exports]) => ({ mailbox, exports }));
}

function modeOf({ against, learn }: Pick<RescoreOptions, 'against' | 'learn'>): RescoreMode {
  if (against !== 'then' && against !== 'live')
    throw new UsageError(`--against: '${against}' is neither then nor live`);
  if (against === 'live' && learn) throw new UsageError('--learn: nothing is learned --against live');
  return learn ? 'learn' : against;
}

const judgedCount = ({ actions }: Pick<RescoreProgress, 'actions'>): number =>
  actions.deliver + actions.strip + actions.hold;

/** `12,000 of 20,000 messages, 400/s, 20 s left: 11,900 deliver, 40 strip, 10 hold, 50 sent, 0 damaged` */
export function textOf(progress: RescoreProgress, seconds: number): string {
  const { phase, foundCount, readCount, resumedCount, sentCount } = progress;
  if (phase === 'look') return looking(foundCount);
  const perSecond = seconds > 0 ? (readCount - resumedCount) / seconds : 0;
  return `${pace(readCount, foundCount, perSecond)}: ${actions(progress)}, ${counted(sentCount)} sent, ${counted(damagedCount(progress))} damaged`;
}

const actions = ({ actions: { deliver, strip, hold } }: RescoreProgress): string =>
  `${counted(deliver)} deliver, ${counted(strip)} strip, ${counted(hold)} hold`;

const MAX_SHOWN = 20;

function summary(end: RescoreEnd, out: string | undefined): string {
  const lines = [
    ...(end.wasComplete ? [`${out} holds the whole run already; nothing was done`] : []),
    `${counted(end.foundCount)} messages found: ${actions(end)} (${counted(end.repeatCount)} of them repeated), ${counted(end.sentCount)} sent, ${skipped(end)}; model ${end.modelVersion}`,
    ...(end.datesDisagreeCount > 0
      ? [
          `of ${counted(end.datesDisagreeCount)}, Received and Date are more than a day apart: judged at Received, unless that is no time to be believed`,
        ]
      : []),
    ...end.damaged.slice(0, MAX_SHOWN).map((one) => `  ${placeOf(one)}: ${one.reason}`),
    ...(damagedCount(end) > MAX_SHOWN ? ['  … all of them are rows whose outcome is skipped'] : []),
    ...(end.skippedCounts['no-mailbox'] === undefined
      ? []
      : ['no mailbox: give it by --mailbox ADDRESS, or set OWN_DOMAINS so that it is found in To and Cc']),
    ...(out === undefined || !end.isComplete
      ? []
      : [`results.jsonl, results.csv, results.parquet and report.html are in ${out}`]),
    ...(end.isComplete ? [] : [`interrupted${out === undefined ? '' : '; the same command goes on from here'}`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function changes({ counts, onlyInOldCount, onlyInNewCount, shown, path }: Comparison): string {
  const lines = [
    `against the earlier run: ${counted(counts['newly-stopped'])} newly stopped, ${counted(counts['newly-released'])} newly released, ${counted(counts['other-action'])} with another action; all in ${path}`,
    ...(onlyInOldCount + onlyInNewCount === 0
      ? []
      : [`stopped, and not in the other run: ${counted(onlyInOldCount)} then, ${counted(onlyInNewCount)} now`]),
    ...shown.map(changeText),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function changeText({ kind, before, now }: Change): string {
  const [why] = (kind === 'newly-released' ? before : now).reasons ?? [];
  const scores = `${before.action} ${percent(before.score)} → ${now.action} ${percent(now.score)}`;
  return `  ${kind}  ${scores}  ${now.from ?? ''} “${now.subject ?? ''}”: ${why?.sentence ?? ''}`;
}

const percent = (score = 0): string => `${(score * 100).toFixed(1)} %`;

const placeOf = ({ file, index, offset }: Damaged): string =>
  `${file}${index === undefined ? '' : ` message ${index}`}${offset === undefined ? '' : ` at byte ${offset}`}`;
