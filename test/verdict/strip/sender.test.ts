/** The display name in From. */
import { describe, expect, test } from '@jest/globals';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { mail, rewritten } from './mails.ts';

describe('the name in From', () => {
  const plan: StripPlan = { links: [], files: new Map(), shownAddress: 'eve@bank.example' };
  const from = async (value: string, address = 'eve@bank.example') =>
    (await rewritten(mail(`From:${value}`, 'Subject: x', '', ''), { ...plan, shownAddress: address })).bytes.toString();
  test.each([
    [' "Ana Kern" <eve@bank.example>', '"eve@bank.example" <eve@bank.example>'],
    [' Ana\r\n Kern\r\n\t<Eve@Bank.Example>', '"Eve@Bank.Example" <Eve@Bank.Example>'],
    [' =?utf-8?q?Ana?= <eve@bank.example>, Bob <bob@x.example>', '"eve@bank.example" <eve@bank.example>'],
    [' "ceo@acme.example" <eve@bank.example>', '"eve@bank.example" <eve@bank.example>'],
  ])('%j', async (value, expected) => {
    expect(await from(value)).toBe(`From: ${expected}\r\nSubject: x\r\n\r\n`);
  });
  test('an address that needs quotes, and one that is not ASCII', async () => {
    expect(await from(' x <y@z.example>', 'a "b@c.example')).toContain('From: "a \\"b@c.example" <"a \\"b"@c.example>');
    expect(await from(' x <y@z.example>', 'jörg@c.example')).toContain(
      'From: =?UTF-8?B?asO2cmdAYy5leGFtcGxl?= <jörg@c.example>',
    );
  });
  test('of several From one is left; headers around stay', async () => {
    const raw = mail('Received: a', 'FROM : Ana <a@x.example>', 'X: 1', 'From: Eve <eve@bank.example>', '', 'Hi');
    const { bytes, headers, changes } = await rewritten(raw, plan);
    expect(bytes.toString()).toBe('Received: a\r\nFROM: "eve@bank.example" <eve@bank.example>\r\nX: 1\r\n\r\nHi');
    expect(headers).toEqual([
      { kind: 'change', name: 'FROM', index: 1, value: '"eve@bank.example" <eve@bank.example>' },
      { kind: 'remove', name: 'From', index: 2 },
    ]);
    expect(changes).toEqual([{ kind: 'sender', part: '', address: 'eve@bank.example' }]);
  });
});
