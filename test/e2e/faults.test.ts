/**
 * Broken under load, between two private Postfixes: no message is lost, none comes twice, none goes by unseen, and no lure goes by because
 * its verdict could not be written down. All faults, with thousands of messages, are `npm run bench -- faults`.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { diskFull, killed, storeStopped } from '../../bench/faults/faults.ts';
import { type FaultReport, runFault } from '../../bench/faults/run.ts';
import { whyNoSmallDisk } from '../../bench/faults/smallDisk.ts';
import { canRunPostfix, WHY_NOT } from './postfix.ts';

const MESSAGES = 300;
const AT_ONCE = 0; // of the messages come before the fault: a quick machine would be done with them
const [STRIPPED, HELD] = [30, 30]; // as the load's mix has it: bench/faults/load.ts

const throughPostfix = canRunPostfix ? describe : describe.skip;
const noDisk = canRunPostfix ? whyNoSmallDisk(join(tmpdir(), `tidemark-no-disk-${process.pid}`)) : undefined;
const onSmallDisk = noDisk === undefined ? test : test.skip;

function expectAllThere(report: FaultReport): void {
  expect(report).toMatchObject({ messages: MESSAGES, lost: 0, twice: 0, unmarked: 0, atSender: 0, badEnds: [] });
  expect(report).toMatchObject({ maildir: MESSAGES - HELD, hold: HELD, stripped: STRIPPED });
}

throughPostfix(`faults under load${canRunPostfix ? '' : `: skipped, ${WHY_NOT}`}`, () => {
  test('kill -9', async () => {
    const report = await runFault(killed(2, MESSAGES));
    expectAllThere(report);
    expect(report).toMatchObject({ struck: 2, unscored: 0 });
    expect(report.refusedForNow).toBeGreaterThan(0); // the kills struck
  }, 90_000);

  test('a store that is away for a moment is waited for, and nothing goes by unscored', async () => {
    const report = await runFault(storeStopped('accept', 3000, MESSAGES, AT_ONCE));
    expectAllThere(report);
    expect(report.unscored).toBe(0);
    expect(report.longestPauseSeconds).toBeGreaterThan(2); // it was away
  }, 90_000);

  test('in custody: a store that is away for a moment loses nothing that is held, or is just being given back', async () => {
    const report = await runFault(storeStopped('accept', 3000, MESSAGES, AT_ONCE), { hold: 'custody' });
    expect(report).toMatchObject({ lost: 0, twice: 0, unmarked: 0, unscored: 0, atSender: 0, damaged: 0, badEnds: [] });
    // Every second of what is held is given back.
    expect(report).toMatchObject({
      maildir: MESSAGES - HELD + 16,
      hold: 0,
      custody: HELD - 16,
      released: 16,
      releasedAgain: 0,
    });
    expect(report.stripped).toBe(STRIPPED);
    expect(report.longestPauseSeconds).toBeGreaterThan(2); // it was away
  }, 90_000);

  onSmallDisk(
    `a disk that is full for longer than messages wait${noDisk === undefined ? '' : `: skipped, ${noDisk}`}`,
    async () => {
      const report = await runFault(diskFull('accept', 13_000, MESSAGES, AT_ONCE));
      expectAllThere(report);
      expect(report.unscored).toBeGreaterThan(0); // ON_FAILURE=accept, for ordinary mail
    },
    90_000,
  );
});
