/** The banner, and the two halves of a message. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { parseMail } from '../../../src/parse/parse.ts';
import { textBanner } from '../../../src/verdict/strip/banner.ts';
import { EVIL, HEAD, mail, rewritten, single, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

describe('a banner', () => {
  const plan: StripPlan = {
    links: [],
    files: new Map(),
    banner: 'It may be “phishing” <b>, see https://evil.example/x & example.com.',
  };
  test('on top of text', async () => {
    expect(await text(single('text/plain', '7bit', 'Hi'), plan)).toMatch(
      /\r\n\r\n\[Tidemark\] It may be "phishing" <b>, see hxxps:\/\/evil\[\.\]example\/x &\r\nexample\[\.\]com\.\r\n\r\nHi$/,
    );
  });
  test('on top of HTML, escaped', async () => {
    const { html } = await parseMail((await rewritten(single('text/html', '7bit', '<body><p>Hi'), plan)).bytes);
    expect(html).toMatch(
      /^<body><div style="[^"<>]+"><b>Tidemark<\/b> It may be &#34;phishing&#34; &#60;b&#62;, see hxxps:/,
    );
    expect(html).toMatch(/<\/div><p>Hi$/);
  });
  test('on each alternative, on the first text of others, not on files', async () => {
    const raw = mail(
      ...HEAD,
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      'Content-Type: text/plain',
      'Content-Disposition: attachment',
      '',
      'a log',
      '--m',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      '',
      'plain',
      '--a',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: text/html',
      '',
      '<p>html',
      '--r--',
      '--a--',
      '--m',
      '',
      'list footer',
      '--m--',
      '',
    );
    expect((await rewritten(raw, plan)).changes).toEqual([
      { kind: 'banner', part: '2.1' },
      { kind: 'banner', part: '2.2.1' },
    ]);
  });
  test('in format=flowed it is as it stands: no line flows into the next, is quoted, or ends the text', async () => {
    const raw = single('text/plain; format=flowed', '7bit', 'A line that \r\nflows.\r\n> quoted \r\n> on\r\n');
    const { bytes } = await rewritten(raw, { ...plan, banner: `${'word '.repeat(14)}> 99 % From -- here` });
    const [banner = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n').slice(1);
    expect(banner.split('\r\n')).toEqual([`[Tidemark] ${'word '.repeat(12).trim()}`, 'word word > 99 % From -- here']);
    expect(rest.join('\r\n\r\n')).toBe('A line that \r\nflows.\r\n> quoted \r\n> on\r\n');
    const words = fc.array(fc.constantFrom('>', '>>x', '--', '-', 'From', 'word', 'a', 'x'.repeat(70)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(words, (all) => {
        for (const line of textBanner(all.join(' '), '\n').split('\n'))
          expect(line).not.toMatch(/^[> ]|^--?$|^From |[ ]$/);
      }),
    );
  });
  test('letters that the charset lacks: UTF-8, and the header says so', async () => {
    const named = { ...plan, banner: 'Jörg Łoś' };
    const raw = mail('From: a@b.example', 'Content-Type: text/plain; charset="us-ascii"; format=flowed', '', 'Hi');
    const { bytes, headers } = await rewritten(raw, named);
    expect(headers).toEqual([
      { kind: 'change', name: 'Content-Type', index: 1, value: 'text/plain; charset=utf-8; format=flowed' },
      { kind: 'add', name: 'Content-Transfer-Encoding', value: 'quoted-printable' },
      { kind: 'add', name: 'MIME-Version', value: '1.0' },
    ]);
    expect((await parseMail(bytes)).text).toBe('[Tidemark] Jörg Łoś\n\nHi');
  });
});

test('headers and body are the message in two halves', async () => {
  const raw = mail(...HEAD, 'Content-Type: text/html', '', `<a href=${LINK}>x</a>`);
  const { bytes, body, headers } = await rewritten(raw, { ...EVIL, banner: 'Öl', shownAddress: 'eve@bank.example' });
  const head = bytes.subarray(0, bytes.length - body.length).toString();
  expect(head).toBe(
    raw
      .toString()
      .slice(0, raw.indexOf('\r\n\r\n') + 4)
      .replace('Eve <', '"eve@bank.example" <'),
  );
  expect(headers).toEqual([{ kind: 'change', name: 'From', index: 1, value: '"eve@bank.example" <eve@bank.example>' }]);
});
