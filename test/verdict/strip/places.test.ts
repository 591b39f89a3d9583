/** Boundaries where nobody expects one: what stands behind them is read, and stays where it is. Found by properties.test.ts and its like. */
import { expect, test } from '@jest/globals';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { linksLeft } from './left.ts';
import { EVIL, HEAD, LOCKED, mail, rewritten, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';
const ANCHOR = '<a href="https://evil.example/x">x</a>';
const FILES: StripPlan = { links: [], files: 'all' };
const BANNER: StripPlan = { ...EVIL, banner: 'Be careful.' };

test.each([
  ['closing', '--x--'],
  ['opening', '--x'],
  ['opening, with a header below', '--x\r\nContent-Type: image/png\r\n'],
])('a page that names a boundary has no parts: %s', async (_what, line) => {
  const raw = mail(...HEAD, 'Content-Type: text/html; boundary=x', '', '<p>hi', line, ANCHOR, '');
  expect((await linksLeft(raw)).map(({ host, source }) => `${source} ${host}`)).toEqual(['html evil.example']);
  const result = await text(raw);
  expect(result).toBe(
    raw.toString().replace(ANCHOR, '<a >[hxxps[:]//evil[.]example/... link locked by Tidemark] x</a>'),
  );
});

test('a file that names a boundary goes as a whole', async () => {
  const raw = mail(...HEAD, 'Content-Type: application/x; boundary=x', '', 'file', '--x--', 'end of the file', '');
  const result = await text(raw, FILES);
  expect(result).toContain('Tidemark removed a file');
  expect(result).not.toMatch(/--x--|end of the file/);
});

test('a message that names a boundary is a message', async () => {
  const inner = ['Subject: in', 'Content-Type: multipart/mixed; boundary=x', '', '--x', '', LINK, '--x--', ''];
  const raw = mail(...HEAD, 'Content-Type: message/rfc822; boundary=x', '', ...inner);
  expect(await text(raw)).toBe(raw.toString().replace(LINK, LOCKED));
});

test.each([
  ['a soft break at the end of the text', 'quoted-printable', `${LINK}=`, LOCKED],
  ['none', '7bit', LINK, LOCKED],
])('behind a type that is none the boundary stays on its line: %s', async (_what, encoding, before, after) => {
  const raw = mail(
    ...HEAD,
    'Content-Type: ; boundary=x',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    before,
    '--x--',
    '',
  );
  expect(await text(raw)).toBe(raw.toString().replace(`\n${before}\r\n`, `\n${after}\r\n`));
});

test('a CR at the end of a text is not half of the line break of the boundary', async () => {
  const part = ['--b', 'Content-Transfer-Encoding: quoted-printable', ''];
  const raw = Buffer.from(
    [...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', ...part, `${LINK} \r=`, '--b--', ''].join('\n'),
  );
  expect(await text(raw)).toBe(raw.toString().replace(`${LINK} \r=`, `${LOCKED}=0D`));
});

const GUESSED = ['Content-Type: multipart/mixed', ''];
/** The first is a boundary by the header of its part alone, and that header goes. */
const TWO_GUESSES = [...GUESSED, '--A', 'Content-Length: 9', '', LINK, '--B', 'Content-Type: text/plain', '', 'x', ''];

test.each([
  ['of the message', mail(...HEAD, ...TWO_GUESSES)],
  ['of a message in it', mail(...HEAD, 'Content-Type: message/rfc822', '', 'Subject: in', ...TWO_GUESSES)],
])('where another boundary would be guessed afterwards it stays as it is: %s', async (_what, raw) => {
  expect(await strip(raw, BANNER)).toMatchObject({ isRewritten: false, refusal: 'untraceable' });
});

test('a multipart without parts ends where the one around it goes on', async () => {
  const source = ['--b', 'Content-Type: multipart/alternative', '', LINK];
  const raw = mail(...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', ...source, ...source, '--b--', LINK, '');
  const expected = raw.toString().split(LINK);
  expect(await text(raw)).toBe(`${expected.slice(0, 3).join(LOCKED)}${LINK}${expected[3]}`);
});

test('a header that ends without a line break gets one blank line', async () => {
  const { bytes } = await rewritten(Buffer.from('Subject: x\nFrom: "Boss" <eve@bank.example>'), {
    ...BANNER,
    shownAddress: 'eve@bank.example',
  });
  expect(bytes.toString()).toBe(
    'Subject: x\nFrom: "eve@bank.example" <eve@bank.example>\n\n[Tidemark] Be careful.\n\n',
  );
});
