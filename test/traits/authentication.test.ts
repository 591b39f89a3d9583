import { describe, expect, test } from '@jest/globals';
import { authentication } from '../../src/traits/authentication.ts';
import { written } from '../parse/written.ts';

const OURS = { authservIds: ['MX.acme.example'] };
const header = (value: string): string => `Authentication-Results: ${value}`;
const read = async (...headers: readonly string[]) => authentication(await written(headers), OURS);

describe('whom to believe', () => {
  test.each([
    ['our own', [header('mx.acme.example; dmarc=pass')], 'pass'],
    [
      'the topmost of ours',
      [header('mx.acme.example; spf=fail; dmarc=fail'), header('mx.acme.example; spf=pass; dmarc=pass')],
      'fail',
    ],
    ['ours under a stranger', [header('mx.evil.example; dmarc=pass'), header('mx.acme.example; dmarc=fail')], 'fail'],
    [
      'ours under the Received lines and results of relays inside',
      [
        'Received: from mx.acme.example by store.acme.example; Tue, 24 Nov 2026 12:00:02 +0100',
        header('store.acme.example; dmarc=pass'),
        'Received: from filter.acme.example by mx2.acme.example; Tue, 24 Nov 2026 12:00:01 +0100',
        header('mx.acme.example; dmarc=fail'),
        'Received: from out.partner.example by mx.acme.example; Tue, 24 Nov 2026 12:00:00 +0100',
        header('mx.acme.example; dmarc=pass'),
      ],
      'fail',
    ],
    ['a stranger alone', [header('mx.evil.example; dmarc=pass')], undefined],
    ['no authserv-id', [header('dmarc=pass')], undefined],
    ['a longer name', [header('mx.acme.example.evil.example; dmarc=pass')], undefined],
    ['none', [], undefined],
  ])('%s', async (_name, headers, dmarc) => {
    expect((await read(...headers))?.dmarc).toBe(dmarc);
  });

  test('an empty configuration believes nobody', async () => {
    const mail = await written([header('dmarc=pass'), header('mx.acme.example; dmarc=pass')]);
    expect([authentication(mail, { authservIds: [] }), authentication(mail, { authservIds: [''] })]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('one header per method', () => {
  const DMARC = header('mx.acme.example; dmarc=none header.from=partner.example');
  const SPF = header('mx.acme.example; spf=pass smtp.mailfrom=partner.example');
  const DKIM = header('mx.acme.example; dkim=pass header.d=partner.example');
  const RECEIVED = 'Received: from x.example by mx.acme.example; Tue, 24 Nov 2026 12:00:00 +0100';

  test('they add up', async () => {
    expect(await read(DMARC, SPF, DKIM)).toEqual({
      authservId: 'mx.acme.example',
      spf: 'pass',
      spfDomain: 'partner.example',
      dkim: 'pass',
      dkimPassDomains: ['partner.example'],
      dmarc: 'none',
      isAligned: true,
    });
  });

  test.each([
    ['something stands between', [DMARC, RECEIVED, DKIM]],
    ['the first holds several methods', [header('mx.acme.example; dmarc=none; spf=none'), DKIM]],
    ['a method comes again', [header('mx.acme.example; spf=pass'), SPF, DKIM]],
    [
      'the next holds several',
      [DMARC, header('mx.acme.example; spf=pass smtp.mailfrom=partner.example; dkim=pass header.d=partner.example')],
    ],
    ['another speaks', [DMARC, header('mx.evil.example; dkim=pass header.d=partner.example')]],
  ])('not when %s', async (_name, headers) => {
    expect(await read(...headers)).toMatchObject({ dkim: 'none', isAligned: false });
  });
});

describe('alignment', () => {
  test.each([
    ['DMARC passed', 'dmarc=pass', true],
    ['DMARC passed for From', 'dmarc=pass header.from=mail.partner.example', true],
    ['DMARC passed for another From', 'dmarc=pass header.from=evil.example', false],
    ['SPF of a subdomain', 'spf=pass smtp.mailfrom=b@bounce.partner.example', true],
    ['SPF of another', 'spf=pass smtp.mailfrom=b@evil.example', false],
    ['SPF failed', 'spf=fail smtp.mailfrom=b@partner.example', false],
    ['one of two signatures', 'dkim=pass header.d=tool.example; dkim=pass header.d=partner.example', true],
    ['a failed signature', 'dkim=fail header.d=partner.example', false],
    ['a look-alike', 'dkim=pass header.d=notpartner.example', false],
    ['nothing', 'none', false],
  ])('%s', async (_name, results, isAligned) => {
    expect((await read(header(`mx.acme.example; ${results}`)))?.isAligned).toBe(isAligned);
  });

  test('without a From nothing is aligned', async () => {
    expect(await read('From: nobody', header('mx.acme.example; dmarc=pass'))).toMatchObject({
      dmarc: 'pass',
      isAligned: false,
    });
  });

  test('what was not checked is none', async () => {
    expect(await read(header('mx.acme.example; none'))).toEqual({
      authservId: 'mx.acme.example',
      spf: 'none',
      dkim: 'none',
      dmarc: 'none',
      dkimPassDomains: [],
      isAligned: false,
    });
  });
});
