import { describe, expect, test } from '@jest/globals';
import type { FromCandidate } from '../../src/domain/message.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { sender } from '../../src/traits/sender.ts';
import { cpuClock } from '../cpuTime.ts';
import espoofer from '../fixtures/espoofer/espoofer-vectors.json' with { type: 'json' };
import { bytes, written } from '../parse/written.ts';

const readings = (found: readonly FromCandidate[] | undefined) =>
  found?.map(({ address, reading }) => `${reading} ${address}`);

async function fromOf(...froms: readonly string[]) {
  const found = sender(await written(froms.map((from) => `From: ${from}`)), []);
  return { shown: found?.address, others: readings(found?.otherReadings), inName: found?.addressInName };
}

describe('espoofer (Chen+ 2020)', () => {
  /** The From of these is plain: what is attacked is SPF, DKIM or the Authentication-Results header, or (client_a3) the provider's log-in. */
  const PLAIN_FROM = [
    'server_a1',
    'server_a2',
    'server_a3',
    'server_a4',
    'server_a5',
    'server_a6',
    'server_a7',
    'client_a3',
  ];

  test.each(espoofer)('$id $description', async ({ id, raw_latin1 }) => {
    const found = sender(await parseMail(Buffer.from(raw_latin1, 'latin1')), []);
    const addresses = [found?.address, ...(found?.otherReadings ?? []).map(({ address }) => address)];
    expect(addresses).toContain(id.startsWith('server') ? 'admin@legitimate.com' : 'admin@example.com');
    expect(found?.otherReadings.length === 0).toBe(PLAIN_FROM.includes(id));
  });

  test('all 22 are here', () => {
    expect(espoofer).toHaveLength(22);
  });
});

const WORD = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

describe('other readings', () => {
  test.each([
    ['two addresses', 'a@x.example, c@y.example', 'a@x.example', ['other-address c@y.example']],
    ['two in brackets', '<a@x.example> <c@y.example>', 'a@x.example', ['other-address c@y.example']],
    ['two bare', 'a@x.example c@y.example', 'a@x.example', ['raw c@y.example']],
    ['text after the bracket', '<a@x.example>c@y.example', 'a@x.example', ['raw c@y.example']],
    ['a comment', 'a@x.example (c@y.example)', 'a@x.example', ['comment c@y.example']],
    ['a comment in front', '(c@y.example) <a@x.example>', 'a@x.example', ['comment c@y.example']],
    ['a name that is an address', '"c@y.example" <a@x.example>', 'a@x.example', ['in-display-name c@y.example']],
    ['an unquoted one', 'c@y.example <a@x.example>', 'a@x.example', ['in-display-name c@y.example']],
    ['brackets in the name', '"<c@y.example>" <a@x.example>', 'a@x.example', ['in-display-name c@y.example']],
    ['an encoded name', `${WORD('c@y.example')} <a@x.example>`, 'a@x.example', ['in-display-name c@y.example']],
    ['an encoded mailbox', `${WORD('<c@y.example>')},<a@x.example>`, 'a@x.example', ['encoded-word c@y.example']],
    [
      'an encoded mailbox and NUL',
      `${WORD('"CEO" <c@y.example>\0')} <a@x.example>`,
      'a@x.example',
      ['after-nul c@y.example'],
    ],
    [
      'an encoded mailbox and newline',
      `${WORD('c@y.example\n')} <a@x.example>`,
      'a@x.example',
      ['after-nul c@y.example'],
    ],
    [
      'a quoted-printable NUL',
      '=?utf-8?Q?c=40y=2Eexample=00?= <a@x.example>',
      'a@x.example',
      ['after-nul c@y.example'],
    ],
    ['a raw NUL', 'c@y.example\0@x.example', 'c@y.example@x.example', ['after-nul c@y.example']],
    ['a quoted local part', '"c@y.example"@x.example', '"c@y.example"@x.example', ['raw c@y.example']],
    ['a route', '<@y.example,@z.example:a@x.example>', 'a@x.example', ['route @y.example', 'route @z.example']],
    ['two in one bracket', '<c@y.example a@x.example>', 'c@y.example', ['route a@x.example']],
    ['three levels', 'a@y.example@x.example', 'a@y.example@x.example', ['raw a@y.example', 'raw y.example@x.example']],
    ['a group', 'Team: a@x.example, c@y.example;', 'a@x.example', ['other-address c@y.example']],
  ])('%s', async (_name, from, shown, others) => {
    expect(await fromOf(from)).toMatchObject({ shown, others });
  });

  test('Mailsploit: the address is made of encoded words', async () => {
    const { shown, others } = await fromOf(
      `${WORD('potus@gov.example')}${WORD('\0')}${WORD('potus@gov.example')}@x.example`,
    );
    expect(shown?.endsWith('@x.example')).toBe(true);
    expect(others).toEqual(['after-nul potus@gov.example']);
  });

  test('a second From, in whatever spelling', async () => {
    expect(await fromOf('a@x.example', 'C <c@y.example>')).toMatchObject({ others: ['other-from-header c@y.example'] });
    const folded = sender(await parseMail(bytes(['From: a@x.example', 'From\r\n : c@y.example'])), []);
    expect(readings(folded?.otherReadings)).toEqual(['other-from-header c@y.example']);
  });

  test.each([
    ['From : a@x.example', ['other-from-header c@y.example']],
    ['From: a@x.example', []],
  ])('Sender stands in where %j is no From to some', async (from, others) => {
    expect(readings(sender(await parseMail(bytes([from, 'Sender: c@y.example'])), [])?.otherReadings)).toEqual(others);
  });

  test('at most 16, and quick on hostile input', async () => {
    const { others } = await fromOf(Array.from({ length: 100 }, (_, i) => `u${i}@x.example`).join(', '));
    expect(others).toHaveLength(16);
    const spentMs = cpuClock();
    for (const piece of ['<', '(', '"', '@', 'a@', '=?a?b?', '=?a?q?=', '\\', '<@a.b,'])
      await fromOf(`a@x.example ${piece.repeat(10_000)}`);
    expect(spentMs()).toBeLessThan(5_000);
  });

  test.each([
    '"Doe, John" <john@x.example>',
    'Doe, John <john@x.example>',
    'john@x.example',
    '<john@x.example',
    'John <JOHN@X.example>',
    'john@x.example (John Doe)',
    'john@x.example <john@x.example>',
    "O'Brien <o'brien@x.example>",
    "'john@x.example' <john@x.example>",
    '"john doe"@x.example',
    'a @ x.example',
    'Team <a@[192.0.2.1]>',
    'Team @ Acme <team@acme.example>',
    'Björn <björn@bücher.example>',
    `${WORD('Müller, Björn')} <a@x.example>`,
    '=?utf-8?Q?M=C3=BCller?= =?utf-8?Q?_Bj=C3=B6rn?= <a@x.example>',
    `${'long'.repeat(40)}=ana=acme.example@bounce.x.example`,
  ])('none for %s', async (from) => {
    expect((await fromOf(from)).others).toEqual([]);
  });
});

