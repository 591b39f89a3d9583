/** Names of any length keep their ending: it tells what a file is. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../../src/parse/parse.ts';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { compound } from '../compound.ts';
import { latin1, part, zip, zipWith } from '../parts.ts';
import { fileOf, tnef, wide } from '../tnef.ts';

const LONG = `invoice ${'x'.repeat(600)}.js`;

async function namesIn(fileName: string, content: Buffer): Promise<readonly string[]> {
  const { attachments } = await readAttachments({ parts: [part(fileName, content)] });
  return attachments[0]?.entryNames ?? [];
}

describe('of the files of a mail', () => {
  const mail = (...lines: readonly string[]): Buffer => Buffer.from(['From: a@b.example', ...lines].join('\r\n'));
  test.each([
    [
      'a part',
      mail(
        'Content-Type: multipart/mixed; boundary=q\r\n',
        `--q\r\nContent-Disposition: attachment; filename="${LONG}"\r\n\r\nx\r\n--q--\r\n`,
      ),
    ],
    ['in the middle of a text', mail('', `begin 644 ${LONG}`, '!>```', '`', 'end', '')],
  ])('%s', async (_name, raw) => {
    const { parts } = await parseMail(raw);
    expect(parts.map(({ fileName = '' }) => [fileName.length, fileName.slice(0, 8), fileName.slice(-4)])).toEqual([
      [255, 'invoice ', 'x.js'],
    ]);
    expect((await readAttachments({ parts })).attachments[0]).toMatchObject({ extension: 'js', kind: 'script' });
  });
});

describe('of files in files', () => {
  const named = (...fields: readonly (readonly [name: string, content: Buffer])[]): Buffer =>
    compound(
      { '__properties_version1.0': Buffer.alloc(64), ...Object.fromEntries(fields) },
      { storage: '__attach_version1.0_#00000000' },
    );
  const gz = gzipSync('x');
  gz[3] = 8;
  test.each([
    ['a.zip', zip([LONG])],
    ['a.zip', zipWith({ [`${'folder/'.repeat(60)}a.zip`]: zip([LONG.slice(-200)]) })],
    ['a.gz', Buffer.concat([gz.subarray(0, 10), latin1(`${LONG}\0`), gz.subarray(10)])],
    ['a.msg', named(['__substg1.0_3707001F', wide(LONG)], ['__substg1.0_37010102', latin1('x')])],
    ['winmail.dat', tnef(fileOf(LONG, 'x'))],
  ])('%s %#', async (name, content) => {
    expect((await namesIn(name, content)).at(-1)).toMatch(/x\.js$/);
  });
});
