import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMail } from '../../src/parse/parse.ts';
import { readSignedData } from '../../src/text/signedData.ts';
import { cpuClock } from '../cpuTime.ts';
import { compressed, contentInfo, enveloped, octets, open, signed, tlv } from './cms.ts';
import { codes, files, MIXED, multipart, PLAIN, part, written } from './written.ts';

const INNER = 'Content-Type: text/plain\r\n\r\ninner words';
const DEFAULT_TYPE = 'application/pkcs7-mime';

const LONG = Buffer.from([0x04, 0x88, 0, 0, 0, 0, 0, 0, 0, INNER.length]);

const inLines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

const inOnePiece = (cms: Buffer, type = `${DEFAULT_TYPE}; smime-type=signed-data; name=smime.p7m`) =>
  written([`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64'], inLines(cms));
const file = (name: string, cms: Buffer, type = DEFAULT_TYPE) =>
  part(
    [`Content-Type: ${type}; name=${name}`, `Content-Disposition: attachment; filename=${name}`, BASE64],
    inLines(cms),
  );
const BASE64 = 'Content-Transfer-Encoding: base64';
const inPieces = (text: string) =>
  tlv(0x24, tlv(0x24, octets(text.slice(0, 9)), octets('')), octets(text.slice(9, 20)), octets(text.slice(20)));
const wrapped = (cms: Buffer) => `Content-Type: application/pkcs7-mime\r\n${BASE64}\r\n\r\n${inLines(cms)}`;

describe('what was signed in one piece is what the mail says', () => {
  test.each([
    ['DER', signed(octets(INNER)), undefined],
    ['BER, lengths left open', signed(open(0x24, octets(INNER)), open), undefined],
    ['BER, in pieces', signed(inPieces(INNER)), undefined],
    ['BER, a length with zeros in front', signed(Buffer.concat([LONG, Buffer.from(INNER)])), undefined],
    ['without smime-type', signed(octets(INNER)), 'application/x-pkcs7-mime'],
    ['by its name alone', signed(octets(INNER)), 'application/octet-stream; name=smime.p7m'],
    ['compressed', compressed(INNER), 'application/pkcs7-mime; smime-type=compressed-data'],
    ['signed, compressed, signed', signed(octets(wrapped(compressed(wrapped(signed(octets(INNER))))))), undefined],
    ['broken off', signed(octets(INNER)).subarray(0, -2), undefined],
    ['base64 twice', Buffer.from(signed(octets(INNER)).toString('base64')), undefined],
    ['no header', signed(octets('inner words')), undefined],
    ['an empty header', signed(octets('\r\ninner words')), undefined],
    ['no header, the name of a file', signed(octets('inner words')), 'application/pkcs7-mime; name=x.txt.p7m'],
  ])('%s', async (_name, cms, type) => {
    const mail = await inOnePiece(cms, type);
    expect([mail.text, codes(mail)]).toEqual(['inner words', []]);
  });

  test('its files are files of the mail, and it stays one itself', async () => {
    const inner = `${MIXED}\r\n\r\n${multipart(PLAIN, part(['Content-Type: application/x; name=run.exe'], 'MZ'))}`;
    const mail = await written([MIXED], multipart(PLAIN, file('smime.p7m', signed(octets(inner)))));
    expect(mail.text).toBe('plain words\nplain words');
    expect(mail.parts.map(({ fileName }) => fileName)).toEqual(['smime.p7m', 'run.exe']);
  });

  test('in an attached message too', async () => {
    const attached = part(
      ['Content-Type: message/rfc822', 'Content-Disposition: attachment'],
      wrapped(signed(octets(INNER))),
    );
    expect((await written([MIXED], multipart(PLAIN, attached))).attachedBodies).toEqual([
      { text: 'inner words', html: '' },
    ]);
  });
});

test.each([
  ['a PDF', 'c.pdf.p7m', '%PDF-1.7', [['c.pdf', '%PDF-1.7']]],
  ['XML', 'f.xml.p7m', '<?xml version="1.0"?><a/>', [['f.xml', '<?xml version="1.0"?><a/>']]],
  ['a script whose first line could be a header', 'r.js.p7m', 'a: run()', [['r.js', 'a: run()']]],
  ['bytes without a name', 'smime.p7m', 'MZ\0\0', [['smime', 'MZ\0\0']]],
])('a signed file is opened: %s', async (_name, name, content, expected) => {
  const mail = await written(
    [MIXED],
    multipart(PLAIN, file(name, signed(octets(content)), 'application/octet-stream')),
  );
  expect(
    files(mail)
      .slice(1)
      .map(([fileName, , bytes]) => [fileName, bytes]),
  ).toEqual(expected);
  expect(mail.text.startsWith('plain words')).toBe(true);
});

test.each([
  ['encrypted', enveloped(), []],
  ['certificates alone', signed(undefined), []],
  ['no CMS', Buffer.from('MZ\x90\0', 'latin1'), ['unread-files']],
  ['another kind of it', contentInfo('2a03', tlv(0x30)), ['unread-files']],
  ['not an octet string', signed(tlv(0x30, octets(INNER))), ['unread-files']],
  ['compressed, and no end of it', compressed(Buffer.alloc(1024 * 1024 + 1, 'a ')), ['unread-files']],
  [
    'signed five times',
    [1, 2, 3, 4].reduce((cms) => signed(octets(wrapped(cms))), signed(octets(INNER))),
    ['unread-files'],
  ],
])('stays closed: %s', async (_name, cms, expected) => {
  const mail = await inOnePiece(cms);
  expect([mail.text, codes(mail)]).toEqual(['', expected]);
});

test('what compressed parts unpack to is bounded for all of them together', async () => {
  const half = file('smime.p7m', compressed(`\r\n${'a'.repeat(700_000)}`));
  const mail = await written([MIXED], multipart(half, half, half));
  expect(codes(mail)).toContain('unread-files');
});

test('any bytes, and any CMS with bytes changed, are read', async () => {
  const cms = signed(open(0x24, octets(INNER), inPieces(INNER)), open);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => readSignedData(Buffer.from(bytes), 1_000) !== undefined),
  );
  const edits = fc.array(fc.tuple(fc.nat(cms.length - 1), fc.nat(255)), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const bytes = Buffer.from(cms);
      for (const [at, value] of changes) bytes[at] = value;
      expect(readSignedData(bytes, 1_000).kind).toMatch(/^(?:content|closed|unreadable)$/);
      await parseMail(Buffer.from(`Content-Type: application/pkcs7-mime\r\n${BASE64}\r\n\r\n${inLines(bytes)}`));
    }),
  );
});

test.each([
  ['nesting', Buffer.alloc(4_000_000, Buffer.from([0x24, 0x80])), 0],
  ['many pieces', Buffer.alloc(600_000, Buffer.from([0x04, 0x01, 0x78])), 200_000],
])('costs no more than its bytes: %s', (_name, pieces, size) => {
  const spentMs = cpuClock();
  const read = readSignedData(signed(open(0x24, pieces), open), 0);
  expect(spentMs()).toBeLessThan(2_000);
  expect(read).toMatchObject({ kind: 'content', content: Buffer.alloc(size, 'x') });
});
