/** How far a long command is: a bar on a terminal, redrawn; elsewhere a line now and then. On standard error, so that --json stays clean. */
import type { HistoryProgress } from '../domain/history.ts';
import type { Cli } from './session.ts';

const REDRAW_MS = 200;
const LINE_MS = 10_000;
const LOOK_MS = 1000; // whether it is time for a line: a large archive is unpacked for minutes before there is anything new to tell
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[K';

/** As far as a bar needs it: first the exports are looked through, then there is work on each message. */
interface Phased {
  readonly phase: string;
  readonly foundCount: number;
  readonly readCount: number;
}

export interface Progress<P> {
  readonly show: (progress: P) => void;
  /** The end: removes the bar, so that something else can be said. */
  clear(): void;
}

export const progressOn = (cli: Screen): Progress<HistoryProgress> => progressIn(cli, textOf);

type Screen = Pick<Cli, 'err' | 'isTerminal' | 'now'>;

/** `wordsOf` is told how many seconds there has been work on messages. */
export function progressIn<P extends Phased>(
  { err, isTerminal, now }: Screen,
  wordsOf: (progress: P, seconds: number) => string,
): Progress<P> {
  const every = isTerminal ? REDRAW_MS : LINE_MS;
  let shownAt = now();
  let working: { readonly startedAt: number } | undefined;
  let isDrawn = false;
  let latest: P | undefined;
  const draw = (): void => {
    const at = now();
    if (latest === undefined || at - shownAt < every) return;
    shownAt = at;
    const seconds = working === undefined ? 0 : (at - working.startedAt) / 1000;
    if (isTerminal) {
      err(`${CLEAR_LINE}${barOf(latest)}${wordsOf(latest, seconds)}`);
      isDrawn = true;
    } else err(`${wordsOf(latest, seconds)}\n`);
  };
  const timer = setInterval(draw, LOOK_MS).unref();
  return {
    show(progress) {
      latest = progress;
      if (progress.phase !== 'look') working ??= { startedAt: now() };
      draw();
    },
    clear() {
      clearInterval(timer);
      if (isDrawn) err(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

function barOf({ phase, readCount, foundCount }: Phased): string {
  if (phase === 'look') return '';
  const done = Math.round((BAR_WIDTH * readCount) / Math.max(1, foundCount));
  return `[${'='.repeat(done)}${' '.repeat(BAR_WIDTH - done)}] `;
}

/** `12,000 of 20,000 messages, 1,500/s, 6 s left: 11,900 learned, 80 known, 20 skipped` */
export function textOf(progress: HistoryProgress, seconds: number): string {
  const { phase, foundCount, readCount, learnedCount, knownCount, resumedCount, skippedCounts } = progress;
  if (phase === 'look') return looking(foundCount);
  const skippedCount = Object.values(skippedCounts).reduce((sum, n) => sum + n, 0);
  const perSecond = seconds > 0 ? Math.max(0, learnedCount + knownCount - resumedCount) / seconds : 0;
  return `${pace(readCount, foundCount, perSecond)}: ${counted(learnedCount)} learned, ${counted(knownCount)} known, ${counted(skippedCount)} skipped`;
}

export const looking = (foundCount: number): string => `looking through the exports: ${counted(foundCount)} messages`;

/** `12,000 of 20,000 messages, 1,500/s, 6 s left` */
export function pace(readCount: number, foundCount: number, perSecond: number): string {
  const left = perSecond > 0 ? `, ${counted(perSecond)}/s, ${duration((foundCount - readCount) / perSecond)} left` : '';
  return `${counted(readCount)} of ${counted(foundCount)} messages${left}`;
}

export const counted = (count: number): string => Math.round(count).toLocaleString('en');

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