describe('sender', () => {
  test.each(['undisclosed-recipients:;', 'John Doe', ''])('no sender without an address: %j', async (from) => {
    expect(sender(await written([`From: ${from}`]), [])).toBeUndefined();
  });

  test('what belongs to it', async () => {
    const mail = await written(['Reply-To: r@y.example', 'Sender: s@x.example', 'Return-Path: <b@z.example>']);
    expect(sender(mail, [])).toMatchObject({
      address: 'bea@partner.example',
      nameKey: 'bea lind',
      replyTo: [{ address: 'r@y.example' }],
      senderHeader: { address: 's@x.example' },
      returnPath: { address: 'b@z.example' },
      isFreemail: false,
      isOwnDomain: false,
    });
  });

  test.each([
    ['"c@y.example" <a@x.example>', 'c@y.example'],
    ['c@y.example via dev <a@x.example>', 'c@y.example'],
    ['ceo＠y.example <a@x.example>', 'ceo@y.example'],
    ['"A@x.example" <a@x.example>', undefined],
    ['Bea <a@x.example>', undefined],
  ])('address in the name: %s', async (from, expected) => {
    expect((await fromOf(from)).inName).toBe(expected);
  });

  test.each([
    ['a@acme.example', true],
    ['a@mail.acme.example', true],
    ['a@notacme.example', false],
    ['a@acme.example.evil.example', false],
  ])('own domain: %s', async (from, expected) => {
    expect(sender(await written([`From: ${from}`]), ['other.example', 'acme.example'])?.isOwnDomain).toBe(expected);
  });

  test('freemail', async () => {
    expect(sender(await written(['From: someone@gmail.com']), [])?.isFreemail).toBe(true);
  });
});

describe('the author behind a list', () => {
  const LIST = 'From: Anna Kern via dev-list <dev@lists.example>';
  test.each([
    [
      'X-Original-From',
      [LIST, 'X-Original-From: Anna Kern <anna@x.example>', 'Reply-To: dev@lists.example'],
      'anna@x.example',
    ],
    [
      'Reply-To under a "via" name',
      [LIST, 'Reply-To: dev@lists.example, Anna Kern <anna@x.example>'],
      'anna@x.example',
    ],
    ['a From that was not rewritten', ['From: anna@x.example', 'X-Original-Sender: anna@x.example'], undefined],
    ['Reply-To without "via"', ['From: dev@lists.example', 'Reply-To: anna@x.example'], undefined],
    ['"via" as part of a word', ['From: Olivia <o@x.example>', 'Reply-To: anna@x.example'], undefined],
    ['nothing kept', [LIST], undefined],
  ])('%s', async (_name, headers, expected) => {
    expect(sender(await written(headers), [])?.originalAuthor?.address).toBe(expected);
  });
});
