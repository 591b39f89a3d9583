import { expect, test } from '@jest/globals';
import { arrivals } from '../src/exportOrder.ts';

const NOW = Date.UTC(2026, 11, 1);

test.each<[string, readonly (number | undefined)[], readonly number[]]>([
  ['as they tell', [5, 3].map((day) => Date.UTC(2026, 10, day)), [5, 3].map((day) => Date.UTC(2026, 10, day))],
  [
    'one that does not tell comes with the one before',
    [Date.UTC(2020, 0), undefined],
    [Date.UTC(2020, 0), Date.UTC(2020, 0)],
  ],
  ['a time to come is none', [Date.UTC(2020, 0), NOW + 1], [Date.UTC(2020, 0), Date.UTC(2020, 0)]],
  ['the epoch is none', [0, Date.UTC(2020, 0), 1, Date.UTC(1989, 11, 31)], [NOW, ...Array(3).fill(Date.UTC(2020, 0))]],
  ['old mail is mail', [Date.UTC(1990, 0, 1)], [Date.UTC(1990, 0, 1)]],
])('arrivals: %s', (_what, told, expected) => {
  const timeOf = arrivals(NOW);
  expect(told.map((dateAt) => timeOf(dateAt === undefined ? {} : { dateAt }))).toEqual(expected);
});

test('arrivals: Received before Date, and Date where Received is no time to be believed', () => {
  const timeOf = arrivals(NOW);
  const [day, dateAt] = [Date.UTC(2026, 10, 5), Date.UTC(2026, 10, 3)];
  expect([day, 0, NOW + 1].map((receivedAt) => timeOf({ receivedAt, dateAt }))).toEqual([day, dateAt, dateAt]);
});
