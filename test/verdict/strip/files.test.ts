/** Files that are removed, and the note that stands in their place. */
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { parseMail } from '../../../src/parse/parse.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { HEAD, mail, rewritten, single, text, withFile } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

describe('files', () => {
  const CONTENT = Buffer.from('MZ\x90\0 a program');
  const SHA256 = hash('sha256', CONTENT);
  const plan: StripPlan = {
    links: [],
    files: new Map([[SHA256, { trueType: 'exe', why: 'A file that runs: attachment “invoice.pdf.exe”' }]]),
  };
  const mixed = (kind: string, ...more: readonly string[]): Buffer =>
    withFile(
      kind,
      [
        'Content-Type: application/pdf; name="invoice.pdf.exe"',
        'Content-Transfer-Encoding: base64',
        'Content-ID: <c1>',
        'Content-Description: an invoice',
        'Content-Disposition: attachment; filename="invoice.pdf.exe"',
        '',
        CONTENT.toString('base64'),
      ],
      ...more,
    );

  test('one is replaced by a note, the others stay', async () => {
    const raw = mixed('mixed', 'epilogue');
    const { bytes, changes, unmet } = await rewritten(raw, plan);
    const at = raw.indexOf('Content-Type: application/pdf');
    const end = raw.indexOf('\r\n--b\r\nContent-Type: image/png');
    expect(bytes.subarray(0, at).equals(raw.subarray(0, at))).toBe(true);
    expect(bytes.toString().endsWith(raw.subarray(end).toString())).toBe(true);
    expect(bytes.subarray(at, bytes.length - (raw.length - end)).toString()).toBe(
      [
        'Content-Type: text/plain; charset=utf-8; name="removed.txt"',
        'Content-Transfer-Encoding: 7bit',
        'Content-ID: <c1>',
        'Content-Disposition: inline; filename="removed.txt"',
        '',
        'Tidemark removed a file that came with this message.',
        '',
        'Name:     invoice.pdf.exe',
        'Type:     exe by content, called application/pdf',
        `Size:     ${CONTENT.length} bytes`,
        `SHA-256:  ${SHA256}`,
        'Why:      A file that runs: attachment "invoice.pdf.exe"',
        '',
        'To get it back, ask whoever looks after your mail, and name the SHA-256',
        'above.',
        '',
      ].join('\r\n'),
    );
    expect(changes).toEqual([
      { kind: 'file', part: '2', name: 'invoice.pdf.exe', sizeBytes: CONTENT.length, sha256: SHA256 },
    ]);
    expect(unmet).toEqual([]);
  });
  test('of an alternative the note is none: the mail would be hidden by it', async () => {
    const result = await text(mixed('alternative'), plan);
    expect(result).toContain('Content-Type: application/octet-stream; name="removed.txt"');
  });
  test('the whole message is a file', async () => {
    const raw = single('application/x-msdownload; name=a.exe', 'base64', CONTENT.toString('base64'));
    const { bytes, headers } = await rewritten(raw, { ...plan, banner: 'Be careful.' });
    const { text: shown, parts, subject } = await parseMail(bytes);
    expect(shown).toMatch(/^Tidemark removed a file/);
    expect(subject).toBe('Hello');
    expect(parts).toEqual([]);
    expect(headers).toEqual([
      { kind: 'change', name: 'Content-Type', index: 1, value: 'text/plain; charset=utf-8; name="removed.txt"' },
      { kind: 'change', name: 'Content-Transfer-Encoding', index: 1, value: '7bit' },
      { kind: 'add', name: 'Content-Disposition', value: 'inline; filename="removed.txt"' },
    ]);
  });
  test('in a message in the message', async () => {
    const raw = mail(...HEAD, 'Content-Type: message/rfc822', '', mixed('mixed').toString('latin1'));
    const { bytes, changes } = await rewritten(raw, plan);
    expect(changes).toMatchObject([{ kind: 'file', part: '2' }]);
    expect(bytes.includes(CONTENT.toString('base64'))).toBe(false);
  });
  test("'all' takes pictures and calendars, not text", async () => {
    const { changes } = await rewritten(mixed('mixed'), { links: [], files: 'all' });
    expect(changes.map(({ part }) => part)).toEqual(['2', '3']);
  });
  test('a name that would deceive', async () => {
    const name = `=?utf-8?B?${Buffer.from('inv\u202efdp.exe https://evil.example/x\u0007').toString('base64')}?=`;
    const raw = mail(
      ...HEAD,
      `Content-Type: application/pdf; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      CONTENT.toString('base64'),
    );
    expect(await text(raw, plan)).toContain('Name:     inv fdp.exe hxxps://evil[.]example/x\r\n');
  });
  test('one that is not there is said', async () => {
    const result = await rewritten(single('text/plain', '7bit', LINK), {
      ...plan,
      links: [{ to: 'evil.example' }, { to: 'other.example' }, { to: 'in.example', inFile: 'ff' }],
    });
    expect(result.unmet).toEqual(['other.example', 'in.example', `sha256:${SHA256}`]);
  });
});

describe('files that only lenient programs see', () => {
  const CONTENT = Buffer.from('MZ\x90\0 a program', 'latin1');
  const SHA256 = hash('sha256', CONTENT);
  const plan: StripPlan = { links: [], files: new Map([[SHA256, { why: 'A file that runs' }]]) };
  const inParts = (type: string, ...part: readonly string[]): Buffer =>
    mail(...HEAD, `Content-Type: ${type}`, '', '--b', ...part, '--b--', '');
  const CODED = ['begin 644 a.exe', '.35J0`"!A(\'!R;V=R86T`', '`', 'end'];
  const base64 = (...headers: readonly string[]) => [
    ...headers,
    'Content-Transfer-Encoding: base64;',
    '',
    CONTENT.toString('base64'),
  ];

  test.each([
    [
      'in a digest',
      inParts(
        'multipart/digest; boundary=b',
        '',
        'Content-Type: multipart/mixed; boundary=c',
        '',
        '--c',
        ...base64('Content-Type: application/zip'),
        '--c--',
      ),
    ],
    [
      'in a multipart without a semicolon',
      inParts('multipart/mixed boundary=b', ...base64('Content-Type: application/zip')),
    ],
    [
      'a text with the name of a program',
      inParts('multipart/mixed; boundary=b', ...base64('Content-Type: text/plain; name=a.exe')),
    ],
    [
      'uuencoded',
      inParts(
        'multipart/mixed; boundary=b',
        'Content-Type: application/zip',
        'Content-Transfer-Encoding: x-uuencode',
        '',
        ...CODED,
      ),
    ],
  ])('%s: removed', async (_name, raw) => {
    expect((await parseMail(raw)).parts.some(({ content }) => content.equals(CONTENT))).toBe(true);
    const { bytes, unmet } = await rewritten(raw, plan);
    expect(unmet).toEqual([]);
    expect((await parseMail(bytes)).parts.some(({ content }) => content.equals(CONTENT))).toBe(false);
  });
  test('in the middle of a text: the mail stays as it is, and says so', async () => {
    expect(await strip(single('text/plain', '7bit', CODED.join('\r\n')), plan)).toMatchObject({
      isRewritten: false,
      refusal: 'untraceable',
    });
  });
  test('a link in UTF-7 is locked', async () => {
    const evil: StripPlan = { links: [{ to: 'evil.example' }], files: new Map() };
    const raw = single(
      'text/html; charset=utf-7',
      '7bit',
      '+ADw-a href=+ACI-https://evil.example/x+ACI-+AD4-pay+ADw-/a+AD4-',
    );
    expect((await parseMail((await rewritten(raw, evil)).bytes)).html).not.toContain('href="https://evil.example');
  });
});
