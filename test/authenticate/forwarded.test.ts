/** From verified bytes to the trait: ARC-sealed forwards, lists, and which word counts when there are two. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Message } from '../../src/domain/message.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { readMessage } from '../../src/read.ts';
import type { Zone } from './dnsServer.ts';
import { keyOf, mail, sealed, signed } from './signing.ts';
import { startVerifier, submissionOf, type Verifier } from './verifier.ts';

const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const TRUSTING: Organisation = { ...ACME, trustedArcSealers: ['forwarder.example', 'lists.example'] };
const SAW_PASS = 'dmarc=pass header.from=partner.example';
const ZONE: Zone = {
  ...keyOf('partner.example'),
  ...keyOf('forwarder.example'),
  ...keyOf('lists.example'),
  ...keyOf('evil.example'),
  '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject'] },
  '_dmarc.lists.example': { TXT: ['v=DMARC1; p=reject'] },
  'partner.example': { TXT: ['v=spf1 ip4:198.51.100.1 -all'] },
};

let verifier: Verifier;
beforeAll(async () => {
  verifier = await startVerifier(ZONE);
});
afterAll(() => verifier.close());

const ENVELOPE = { mailFrom: 'bounce@forwarder.example' };

async function read(raw: string, organisation = TRUSTING): Promise<Message> {
  const verification = await verifier.verify(raw, ENVELOPE);
  const submission = {
    ...submissionOf(Buffer.from(raw), ENVELOPE),
    ...(verification === undefined ? {} : { verification }),
  };
  return (await readMessage(submission, organisation)).message;
}

describe('a forward', () => {
  test('whose seal is genuine and whose sealer is trusted is authenticated by its word', async () => {
    expect((await read(await sealed(mail(), 'forwarder.example', SAW_PASS))).authentication).toMatchObject({
      authservId: 'own verification',
      dmarc: 'fail',
      dmarcPolicy: 'reject',
      vouchedBy: 'forwarder.example',
      isAligned: true,
    });
  });

  test.each([
    ['nobody is trusted', ACME, sealed(mail(), 'forwarder.example', SAW_PASS)],
    ['the sealer is not trusted', TRUSTING, sealed(mail(), 'evil.example', SAW_PASS)],
    ['the sealer’s name only ends alike', TRUSTING, sealed(mail(), 'evilforwarder.example', SAW_PASS)],
    ['the sealer saw it fail', TRUSTING, sealed(mail(), 'forwarder.example', 'dmarc=fail header.from=partner.example')],
    [
      'the sealer saw another author',
      TRUSTING,
      sealed(mail(), 'forwarder.example', 'dmarc=pass header.from=evil.example'),
    ],
    ['the sealer does not say whose DMARC passed', TRUSTING, sealed(mail(), 'forwarder.example', 'dmarc=pass')],
    ['the sealer has no key', TRUSTING, sealed(mail(), 'sub.forwarder.example', SAW_PASS)],
  ])('not when %s', async (_name, organisation, raw) => {
    const { authentication } = await read(await raw, organisation);
    expect(authentication).toMatchObject({ dmarc: 'fail', isAligned: false });
    expect(authentication).not.toHaveProperty('vouchedBy');
  });

  test.each([
    ['the text', (raw: string) => raw.replace('Hello', 'Pay')],
    ['From', (raw: string) => raw.replace('bea@partner', 'ceo@partner')],
    ['what the sealer saw', (raw: string) => raw.replace('dmarc=fail', 'dmarc=pass')],
  ])('not when %s was changed afterwards', async (_name, change) => {
    const results = 'dmarc=fail header.from=other.example; dkim=pass header.d=partner.example';
    const raw = change(await sealed(mail(), 'forwarder.example', results));
    expect((await read(raw)).authentication).toMatchObject({ isAligned: false });
  });

  test('DKIM or SPF that the sealer saw pass is enough where it knew no DMARC', async () => {
    const raw = await sealed(mail(), 'forwarder.example', 'dkim=pass header.d=mail.partner.example; dmarc=none');
    expect((await read(raw)).authentication).toMatchObject({ vouchedBy: 'forwarder.example' });
  });

  test('over two trusted sealers: the one who saw it', async () => {
    const first = await sealed(mail(), 'lists.example', SAW_PASS);
    const raw = await sealed(first, 'forwarder.example', 'arc=pass; dmarc=fail header.from=partner.example', 'pass');
    expect((await read(raw)).authentication).toMatchObject({ vouchedBy: 'lists.example', isAligned: true });
  });

  test('behind a sealer who is not trusted anything may be made up', async () => {
    const first = await sealed(mail(), 'lists.example', SAW_PASS);
    const raw = await sealed(first, 'evil.example', 'arc=pass', 'pass');
    expect((await read(raw)).authentication).toMatchObject({ isAligned: false });
  });

  test('seals that DNS kept from being checked leave it open; one of a stranger does not', async () => {
    verifier.use({ ...ZONE, 's._domainkey.forwarder.example': 'TIMEOUT', 's._domainkey.evil.example': 'TIMEOUT' });
    const [known, stranger] = await Promise.all([
      read(await sealed(mail(), 'forwarder.example', SAW_PASS)),
      read(await sealed(mail(), 'evil.example', SAW_PASS)),
    ]);
    verifier.use(ZONE);
    expect(known.authentication).toBeUndefined();
    expect(stranger.authentication).toMatchObject({ dmarc: 'fail', isAligned: false });
  });

  test('the border’s arc=pass counts as well as the own check', async () => {
    const raw = `Authentication-Results: mx.acme.example; arc=pass; dmarc=fail header.from=partner.example\r\n${await sealed(
      mail(),
      'forwarder.example',
      SAW_PASS,
    )}`;
    const { message } = await readMessage(submissionOf(Buffer.from(raw), ENVELOPE), TRUSTING);
    expect(message.authentication).toMatchObject({ authservId: 'mx.acme.example', vouchedBy: 'forwarder.example' });
  });
});

describe('a list', () => {
  test('that rewrites From is authenticated as itself; the author is known, not verified', async () => {
    const rewritten = mail('Bea Lind via News <news@lists.example>', [
      'List-Id: <news.lists.example>',
      'Reply-To: bea@partner.example',
    ]);
    const message = await read(await signed(rewritten, 'lists.example'));
    expect(message.authentication).toMatchObject({
      isAligned: true,
      dmarc: 'pass',
      dkimPassDomains: ['lists.example'],
    });
    expect(message.sender?.originalAuthor?.address).toBe('bea@partner.example');
  });

  test('that adds a footer breaks the author’s signature, and its seal mends that', async () => {
    const withFooter = (await signed(mail(), 'partner.example')).replace('Hello Ana', 'Hello Ana\r\n-- \r\nNews list');
    expect((await read(withFooter)).authentication).toMatchObject({ dkim: 'fail', isAligned: false });
    const raw = await sealed(withFooter, 'lists.example', SAW_PASS);
    expect((await read(raw)).authentication).toMatchObject({
      dkim: 'fail',
      vouchedBy: 'lists.example',
      isAligned: true,
    });
  });
});

describe('own check and border', () => {
  const border = 'Authentication-Results: mx.acme.example; dmarc=pass header.from=partner.example\r\n';

  test('the own check comes first', async () => {
    expect((await read(border + mail())).authentication).toMatchObject({
      authservId: 'own verification',
      dmarc: 'fail',
    });
  });

  test('when DNS fails it, the border’s word stands', async () => {
    verifier.use({ ...ZONE, '_dmarc.partner.example': 'TIMEOUT' });
    const message = await read(border + mail());
    verifier.use(ZONE);
    expect(message.authentication).toMatchObject({ authservId: 'mx.acme.example', dmarc: 'pass', isAligned: true });
  });

  test('and without a border nothing is known', async () => {
    verifier.use({ ...ZONE, '_dmarc.partner.example': 'SERVFAIL' });
    const message = await read(mail());
    verifier.use(ZONE);
    expect(message).not.toHaveProperty('authentication');
  });

  test('several authors are nobody, whatever is signed', async () => {
    const raw = await signed(mail('bea@partner.example', ['From: x@evil.example']), 'evil.example');
    expect((await read(raw)).authentication).toMatchObject({ dkim: 'pass', dmarc: 'permerror', isAligned: false });
  });
});
