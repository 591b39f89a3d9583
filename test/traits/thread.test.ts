import { describe, expect, test } from '@jest/globals';
import { thread } from '../../src/traits/thread.ts';
import { written } from '../parse/written.ts';

const read = async (...headers: readonly string[]) => thread(await written(headers));

describe('subject', () => {
  test.each([
    ['Offer 12', 'offer 12', false, false],
    ['Re: Offer 12', 'offer 12', true, false],
    ['RE: re: AW:  Offer   12', 'offer 12', true, false],
    ['Re[2]: Offer', 'offer', true, false],
    ['SV (3): Offer', 'offer', true, false],
    ['Antw：Offer', 'offer', true, false],
    ['Fwd: Offer', 'offer', false, true],
    ['WG: AW: Offer', 'offer', true, true],
    ['Re: Fwd: Offer', 'offer', true, false],
    ['[dev] Re: [dev] Offer', '[dev] offer', true, false],
    ['[dev] Re: Offer', '[dev] offer', true, false],
    ['Re: [PATCH 1/2] fix', '[patch 1/2] fix', true, false],
    ['[PATCH 1/2] fix', '[patch 1/2] fix', false, false],
    ['Report: numbers', 'report: numbers', false, false],
    ['Regarding: numbers', 'regarding: numbers', false, false],
    ['Re', 're', false, false],
    ['', '', false, false],
    [`${'Re: '.repeat(60)}x`, `${'re: '.repeat(40)}x`, true, false],
  ])('%s', async (subject, baseSubject, claimsReply, isForward) => {
    expect(await read(`Subject: ${subject}`)).toMatchObject({ baseSubject, claimsReply, isForward });
  });
});

describe('ancestors', () => {
  test('newest first, once each, at most 12', async () => {
    const references = Array.from({ length: 20 }, (_, i) => `<${i}@x.example>`).join(' ');
    const { ancestors } = await read('In-Reply-To: <19@x.example>', `References: ${references}`);
    expect(ancestors).toHaveLength(12);
    expect(ancestors.slice(0, 3)).toEqual(['19@x.example', '18@x.example', '17@x.example']);
  });

  test('In-Reply-To alone, and never the mail itself', async () => {
    expect(await read('In-Reply-To: <a@x.example>', 'References: <m1@partner.example>')).toMatchObject({
      messageId: 'm1@partner.example',
      inReplyTo: 'a@x.example',
      ancestors: ['a@x.example'],
    });
    expect((await read()).ancestors).toEqual([]);
  });
});
