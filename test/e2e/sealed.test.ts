/** Rewritten and signed mail through a real Postfix: what arrives is what was signed, though the milter can only change headers one by one. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSealer } from '../../src/authenticate/seal.ts';
import type { Verification } from '../../src/domain/mail.ts';
import type { IntakeRequest } from '../../src/domain/service.ts';
import { type MilterListener, startMilter } from '../../src/milter/listen.ts';
import { strip, withTopFields } from '../../src/verdict/strip.ts';
import { KEY, keyOf, mail, sealed, signed } from '../authenticate/signing.ts';
import { RECEIVED_AT, startVerifier, type Verifier } from '../authenticate/verifier.ts';
import { aVerdict } from '../http/service.ts';
import { until } from './golden.ts';
import { CONNECTIONS, MILTER_PARTS } from './milterParts.ts';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from './postfix.ts';
import { openSmtp } from './smtp.ts';

const throughPostfix = canRunPostfix ? describe : describe.skip;

const LINK = 'See https://bad.example/login now.\r\n';
const seen = (arc: 'none' | 'pass'): Verification => ({
  authservId: 'own',
  spf: 'pass',
  spfDomain: 'partner.example',
  dkim: [{ result: 'pass', domain: 'partner.example' }],
  dmarc: 'pass',
  dmarcDomain: 'partner.example',
  arc,
  hasManyAuthors: false,
  isIncomplete: false,
  defects: [],
});
const ALTERNATIVE = [
  '--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: base64\r\n\r\n',
  `${Buffer.from(`Grüße \r\n${LINK}`).toString('base64')}\r\n`,
  '--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
  '<p>See <a href=3D"https://bad.example/">this</a>=20\r\n--b--\r\n',
].join('');

throughPostfix(canRunPostfix ? 'signed anew' : `signed anew: skipped, ${WHY_NOT}`, () => {
  const path = join(tmpdir(), `tidemark-e2e-sealed-${process.pid}.sock`);
  let verifier: Verifier;
  let milter: MilterListener;
  let postfix: PrivatePostfix;
  beforeAll(async () => {
    verifier = await startVerifier({
      ...keyOf('partner.example'),
      ...keyOf('acme.example'),
      ...keyOf('list.example'),
    });
    const sealer = await openSealer({ domain: 'acme.example', selector: 's', privateKey: KEY.privateKey });
    const plan = {
      links: 'all',
      files: new Map(),
      banner: 'Be careful.',
      shownAddress: 'bea@partner.example',
    } as const;
    const parts = {
      ...MILTER_PARTS,
      tenant: 'default',
      async score({ raw }: IntakeRequest) {
        const verification = seen(raw.includes('ARC-Seal: i=1') ? 'pass' : 'none');
        const result = await strip(raw, plan);
        if (!result.isRewritten) throw new Error(result.detail);
        return {
          verdict: aVerdict({ id: 'v00', action: 'strip', proposed: 'strip', enacted: 'strip' }),
          verification,
          stripped: withTopFields(result, await sealer.seal(result.bytes, verification, RECEIVED_AT - 1000)),
        };
      },
      isVerifying: true,
    };
    milter = await startMilter({ path, mode: 0o660, group: 'postfix' }, parts, CONNECTIONS);
    postfix = await openPrivatePostfix([`smtpd_milters = unix:${path}`]);
  }, 60_000);
  afterAll(async () => {
    await milter?.drain();
    await postfix?.stop();
    await verifier?.close();
  });

  const odd = ['X-Odd:no space', 'X-Folded: a\r\n\tb', 'References:  <a@b.example>\r\n\t <c@d.example>'];
  test.each<[string, () => Promise<string> | string, number]>([
    ['text', () => mail('Bea <bea@partner.example>', [], LINK), 1],
    ['no line end at the end', () => mail('Bea <bea@partner.example>', [], LINK.trimEnd()), 1],
    ['oddly written headers', () => mail('"CEO, Ana"\r\n <Bea@partner.example>', odd, LINK), 1],
    [
      'alternatives in base64 and quoted-printable',
      () =>
        mail(
          'Bea <bea@partner.example>',
          ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=b'],
          ALTERNATIVE,
        ),
      1,
    ],
    ['beside the author’s signature', () => signed(mail('Bea <bea@partner.example>', [], LINK), 'partner.example'), 1],
    ['after a list’s seal', () => sealed(mail('Bea <bea@partner.example>', [], LINK), 'list.example', 'dmarc=pass'), 2],
  ])('%s', async (_name, raw, instance) => {
    const before = postfix.delivered();
    const smtp = await openSmtp(postfix.port);
    const envelope = { clientIp: '203.0.113.9', mailFrom: 'bea@partner.example', rcptTo: ['ana@acme.example'] };
    expect(await smtp.send(envelope, Buffer.from(await raw()))).toMatch(/^250 /);
    await smtp.quit();
    await until(() => postfix.delivered().length > before.length);
    const [arrived = ''] = postfix.delivered().filter((one) => !before.includes(one));
    const claim = await verifier.verify(Buffer.from(arrived.replaceAll('\n', '\r\n'), 'latin1'));
    expect(claim?.dkim.filter(({ domain }) => domain === 'acme.example')).toEqual([
      expect.objectContaining({ result: 'pass' }),
    ]);
    expect(claim?.arc).toBe('pass');
    expect(arrived).toMatch(new RegExp(`^ARC-Seal: i=${instance};`, 'm'));
    expect(arrived).not.toContain('https://bad.example');
  });
});
