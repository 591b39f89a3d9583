import { describe, expect, test } from '@jest/globals';
import { written } from './written.ts';

const seal = (tags: string): string => `ARC-Seal: ${tags}`;
const results = (value: string): string => `ARC-Authentication-Results: ${value}`;
const read = async (...headers: readonly string[]) => (await written(headers)).arcSets;

describe('ARC sets', () => {
  test('newest first, by number and not by place', async () => {
    const sets = await read(
      seal('i=1; a=rsa-sha256; cv=none; d=lists.example; s=x; b=AA=='),
      seal('i=2; a=rsa-sha256; cv=pass; d=Forwarder.Example; s=x;\r\n b=AA=='),
      results('i=2; mx.forwarder.example; arc=pass'),
      results(
        'i=1; mx.lists.example 1; spf=pass smtp.mailfrom=partner.example; dmarc=pass header.from=partner.example',
      ),
    );
    expect(sets).toEqual([
      {
        instance: 2,
        sealer: 'forwarder.example',
        claim: { authservId: 'mx.forwarder.example', dkim: [], arc: 'pass' },
      },
      {
        instance: 1,
        sealer: 'lists.example',
        claim: {
          authservId: 'mx.lists.example',
          spf: 'pass',
          spfDomain: 'partner.example',
          dkim: [],
          dmarc: 'pass',
          dmarcDomain: 'partner.example',
        },
      },
    ]);
  });

  test.each([
    ['no results', [seal('i=1; d=a.example')]],
    ['no seal', [results('i=1; a.example; dmarc=pass')]],
    ['no domain', [seal('i=1; s=x'), results('i=1; a.example; dmarc=pass')]],
    ['other numbers', [seal('i=2; d=a.example'), results('i=1; a.example; dmarc=pass')]],
    ['results without a number', [seal('i=1; d=a.example'), results('a.example; i=1; dmarc=pass')]],
    ['none', []],
  ])('%s: none', async (_name, headers) => {
    expect(await read(...headers)).toEqual([]);
  });

  test('at most fifty', async () => {
    const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
    const sets = await read(
      ...numbers.flatMap((i) => [seal(`i=${i}; d=a.example`), results(`i=${i}; a.example; dmarc=pass`)]),
    );
    expect(sets).toHaveLength(50);
  });
});
