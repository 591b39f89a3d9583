import { expect, test } from '@jest/globals';
import { readDate } from '../../src/parse/dates.ts';

const NOON = Date.UTC(2026, 10, 24, 12);

test.each([
  ['Tue, 24 Nov 2026 12:00:00 +0000', NOON, 0],
  ['Tue, 24 Nov 2026 14:00:00 +0200 (CEST)', NOON, 120],
  ['24 Nov 2026 06:30:00 -0530', NOON, -330],
  ['Tue, 24 Nov 2026 12:00:00 GMT', NOON, 0],
  ['Tue, 24 Nov 2026 07:00:00 EST', NOON, -300],
  ['Tue, 24 Nov 2026 12:00:00 -0000', NOON, 0],
  ['Tue, 24 Nov 2026 12:00:00 +0000.752_9209', NOON, 0],
  ['Tue, 24 Nov 2026 12:00:00', NOON, undefined],
  ['Tue Nov 24 12:00:00 2026', NOON, undefined],
])('%s', (text, at, zoneMinutes) => {
  expect(readDate(text)).toEqual({ at, ...(zoneMinutes === undefined ? {} : { zoneMinutes }) });
});

test.each([
  '',
  'now',
  '+0000',
  'x'.repeat(10_000),
  'Tue, 24 Nov 9999 12:00:00 +0000',
  'Tue, 24 Nov 1926 12:00:00 +0000',
])('no date: %.40s', (text) => {
  expect(readDate(text)).toBeUndefined();
});
