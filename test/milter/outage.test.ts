/** What a message waits for, and what it does not. */
import { expect, test } from '@jest/globals';
import { StoreAway } from '../../src/domain/ports.ts';
import { judge } from '../../src/milter/judge.ts';
import { outlasting } from '../../src/milter/outage.ts';
import { aVerdict } from '../http/service.ts';

const REQUEST = { tenant: 'default', raw: Buffer.from('x'), mailboxes: [], learn: 'auto' } as const;
const SCORED = { verdict: aVerdict() };
const AWAY = new StoreAway('the store is away', undefined);

/** Fails as told until `well` is called. */
function ailing(error: Error) {
  let isWell = false;
  let count = 0;
  const score = async () => {
    count++;
    if (!isWell) throw error;
    return SCORED;
  };
  return { score, well: () => (isWell = true), ill: () => (isWell = false), tries: () => count };
}

test('a store that comes back is waited for', async () => {
  const { score, well } = ailing(AWAY);
  const answer = outlasting(score, { patienceMs: 5000, againMs: 10 })(REQUEST);
  setTimeout(well, 50);
  expect(await answer).toBe(SCORED);
});

test('in an outage that lasts nobody is kept waiting, and after it there is patience again', async () => {
  const { score, well, ill, tries } = ailing(AWAY);
  const patient = outlasting(score, { patienceMs: 100, againMs: 10 });
  await expect(patient(REQUEST)).rejects.toBe(AWAY);
  const before = tries();
  expect(before).toBeGreaterThan(2);
  await expect(patient(REQUEST)).rejects.toBe(AWAY);
  expect(tries()).toBe(before + 1);
  well();
  await patient(REQUEST);
  ill();
  const answer = patient(REQUEST);
  setTimeout(well, 30);
  expect(await answer).toBe(SCORED);
});

test('a bug is not tried again', async () => {
  const { score, tries } = ailing(new TypeError('a bug'));
  await expect(outlasting(score)(REQUEST)).rejects.toThrow('a bug');
  expect(tries()).toBe(1);
});

test.each([
  ['hold', true],
  ['strip', true],
  ['deliver', undefined],
  [undefined, undefined],
] as const)('judged as %s, and not written down: dangerous is %s', async (decided, isDangerous) => {
  const outcome = await judge(REQUEST, {
    score: async () => {
      throw new StoreAway('full', undefined, decided);
    },
    scoreLimitMs: 1000,
    progressMs: 1000,
    onProgress() {},
    onProblem() {},
    onDone() {},
  });
  expect(outcome).toEqual({ kind: 'failed', why: 'scoring failed', ...(isDangerous ? { isDangerous } : {}) });
});
