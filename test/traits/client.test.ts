import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../src/parse/parse.ts';
import { client } from '../../src/traits/client.ts';
import { boundaryShape, messageIdShape } from '../../src/traits/shapes.ts';
import { bytes, written } from '../parse/written.ts';

const read = async (headers: readonly string[]) => client(await written(headers));

describe('client', () => {
  test.each([
    ['X-Mailer: Microsoft Outlook 16.0', 'microsoft outlook'],
    [
      'User-Agent: Mozilla/5.0 (X11; Linux (x86); rv:68.0) Gecko/20100101 Thunderbird/68.3.1',
      'mozilla gecko thunderbird',
    ],
    ['User-Agent: Mutt/1.12.2 (2019-09-21)', 'mutt'],
    ['X-Mailer: Apple Mail (2.3445.104.11)', 'apple mail'],
    ['X-Mailer: git-send-email 2.24.1', 'git-send-email'],
    ['User-Agent: K-9 Mail for Android v5.6', 'k-9 mail for android'],
    ['X-Mailer: 1.2.3', 'none'],
    ['Subject: x', 'none'],
  ])('mailer of %s', async (header, expected) => {
    expect((await read([header])).mailer).toBe(expected);
  });

  test.each([
    ['+0530', '+0530'],
    ['-0800', '-0800'],
    ['GMT', '+0000'],
    ['', 'none'],
  ])('time zone %s', async (zone, expected) => {
    expect((await read([`Date: Tue, 24 Nov 2026 12:00:00 ${zone}`])).timeZone).toBe(expected);
  });

  test.each([
    ['<1@mail.partner.example>', 'partner.example'],
    ['<1@laptop>', 'laptop'],
    ['<1>', 'none'],
  ])('Message-ID domain of %s', async (id, expected) => {
    expect((await read([`Message-ID: ${id}`])).messageIdDomain).toBe(expected);
  });

  test('structure and boundary', async () => {
    const mail = await parseMail(
      bytes(
        ['Content-Type: multipart/mixed; boundary="----=_NextPart_000_0012_01D5D8"'],
        '------=_NextPart_000_0012_01D5D8\r\n\r\nx\r\n',
      ),
    );
    expect(client(mail)).toMatchObject({
      structure: 'multipart/mixed(plain/7bit)',
      boundaryPattern: '-=NextPart_digits_digits_MIXED',
    });
  });
});

describe('how Content-Type is written', () => {
  const form = async (...headers: readonly string[]) => (await read(headers)).contentTypeForm;
  const TEXT = 'Content-Type: text/plain; charset="UTF-8"';

  test.each([
    ['charset', TEXT, 'Content-Type: text/plain; charset="us-ascii"'],
    ['quotes', TEXT, 'Content-Type: text/plain; charset=UTF-8'],
    ['case', TEXT, 'Content-Type: text/plain; Charset="UTF-8"'],
    ['order', `${TEXT}; format=flowed`, 'Content-Type: text/plain; format=flowed; charset="UTF-8"'],
    [
      'quotes around the boundary',
      'Content-Type: multipart/mixed; boundary=a',
      'Content-Type: multipart/mixed; boundary="a"',
    ],
    ['nothing written', TEXT, 'Subject: x'],
  ])('%s makes another form', async (_what, one, other) => {
    expect(await form(one)).not.toBe(await form(other));
  });

  test.each([
    ['the boundary', 'Content-Type: multipart/mixed; boundary="a;b=c"', 'Content-Type: multipart/mixed; boundary="d"'],
    [
      'a file name',
      'Content-Type: application/pdf; name="Anna Kern.pdf"',
      'Content-Type: application/pdf; name="b.pdf"',
    ],
    [
      'a file name with quotes',
      'Content-Type: application/pdf; name="a\\"Anna.pdf"',
      'Content-Type: application/pdf; name="b"',
    ],
    [
      'a file name without',
      'Content-Type: application/pdf; name=Anna Kern.pdf',
      'Content-Type: application/pdf; name=b.pdf',
    ],
    [
      'how long a file name is',
      'Content-Type: application/pdf; name*0=a; name*1=b',
      'Content-Type: application/pdf; name*0=a',
    ],
    ['folding', `${TEXT};\r\n\tformat=flowed`, `${TEXT}; format=flowed`],
  ])('%s is not part of it', async (_what, one, other) => {
    expect(await form(one)).toBe(await form(other));
  });

  test('with the encoding; none without either', async () => {
    expect(await form(TEXT, 'Content-Transfer-Encoding: base64')).not.toBe(await form(TEXT));
    expect(await form('Subject: x')).toBe('none');
  });
});

describe('header order', () => {
  const order = async (...headers: readonly string[]) => (await parseMail(bytes(headers)).then(client)).headerOrder;
  const OWN = ['From: a@x.example', 'To: b@y.example', 'Subject: x'];

  test('of what the author wrote only', async () => {
    const relayed = [
      'Return-Path: <a@x.example>',
      'Received: by z.example; x',
      ...OWN,
      'List-Id: <l.example>',
      'X-Spam-Score: 1',
      'In-Reply-To: <a@y.example>',
    ];
    expect(await order(...relayed)).toBe(await order(...OWN));
  });

  test('changes with order and case', async () => {
    const [from = '', to = '', subject = ''] = OWN;
    const all = await Promise.all([order(...OWN), order(from, subject, to), order(from, 'TO: b@y.example', subject)]);
    expect(new Set(all).size).toBe(3);
  });

  test('none without headers', async () => {
    expect(await order('X-A: 1')).toBe('none');
  });
});

test.each([
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301@x.example', 'uuid'],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301n@x.example', 'uuid'],
  ['0123456789abcdef0123456789abcdef@x.example', 'hex32'],
  ['20261124120000.12345-2-bea@x.example', 'digits.digits-digits-word'],
  ['CAF=k9pQ_x2yZ-aB3cD4eF5gH6@mail.x.example', 'random'],
  ['DM6PR11MB1234.4E2B@x.example', 'MIXED.MIXED'],
  ['a..b@x.example', 'word.word'],
  ['@x.example', ''],
])('shape of %s', (id, expected) => {
  expect(messageIdShape(id)).toBe(expected);
});

test.each([
  ['multipart/mixed; boundary="Apple-Mail=_3F2504E0-4F89-11D3-9A0C-0305E82C3301"', 'Apple-Mail=uuid'],
  ['multipart/mixed; boundary=000000000000abcdef01', 'hex20'],
  ['multipart/mixed; boundary=IJpNTDwzlM2Ie8A6', 'random'],
  ['text/plain', 'none'],
])('shape of %s', (type, expected) => {
  expect(boundaryShape(type)).toBe(expected);
});
