import { afterAll, expect, test } from '@jest/globals';
import type { StripPlan } from '../src/domain/strip.ts';
import { openStripper } from '../src/stripApart.ts';
import { strip } from '../src/verdict/strip.ts';
import { HEAD, mail } from './verdict/strip/mails.ts';

const PLAN: StripPlan = {
  links: [{ to: 'evil.example' }],
  files: new Map([['ff', { why: 'It runs.' }]]),
  banner: 'Be careful.',
};
const WORDING = { lockPage: { template: 'https://lock.example/{token}', secret: 's' } };
const large = mail(...HEAD, '', 'See https://evil.example/x\r\n'.repeat(20_000));

const stripper = openStripper();
const hurried = openStripper({ timeoutMs: 1, workerHeapMb: 256, inlineBytes: 1_000 });
afterAll(async () => {
  await stripper.close();
  await hurried.close();
});

test('a large message is rewritten in a worker as it would be here', async () => {
  const small = mail(...HEAD, '', 'See https://evil.example/x\r\n'.repeat(9_000));
  expect(small.length).toBeGreaterThan(192 * 1024);
  const [apart, here] = [await stripper.strip(small, PLAN, WORDING), await strip(small, PLAN, WORDING)];
  expect(here.isRewritten).toBe(true);
  expect(apart).toEqual(here);
  expect(apart.isRewritten && Buffer.isBuffer(apart.bytes)).toBe(true);
});
test('a small one here', async () => {
  const small = mail(...HEAD, '', 'See https://evil.example/x\r\n');
  expect(await hurried.strip(small, PLAN)).toEqual(await strip(small, PLAN));
});
test('an error of the worker stays no silence, and is no limit', async () => {
  const uncloneable = { ...PLAN, banner: (() => 'Be careful.') as unknown as string };
  expect(await hurried.strip(large, uncloneable)).toMatchObject({
    refusal: 'untraceable',
    detail: expect.stringContaining('could not be cloned'),
  });
});
test('what takes too long stays as it is, and the next one is served', async () => {
  const late = { isRewritten: false, refusal: 'over-limit', detail: 'rewriting was stopped: over 1 ms' };
  expect(await hurried.strip(large, PLAN)).toEqual(late);
  expect(await stripper.strip(large, PLAN)).toMatchObject({ refusal: 'over-limit', detail: 'over 10000 links' });
});
