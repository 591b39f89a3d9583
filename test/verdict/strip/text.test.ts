/** Links in text, in every encoding and charset that text comes in. */
import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { parseMail } from '../../../src/parse/parse.ts';
import { EVIL, LOCKED, mail, rewritten, single, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

describe('links in text', () => {
  test('nothing else changes', async () => {
    const raw = single(
      'text/plain',
      '7bit',
      `Dear all,\r\n  see\t${LINK}, or www.example.com/y!\r\n\r\nhttps://good.example\r\n`,
    );
    const plan = { ...EVIL, links: [{ to: 'evil.example' }, { to: 'example.com' }] };
    const expected = raw
      .toString()
      .replace(LINK, LOCKED)
      .replace('www.example.com/y', 'hxxp[:]//www[.]example[.]com/... [link locked by Tidemark]');
    expect(await text(raw, plan)).toBe(expected);
  });
  test('beside what no host has', async () => {
    const written = '“https://evil.example”, «https://evil.example/»https://good.example|https://evil.example/x';
    const raw = single('text/plain; charset=utf-8', 'base64', Buffer.from(written).toString('base64'));
    expect((await parseMail((await rewritten(raw)).bytes)).text.trim()).toBe(
      `“${LOCKED}”, «${LOCKED}»https://good.example|${LOCKED}`,
    );
  });
  test('line breaks stay as they are', async () => {
    const raw = Buffer.from(single('text/plain', '8bit', `a\r\n${LINK}\r\n`).toString().replaceAll('\r\n', '\n'));
    expect(await text(raw)).toBe(raw.toString().replace(LINK, LOCKED));
  });
  test('without any header of MIME', async () => {
    expect(await text(mail('From: a@b.example', '', LINK))).toBe(`From: a@b.example\r\n\r\n${LOCKED}`);
  });
  test('quoted-printable, over a soft line break', async () => {
    const raw = single(
      'text/plain; charset=utf-8',
      'quoted-printable',
      'Gr=C3=BC=C3=9Fe https://evil.ex=\r\nample/x=3D1 =\r\nend=20\r\n',
    );
    const { bytes } = await rewritten(raw);
    expect(bytes.toString()).toMatch(
      /^From: Eve[\s\S]*charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n/,
    );
    expect((await parseMail(bytes)).text).toBe(`Grüße ${LOCKED} end \n`);
  });
  test('base64', async () => {
    const body = Buffer.from(`Grüße ${LINK}\r\n`).toString('base64');
    const { bytes } = await rewritten(single('text/plain; charset=utf-8', 'base64', `${body}\r\n`));
    expect(bytes.toString()).toMatch(/base64\r\n\r\n[A-Za-z0-9+/]{76}\r\n[A-Za-z0-9+/=]+\r\n$/);
    expect((await parseMail(bytes)).text).toBe(`Grüße ${LOCKED}\n`);
  });
  test.each(['iso-8859-1', 'windows-1251', 'shift_jis', 'gb18030', 'big5', 'koi8-r', 'euc-kr'])(
    'in %s',
    async (charset) => {
      const words =
        {
          'windows-1251': 'Привет',
          'koi8-r': 'Привет',
          'iso-8859-1': 'Grüße',
          shift_jis: 'こんにちは',
          gb18030: '你好',
          big5: '你好',
          'euc-kr': '안녕',
        }[charset] ?? '';
      const encoded = iconv.encode(`${words} ${LINK} ${words}`, charset);
      const raw = single(`text/plain; charset=${charset}`, '8bit', encoded.toString('latin1'));
      const { bytes, headers } = await rewritten(raw);
      expect(headers).toEqual([]);
      expect(
        bytes.equals(
          single(
            `text/plain; charset=${charset}`,
            '8bit',
            iconv.encode(`${words} ${LOCKED} ${words}`, charset).toString('latin1'),
          ),
        ),
      ).toBe(true);
    },
  );
  test('in utf-16 with its mark', async () => {
    const encode = (text: string): string =>
      iconv.encode(`Grüße ${text} `, 'utf-16', { addBOM: true }).toString('base64');
    const { bytes, headers } = await rewritten(single('text/plain; charset=utf-16', 'base64', encode(LINK)));
    expect(headers).toEqual([]);
    expect((await parseMail(bytes)).text).toBe(`Grüße ${LOCKED} `);
  });
  test('in iso-2022-jp, which cannot be written back: UTF-8, and the header says so', async () => {
    const body = Buffer.from(`\x1b$B$3$s\x1b(B ${LINK}`, 'latin1').toString('base64');
    const { bytes, headers } = await rewritten(single('text/plain; x=y; charset=iso-2022-jp', 'base64', body));
    expect(headers).toEqual([
      { kind: 'change', name: 'Content-Type', index: 1, value: 'text/plain; x=y; charset=utf-8' },
    ]);
    expect((await parseMail(bytes)).text).toBe(`こん ${LOCKED}`);
  });
  test('a charset that nobody decodes is read as UTF-8', async () => {
    const raw = single('text/plain; charset=utf-7', '7bit', LINK);
    expect((await parseMail((await rewritten(raw)).bytes)).text).toBe(LOCKED);
  });
  test('bytes that are no UTF-8 stay', async () => {
    const raw = single('text/plain; charset=utf-8', '8bit', `Gr\xfc\xdfe \xc3\xa9 ${LINK} \xff`);
    expect(await text(raw)).toBe(raw.toString('latin1').replace(LINK, LOCKED));
  });
  test('a host in another alphabet, in a charset of its own', async () => {
    const raw = single('text/plain; charset=utf-8', '8bit', Buffer.from('https://пример.example/x').toString('latin1'));
    const plan: StripPlan = { ...EVIL, links: [{ to: 'xn--e1afmkfd.example' }] };
    expect(await text(raw, plan)).toContain('hxxps[:]//xn--e1afmkfd[.]example/...');
  });
  test('format=flowed with DelSp: a link over two lines; a plain soft line ends it', async () => {
    const body = 'See  \r\nhttps://evil.exam \r\nple/x now\r\n> quoted https://evil.ex \r\n> ample/y\r\n';
    expect(await text(single('text/plain; format=flowed; delsp=yes', '7bit', body))).toContain(
      `See  \r\n${LOCKED} now\r\n> quoted ${LOCKED}\r\n`,
    );
    const both = single('text/plain; format=flowed; delsp=yes', '7bit', 'See \r\nhttps://evil.example/x\r\n');
    expect(await text(both)).toContain(`See \r\n${LOCKED}\r\n`);
    const flowed = single('text/plain; format=flowed', '7bit', 'See \r\nhttps://evil.example/a \r\nb\r\n');
    expect(await text(flowed)).toContain(`See \r\n${LOCKED} \r\nb\r\n`);
  });
});
