import { describe, expect, test } from '@jest/globals';
import { readAuthenticationResults, signatureDomain } from '../../src/parse/authenticationResults.ts';
import { cpuClock } from '../cpuTime.ts';

describe('readAuthenticationResults', () => {
  test.each([
    ['nothing was checked', 'mx.y.example; none', { authservId: 'mx.y.example', dkim: [] }],
    ['no result at all', 'mx.y.example', { authservId: 'mx.y.example', dkim: [] }],
    [
      'Gmail',
      'MX.Y.example;       dkim=pass header.i=@x.example header.s=s1 header.b="AbC/=";       spf=pass (y.example: domain of b@x.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=b@x.example;       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=x.example',
      {
        authservId: 'mx.y.example',
        spf: 'pass',
        spfDomain: 'x.example',
        dkim: [{ result: 'pass', domain: 'x.example' }],
        dmarc: 'pass',
        dmarcDomain: 'x.example',
      },
    ],
    [
      'Microsoft writes no authserv-id',
      'spf=softfail (sender IP is 192.0.2.7) smtp.mailfrom=x.example; dkim=none (message not signed) header.d=none;dmarc=fail action=quarantine header.from=x.example;compauth=fail reason=001',
      {
        authservId: '',
        spf: 'softfail',
        spfDomain: 'x.example',
        dkim: [{ result: 'none', domain: 'none' }],
        dmarc: 'fail',
        dmarcDomain: 'x.example',
      },
    ],
    [
      'version, methods with versions, blanks around "=", reason and quoted values',
      '"mx.y.example" 1; DKIM/1 = PASS reason="good; signature" header.d="x.example"; arc=pass (i=1); spf=hardfail smtp.mailfrom="b@x.example"',
      {
        authservId: 'mx.y.example',
        spf: 'fail',
        spfDomain: 'x.example',
        dkim: [{ result: 'pass', domain: 'x.example' }],
        arc: 'pass',
      },
    ],
    [
      'several signatures',
      'mx.y.example; dkim=fail header.d=a.example; dkim=pass header.d=b.example; dkim=wonderful header.d=c.example',
      {
        authservId: 'mx.y.example',
        dkim: [
          { result: 'fail', domain: 'a.example' },
          { result: 'pass', domain: 'b.example' },
        ],
      },
    ],
    [
      'MAIL FROM before HELO',
      'mx.y.example; spf=pass smtp.helo=mail.x.example; spf=fail smtp.mailfrom=x.example',
      { authservId: 'mx.y.example', spf: 'fail', spfDomain: 'x.example', dkim: [] },
    ],
    [
      'an address with "="',
      'mx.y.example; spf=pass smtp.mailfrom=bounce+ana=y.example@x.example',
      { authservId: 'mx.y.example', spf: 'pass', spfDomain: 'x.example', dkim: [] },
    ],
    [
      'a nested comment',
      'mx.y.example (a (b) c); spf=pass (d (e))',
      { authservId: 'mx.y.example', spf: 'pass', dkim: [] },
    ],
    [
      'a semicolon in a comment',
      'mx.y.example; spf=pass (a; dmarc=pass)',
      { authservId: 'mx.y.example', spf: 'pass', dkim: [] },
    ],
    [
      'a result in a quoted string',
      'mx.y.example; spf=fail reason="x; dmarc=pass"',
      { authservId: 'mx.y.example', spf: 'fail', dkim: [] },
    ],
    ['encoded-words', '=?utf-8?B?c3BmPXBhc3M=?=', { authservId: '', dkim: [] }],
    ['empty', '', { authservId: '', dkim: [] }],
  ])('%s', (_name, value, expected) => {
    expect(readAuthenticationResults(value)).toEqual(expected);
  });

  // Chen+ 2020 §4.3: the border copies what the client said into the header.
  test.each([
    [
      'A4 quote in d=',
      "mx.y.example; dkim=pass header.d=legitimate.example'a.attack.example",
      { dkim: [{ result: 'pass' }] },
    ],
    [
      'A5 open comment',
      'mx.y.example; spf=pass smtp.mailfrom=any@legitimate.example(a.attack.example; dmarc=fail header.from=legitimate.example',
      { dkim: [] },
    ],
    [
      'A6 quote in the address',
      "mx.y.example; spf=pass smtp.mailfrom=any@legitimate.example'@any.attack.example",
      { spf: 'pass', spfDomain: 'any.attack.example' },
    ],
    [
      'A7 route',
      "mx.y.example; spf=pass smtp.mailfrom=@legitimate.example,@any.example:'any@attack.example",
      { spf: 'pass', spfDomain: 'attack.example' },
    ],
    ['open quote', 'mx.y.example; spf=pass smtp.mailfrom="any@legitimate.example; dmarc=fail', { dkim: [] }],
    ['stray closing bracket', 'mx.y.example; spf=pass smtp.mailfrom=a) ; dmarc=pass', { dkim: [] }],
  ])('injection: %s', (_name, value, expected) => {
    const claim = readAuthenticationResults(value);
    expect(claim).toMatchObject({ authservId: 'mx.y.example', ...expected });
    expect(claim.dmarc).toBeUndefined();
    expect([claim.spfDomain, ...claim.dkim.map(({ domain }) => domain)]).not.toContain('legitimate.example');
  });

  test('what is too long says nothing, and hostile input is quick', () => {
    expect(readAuthenticationResults(`mx.y.example; spf=pass ${'x'.repeat(9_000)}`)).toEqual({
      authservId: '',
      dkim: [],
    });
    const spentMs = cpuClock();
    for (const piece of ['(', '"', '=', ';', '\\', 'a=b ', '()']) readAuthenticationResults(piece.repeat(4_000));
    expect(spentMs()).toBeLessThan(200);
  });
});

test.each([
  ['v=1; a=rsa-sha256; d=X.example; s=s1; b=abc', 'x.example'],
  ['v=1; d = mail.x. example ; b=abc', 'mail.x.example'],
  ["v=1; d=x.example'y", undefined],
  ['v=1; bd=x.example', undefined],
  ['', undefined],
])('signatureDomain %j', (value, expected) => {
  expect(signatureDomain(value)).toBe(expected);
});
