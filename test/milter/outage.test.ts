/** What a message waits for, and what it does not. */
import { expect, test } from '@jest/globals';
import { StoreAway } from '../../src/domain/ports.ts';
import { judge, type Score } from '../../src/milter/judge.ts';
import { outlasting } from '../../src/milter/outage.ts';
import { aVerdict } from '../http/service.ts';

const unheard = (): void => undefined;
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
  const answer = outlasting(score, { patienceMs: 5000, againMs: 10 })(REQUEST, unheard);
  setTimeout(well, 50);
  expect(await answer).toBe(SCORED);
});

test('in an outage that lasts nobody is kept waiting, and after it there is patience again', async () => {
  const { score, well, ill, tries } = ailing(AWAY);
  const patient = outlasting(score, { patienceMs: 1_000, againMs: 10 });
  await expect(patient(REQUEST, unheard)).rejects.toBe(AWAY);
  const before = tries();
  expect(before).toBeGreaterThan(2);
  await expect(patient(REQUEST, unheard)).rejects.toBe(AWAY);
  expect(tries()).toBe(before + 1);
  well();
  await patient(REQUEST, unheard);
  ill();
  const answer = patient(REQUEST, unheard);
  setTimeout(well, 30);
  expect(await answer).toBe(SCORED);
});

test('a bug is not tried again', async () => {
  const { score, tries } = ailing(new TypeError('a bug'));
  await expect(outlasting(score)(REQUEST, unheard)).rejects.toThrow('a bug');
  expect(tries()).toBe(1);
});

test('what keeps failing is given up, although other messages succeed meanwhile', async () => {
  const patient = outlasting(
    async ({ raw }) => {
      if (raw === REQUEST.raw) throw AWAY;
      return SCORED;
    },
    { patienceMs: 100, againMs: 10 },
  );
  const others = setInterval(() => void patient({ ...REQUEST, raw: Buffer.from('other') }, unheard), 5);
  try {
    await expect(patient(REQUEST, unheard)).rejects.toBe(AWAY);
  } finally {
    clearInterval(others);
  }
});

const judgedBy = (score: Score, limitMs = 1000) =>
  judge(REQUEST, { score, limitMs, progressMs: 1000, onProgress() {}, onProblem() {}, onDone() {} });

test.each([
  ['hold', true],
  ['strip', true],
  ['deliver', undefined],
  [undefined, undefined],
] as const)('judged as %s, and then it fails: dangerous is %s', async (decided, isDangerous) => {
  const outcome = await judgedBy(async (_request, onDecided) => {
    if (decided !== undefined) onDecided(decided);
    throw new TypeError('whatever it was');
  });
  expect(outcome).toEqual({ kind: 'failed', why: 'scoring failed', ...(isDangerous ? { isDangerous } : {}) });
});

test('judged to be held at the first try, and failing before that at the next: dangerous', async () => {
  let tries = 0;
  const score = outlasting(
    async (_request, onDecided) => {
      if (++tries === 1) onDecided('hold');
      throw AWAY;
    },
    { patienceMs: 30, againMs: 10 },
  );
  expect(await judgedBy(score)).toMatchObject({ kind: 'failed', isDangerous: true });
  expect(tries).toBeGreaterThan(1);
});

test('judged to be held, and writing that down takes too long: dangerous', async () => {
  const outcome = await judgedBy((_request, onDecided) => {
    onDecided('hold');
    return new Promise(() => undefined);
  }, 20);
  expect(outcome).toEqual({ kind: 'failed', why: 'no verdict within 20 ms', isDangerous: true });
});
