/** Rewritten mail, signed: whoever asks DNS for the key finds it genuine. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSealer } from '../../src/authenticate/seal.ts';
import type { Verification } from '../../src/domain/mail.ts';
import type { Sealer } from '../../src/domain/ports.ts';
import { strip, withTopFields } from '../../src/verdict/strip.ts';
import { ED25519_KEY, KEY, keyOf, mail, sealed, signed } from './signing.ts';
import { RECEIVED_AT, startVerifier, type Verifier } from './verifier.ts';

const SEEN: Verification = {
  authservId: 'own',
  spf: 'pass',
  spfDomain: 'partner.example',
  dkim: [{ result: 'pass', domain: 'partner.example' }],
  dmarc: 'pass',
  dmarcDomain: 'partner.example',
  hasManyAuthors: false,
  isIncomplete: false,
  defects: [],
};

let verifier: Verifier;
let sealer: Sealer;
beforeAll(async () => {
  verifier = await startVerifier({
    ...keyOf('partner.example'),
    ...keyOf('acme.example'),
    ...keyOf('list.example'),
    ...keyOf('edge.example', ED25519_KEY),
  });
  sealer = await openSealer({ domain: 'acme.example', selector: 's', privateKey: KEY.privateKey });
});
afterAll(() => verifier.close());

async function stripped(raw: string | Buffer) {
  const result = await strip(Buffer.from(raw), { links: 'all', files: new Map(), banner: 'Be careful.' });
  if (!result.isRewritten) throw new Error(result.detail);
  return result;
}

const resultsFor = (claim: Verification | undefined, domain: string): readonly string[] =>
  claim?.dkim.filter((one) => one.domain === domain).map(({ result }) => result) ?? [];

describe('DKIM', () => {
  test.each([
    ['CRLF', (raw: string) => raw],
    ['bare LF', (raw: string) => raw.replaceAll('\r\n', '\n')],
  ])('ours passes where the author’s fails, %s', async (_name, lines) => {
    const raw = lines(await signed(mail(), 'partner.example'));
    const result = await stripped(raw);
    const whole = withTopFields(result, await sealer.seal(result.bytes, undefined, RECEIVED_AT - 1000));
    expect(whole.headers.map(({ kind, name }) => [kind, name])).toEqual([['top', 'DKIM-Signature']]);
    expect(whole.bytes.subarray(-whole.body.length).equals(result.body)).toBe(true);
    expect(whole.bytes.includes('\r\n')).toBe(lines('\r\n') === '\r\n');
    const claim = await verifier.verify(whole.bytes);
    expect(resultsFor(claim, 'acme.example')).toEqual(['pass']);
    expect(resultsFor(claim, 'partner.example')).toEqual(['fail']);
  });
  test('Ed25519', async () => {
    const edge = await openSealer({ domain: 'edge.example', selector: 's', privateKey: ED25519_KEY.privateKey });
    const result = await stripped(mail());
    const whole = withTopFields(result, await edge.seal(result.bytes, undefined, RECEIVED_AT - 1000));
    expect(resultsFor(await verifier.verify(whole.bytes), 'edge.example')).toEqual(['pass']);
  });
});

describe('ARC', () => {
  test('a first set says what was seen before', async () => {
    const result = await stripped(await signed(mail(), 'partner.example'));
    const whole = withTopFields(result, await sealer.seal(result.bytes, SEEN, RECEIVED_AT - 1000));
    expect(whole.headers.map(({ name }) => name)).toEqual([
      'ARC-Seal',
      'ARC-Message-Signature',
      'ARC-Authentication-Results',
      'DKIM-Signature',
    ]);
    expect(whole.bytes.toString()).toContain(
      'ARC-Authentication-Results: i=1; acme.example; spf=pass smtp.mailfrom=partner.example; dkim=pass header.d=partner.example; dmarc=pass header.from=partner.example',
    );
    expect(await verifier.verify(whole.bytes)).toMatchObject({ arc: 'pass' });
  });
  test('a chain that passed goes on', async () => {
    const result = await stripped(await sealed(mail(), 'list.example', 'dmarc=pass'));
    const whole = withTopFields(result, await sealer.seal(result.bytes, { ...SEEN, arc: 'pass' }, RECEIVED_AT - 1000));
    expect(whole.bytes.toString()).toMatch(/ARC-Seal: i=2;[^\n]*cv=pass/);
    expect(await verifier.verify(whole.bytes)).toMatchObject({ arc: 'pass' });
  });
  test('one that failed stays failed', async () => {
    const result = await stripped(await sealed(mail(), 'list.example', 'dmarc=pass'));
    const whole = withTopFields(result, await sealer.seal(result.bytes, { ...SEEN, arc: 'fail' }, RECEIVED_AT - 1000));
    expect(await verifier.verify(whole.bytes)).toMatchObject({ arc: 'fail' });
  });
});

test('a domain that its sender made up says nothing in our name', async () => {
  const seen: Verification = {
    ...SEEN,
    spf: 'none',
    dmarc: 'fail',
    spfDomain: '[x;dmarc=pass]',
    dmarcDomain: 'a;dkim=pass',
  };
  const result = await stripped(mail());
  const [, , results] = await sealer.seal(result.bytes, seen, RECEIVED_AT);
  expect(results?.value).toBe('i=1; acme.example; spf=none; dkim=pass header.d=partner.example; dmarc=fail');
});

test('what cannot be signed stays unsigned', async () => {
  expect(await sealer.seal(Buffer.from('\r\nno header'), SEEN, RECEIVED_AT)).toEqual([]);
});
test('a key that is none is said at once', async () => {
  await expect(openSealer({ domain: 'acme.example', selector: 's', privateKey: 'none' })).rejects.toThrow();
});
