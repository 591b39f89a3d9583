import { describe, expect, test } from '@jest/globals';
import { IntakeError, type IntakeRequest } from '../src/domain/service.ts';
import { directionsIn, MAX_MESSAGE_BYTES, mailboxesOf, ownDomainsFor, toSubmission } from '../src/intake.ts';
import { address, message, NOW, sender } from './messages.ts';

const request = (more: Partial<IntakeRequest> = {}): IntakeRequest => ({
  tenant: 'default',
  raw: Buffer.from('From: a@b.example\r\n\r\nhi'),
  mailboxes: ['ana@acme.example'],
  learn: 'auto',
  ...more,
});

function refusal(more: Partial<IntakeRequest>): Pick<IntakeError, 'code' | 'field'> | undefined {
  try {
    toSubmission(request(more), NOW);
    return undefined;
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error;
    return { code: error.code, field: error.field };
  }
}

describe('toSubmission', () => {
  test('folds addresses to one spelling and drops repeats', () => {
    const { mailboxes } = toSubmission(
      request({ mailboxes: ['Ana@ACME.example', '<ana@acme.example>', 'x@bücher.example'] }),
      NOW,
    );
    expect(mailboxes).toEqual(['ana@acme.example', 'x@xn--bcher-kva.example']);
  });

  test.each(['<>', ''])('mailFrom %j is the null reverse-path', (mailFrom) => {
    expect(toSubmission(request({ mailFrom }), NOW).envelope.mailFrom).toBe('');
  });

  test.each([
    ['"a,b"@evil.example', '"a,b"@evil.example'],
    ['<"a b"@Evil.example>', '"a b"@evil.example'],
    ['x@[192.0.2.1]', 'x@[192.0.2.1]'],
    ['root', 'root'],
    ['bounce+ana=acme.example@news.example', 'bounce+ana=acme.example@news.example'],
  ])('mailFrom %j is the sender’s affair', (mailFrom, expected) => {
    expect(toSubmission(request({ mailFrom }), NOW).envelope.mailFrom).toBe(expected);
  });

  test.each(['a b@evil.example', 'a@b@', 'a@[192.0.2.1', '"a"b@evil.example x', 'a\r\nb@evil.example', '@'])(
    'mailFrom %j is none',
    (mailFrom) => expect(refusal({ mailFrom })).toEqual({ code: 'invalid-address', field: 'mailFrom' }),
  );

  test.each([
    ['Out7.Partner.example', 'out7.partner.example'],
    ['unknown', 'unknown'],
    ['NXDOMAIN', 'unknown'],
    ['[192.0.2.7]', 'unknown'],
    ['192.0.2.7', 'unknown'],
    ['a b.example', 'unknown'],
    [`${'x'.repeat(300)}.example`, 'unknown'],
  ])('the client’s resolved name: %s', (clientName, expected) => {
    expect(toSubmission(request({ clientName }), NOW).envelope.clientName).toBe(expected);
  });
  test('time is receivedAt; now only when it is absent', () => {
    expect(toSubmission(request({ receivedAt: 1_000 }), NOW).receivedAt).toBe(1_000);
    expect(toSubmission(request(), NOW).receivedAt).toBe(NOW);
  });

  test('what an interface put together stays marked as such', () => {
    expect(toSubmission(request({ isRebuilt: true }), NOW).isRebuilt).toBe(true);
  });

  test('an authenticated user means outbound unless the caller says otherwise', () => {
    expect(toSubmission(request({ user: 'ana' }), NOW).direction).toBe('outbound');
    expect(toSubmission(request({ user: 'ana', direction: 'internal' }), NOW).direction).toBe('internal');
    expect(toSubmission(request(), NOW).direction).toBe('inbound');
    const ours = directionsIn({ ownDomains: ['acme.example'], authservIds: [] }, (ip) => ip === '192.0.2.1');
    expect(toSubmission(request({ clientIp: '192.0.2.1' }), NOW, ours).direction).toBe('outbound');
    expect(toSubmission(request({ clientIp: '192.0.2.1', direction: 'inbound' }), NOW, ours).direction).toBe('inbound');
  });

  test.each([
    [{ mailboxes: ['ana'] }, 'invalid-address', 'mailbox'],
    [{ mailboxes: ['@acme.example'] }, 'invalid-address', 'mailbox'],
    [{ mailboxes: ['a b@acme.example'] }, 'invalid-address', 'mailbox'],
    [{ mailboxes: ['ana@acme.example\nmailbox'] }, 'invalid-address', 'mailbox'],
    [{ mailboxes: [`${'a'.repeat(400)}@acme.example`] }, 'invalid-address', 'mailbox'],
    [{ mailFrom: 'not an address' }, 'invalid-address', 'mailFrom'],
    [{ rcptTo: ['x@'] }, 'invalid-address', 'rcptTo'],
    [{ clientIp: '999.1.1.1' }, 'invalid-ip', 'clientIp'],
    [{ receivedAt: Number.NaN }, 'invalid-time', 'receivedAt'],
    [{ receivedAt: Date.UTC(9999, 0) }, 'invalid-time', 'receivedAt'],
    [{ mailboxes: Array.from({ length: 1001 }, (_, at) => `u${at}@acme.example`) }, 'too-many-mailboxes', 'mailbox'],
    [{ raw: Buffer.alloc(MAX_MESSAGE_BYTES + 1) }, 'message-too-large', 'raw'],
  ] satisfies [Partial<IntakeRequest>, string, string][])('refuses %#', (more, code, field) => {
    expect(refusal(more)).toEqual({ code, field });
  });
});

describe('mailboxesOf', () => {
  const organisation = { ownDomains: ['acme.example'], authservIds: [] };
  const submission = (more: Partial<IntakeRequest> = {}) => toSubmission(request({ mailboxes: [], ...more }), NOW);
  const toBoth = message({
    recipients: {
      to: [address('ana@acme.example')],
      cc: [address('x@other.example')],
      addresses: ['ana@acme.example', 'x@other.example', 'it@mail.acme.example', 'a@notacme.example'],
      isUndisclosed: false,
    },
  });

  test('as asked, before all else', () => {
    expect(
      mailboxesOf(submission({ mailboxes: ['it@acme.example'], rcptTo: ['ana@acme.example'] }), toBoth, organisation),
    ).toEqual(['it@acme.example']);
  });
  test('else the envelope’s recipients', () => {
    expect(mailboxesOf(submission({ rcptTo: ['gm@acme.example'] }), toBoth, organisation)).toEqual(['gm@acme.example']);
  });
  test('else To and Cc inside the own domains, hosts below them included', () => {
    expect(mailboxesOf(submission(), toBoth, organisation)).toEqual(['ana@acme.example', 'it@mail.acme.example']);
  });
  test('mail going out belongs to its writer', () => {
    const written = message({ sender: sender('ana@acme.example') });
    expect(mailboxesOf(submission({ direction: 'outbound' }), written, organisation)).toEqual(['ana@acme.example']);
  });
  test('for nobody: refused', () => {
    expect(() => mailboxesOf(submission(), message(), { ownDomains: [], authservIds: [] })).toThrow(IntakeError);
  });
});

test.each([
  ['ana@acme.example', [], ['acme.example']],
  ['ana@gmail.com', [], []],
  ['ana@acme.example', ['group.example'], ['group.example']],
])('own domains for %j with %j configured are %j', (mailbox, configured, expected) => {
  expect(ownDomainsFor(mailbox, { ownDomains: configured, authservIds: [] })).toEqual(expected);
});
