/** 200,000 packets are `npm run bench -- --only milter-fuzz`; a tenth is enough to notice a break. */
import { expect, test } from '@jest/globals';
import { fuzzMilter } from '../../bench/speed/milterFuzz.ts';

test('random and mutated packets in every state of a session', async () => {
  const { failures, packets, refused, sessions, answered } = await fuzzMilter(20_000);
  expect(failures).toEqual([]);
  expect(packets).toBeGreaterThanOrEqual(20_000);
  // All ways out were taken, or the noise was no test.
  expect(refused).toBeGreaterThan(sessions / 10);
  expect(answered.deliver).toBeGreaterThan(50);
  expect(answered.strip).toBeGreaterThan(100);
}, 120_000);

test('the same where what is held is kept here: nothing that the MTA is told to forget is lost', async () => {
  const { failures, answered, problems } = await fuzzMilter(10_000, 1, 'custody');
  expect(failures).toEqual([]);
  expect(answered.custody).toBeGreaterThan(50);
  expect(problems['custody-full']).toBeGreaterThan(0);
}, 120_000);
