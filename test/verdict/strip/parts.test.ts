/** Alternatives, messages in messages, parts that are oddly made: what is not locked stays, byte for byte. */
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../../src/parse/parse.ts';
import { EVIL, HEAD, LOCKED, mail, rewritten, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

const MIXED = [...HEAD, 'Content-Type: multipart/mixed; boundary=b', ''];

describe('parts', () => {
  const alternative = (plain: string, html: string): readonly string[] => [
    'Content-Type: multipart/alternative; boundary="=_a"',
    '',
    'preamble https://evil.example',
    '--=_a',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    plain,
    '--=_a  ',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    'X-Kept:  as\t it is',
    '',
    html,
    '--=_a--',
    'epilogue',
    '',
  ];
  test('both alternatives; boundaries, preamble, epilogue and other headers stay', async () => {
    const raw = mail(...HEAD, ...alternative(LINK, '<a href=3D"https://evil.example/x">x</a>'));
    const expected = raw
      .toString()
      .replace(`\r\n${LINK}\r\n`, `\r\n${LOCKED}\r\n`)
      .replace(/<a href.*<\/a>/, '<a >&#91;hxxps&#58;');
    const result = await text(raw);
    expect(result.slice(0, result.indexOf('<a'))).toBe(expected.slice(0, expected.indexOf('<a')));
    expect(result.slice(result.indexOf('--=_a--'))).toBe('--=_a--\r\nepilogue\r\n');
    const { html } = await parseMail(Buffer.from(result, 'latin1'));
    expect(html).toBe('<a >[hxxps[:]//evil[.]example/... link locked by Tidemark] x</a>');
  });
  test('only the alternative that has one', async () => {
    const raw = mail(...HEAD, ...alternative(LINK, '<b>=C3=A4 no link, =\r\nsoft</b>=20'));
    expect(await text(raw)).toBe(raw.toString().replace(`\r\n${LINK}\r\n`, `\r\n${LOCKED}\r\n`));
  });
  test.each([
    ['inline', 'Content-Disposition: inline', '7bit'],
    ['attached', 'Content-Disposition: attachment; filename="fwd.eml"', '8bit'],
    ['without disposition', 'X-None: 1', 'binary'],
  ])('a message in the message, %s', async (_what, disposition, encoding) => {
    const inner = ['From: x@y.example', ...alternative(LINK, '<p>')];
    const raw = mail(
      ...MIXED,
      '--b',
      '',
      'Forwarded',
      '--b',
      'Content-Type: message/rfc822',
      disposition,
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      ...inner,
      '--b--',
      '',
    );
    const { bytes, changes } = await rewritten(raw);
    expect(bytes.toString()).toBe(raw.toString().replace(`\r\n${LINK}\r\n`, `\r\n${LOCKED}\r\n`));
    expect(changes).toMatchObject([{ kind: 'link', part: '2.1', host: 'evil.example', url: LINK }]);
  });
  test('a message in base64, known by its name only', async () => {
    const inner = mail('From: x@y.example', '', LINK);
    const raw = mail(
      ...HEAD,
      'Content-Type: application/octet-stream; name=note.eml',
      'Content-Transfer-Encoding: base64',
      '',
      inner.toString('base64'),
    );
    const [file] = (await parseMail((await rewritten(raw)).bytes)).parts;
    expect(file?.content.toString()).toBe(`From: x@y.example\r\n\r\n${LOCKED}`);
  });
  test('a multipart without a single boundary is text', async () => {
    const raw = mail(
      ...HEAD,
      'Content-Type: multipart/mixed; boundary=never',
      'Content-Transfer-Encoding: base64',
      '',
      LINK,
    );
    expect(await text(raw)).toBe(raw.toString().replace(LINK, LOCKED));
  });
  test('an empty file at the boundary: the note ends with the line break that it needs', async () => {
    const raw = mail(...MIXED, '--b', 'Content-Type: a/b', '', '--b--', '');
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const result = await text(raw, { links: [], files: new Map([[empty, { why: 'It is empty.' }]]) });
    expect(result).toMatch(/Why: {6}It is empty\.\r\n[\s\S]+above\.\r\n\r\n--b--\r\n$/);
  });
  test('an empty part gets no banner', async () => {
    const raw = mail(...MIXED, '--b', '', '', '--b', '', 'Hi', '--b--', '');
    const { changes } = await rewritten(raw, { ...EVIL, banner: 'Be careful.' });
    expect(changes).toEqual([{ kind: 'banner', part: '2' }]);
  });
  test('a part whose header ends at the boundary', async () => {
    const raw = mail(...MIXED, '--b', '', LINK, '--b', 'X: y', '--b--', '');
    expect(await text(raw)).toBe(raw.toString().replace(LINK, LOCKED));
  });
  test('a page attached as a file', async () => {
    const raw = mail(
      ...HEAD,
      'Content-Type: text/html',
      'Content-Disposition: attachment; filename=a.html',
      '',
      `<a href=${LINK}>`,
    );
    expect(await text(raw)).toContain('<a >');
  });
});
