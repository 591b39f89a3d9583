import { expect, test } from '@jest/globals';
import { createTurns } from '../../src/http/turns.ts';

const open = () => Promise.withResolvers<void>();

test('so many at once, so many wait in order, the next is turned away', async () => {
  const takeTurn = createTurns(2, 2);
  const begun: number[] = [];
  const gates = Array.from({ length: 4 }, open);
  const runs = gates.map(({ promise }, at) =>
    takeTurn(() => {
      begun.push(at);
      return promise;
    }),
  );
  await expect(takeTurn(async () => undefined)).rejects.toMatchObject({ code: 'overloaded' });
  expect(begun).toEqual([0, 1]);
  gates[1]?.resolve();
  await runs[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of gates) resolve();
  await Promise.all(runs);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('work that fails gives its place back', async () => {
  const takeTurn = createTurns(1, 0);
  await expect(takeTurn(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  expect(await takeTurn(async () => 'next')).toBe('next');
});
