/** How far a long command is, where it does not say anything new for long. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { looking, progressIn } from '../../src/cli/progress.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const started = (isTerminal: boolean) => {
  const said: string[] = [];
  const progress = progressIn(
    { err: (text) => said.push(text), isTerminal, now: Date.now },
    ({ foundCount }: { phase: string; foundCount: number; readCount: number }) => looking(foundCount),
  );
  return { said, progress };
};

test('without a terminal a line every ten seconds, also while an archive is unpacked and nothing is found', () => {
  const { said, progress } = started(false);
  progress.show({ phase: 'look', foundCount: 0, readCount: 0 });
  jest.advanceTimersByTime(25_000);
  expect(said).toEqual(Array(2).fill('looking through the exports: 0 messages\n'));
  progress.show({ phase: 'look', foundCount: 500, readCount: 0 });
  jest.advanceTimersByTime(5000);
  expect(said.at(-1)).toBe('looking through the exports: 500 messages\n');
  expect(said).toHaveLength(3);
});

test('nothing is said before there is anything to say, nor after the end', () => {
  const { said, progress } = started(false);
  jest.advanceTimersByTime(20_000);
  progress.show({ phase: 'look', foundCount: 1, readCount: 0 });
  progress.clear();
  const count = said.length;
  jest.advanceTimersByTime(60_000);
  expect(said).toHaveLength(count);
});
