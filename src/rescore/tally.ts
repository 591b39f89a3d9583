/** What a run has counted; its state goes into the checkpoint and comes from there. */
import {
  type Damaged,
  isDamage,
  type RescoreCounts,
  type RescoreProgress,
  type RescoreRow,
} from '../domain/rescore.ts';

const MAX_DAMAGED = 100;

export interface TallyState extends RescoreCounts {
  readonly readCount: number;
  readonly damaged: readonly Damaged[];
}

const NOTHING: TallyState = {
  readCount: 0,
  actions: { deliver: 0, strip: 0, hold: 0 },
  sentCount: 0,
  repeatCount: 0,
  datesDisagreeCount: 0,
  skippedCounts: {},
  damaged: [],
};

export function newTally(from: TallyState = NOTHING) {
  const resumedCount = from.readCount;
  const actions = { ...from.actions };
  const skippedCounts = { ...from.skippedCounts };
  const damaged = [...from.damaged];
  let { readCount, sentCount, repeatCount, datesDisagreeCount } = from;
  const state = (): TallyState => ({
    readCount,
    actions: { ...actions },
    sentCount,
    repeatCount,
    datesDisagreeCount,
    skippedCounts: { ...skippedCounts },
    damaged,
  });
  return {
    add(row: RescoreRow): void {
      readCount += 1;
      if (row.outcome === 'sent') sentCount += 1;
      if (row.isRepeat) repeatCount += 1;
      if (row.datesDisagree) datesDisagreeCount += 1;
      if (row.action !== undefined) actions[row.action] += 1;
      const { skipped } = row;
      if (skipped === undefined) return;
      skippedCounts[skipped] = (skippedCounts[skipped] ?? 0) + 1;
      if (isDamage(skipped) && damaged.length < MAX_DAMAGED) damaged.push(damagedIn(row, skipped));
    },
    state,
    progress: (phase: RescoreProgress['phase'], foundCount: number): RescoreProgress => {
      const { damaged: _, ...counts } = state();
      return { ...counts, phase, foundCount, resumedCount };
    },
  };
}

const damagedIn = ({ file, index, offset }: RescoreRow, reason: Damaged['reason']): Damaged => ({
  file,
  ...(index === undefined ? {} : { index }),
  ...(offset === undefined ? {} : { offset }),
  reason,
});
