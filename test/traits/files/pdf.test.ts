/** PDFs written so that a search for streams and names goes astray: readers find objects by a table of offsets, wherever they stand. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part } from '../parts.ts';

const SCRIPT = '3 0 obj << /S /JavaScript /JS (app.launchURL\\("http://evil.example/x"\\)) >> endobj\n';
const CATALOG = '1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 3 0 R >> endobj\n';
const FOUND = ['pdf-open-action: OpenAction JavaScript', 'pdf-script: JavaScript', 'pdf-script: app.launchURL'];

const pdf = (...pieces: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([latin1('%PDF-1.5\n'), ...pieces.map((piece) => (typeof piece === 'string' ? latin1(piece) : piece))]);

const OBJECTS: readonly (readonly [number, string])[] = [
  [1, '<< /Type /Catalog /Pages 2 0 R /OpenAction 3 0 R >>'],
  [3, '<< /S /JavaScript /JS (app.launchURL\\("http://evil.example/x"\\)) >>'],
];

/** §7.5.7: numbers and offsets, then the objects. */
function objectStream(
  pack: (plain: Buffer) => Buffer,
  dictionary: string,
  objects: readonly (readonly [number, string])[] = OBJECTS,
): Buffer {
  let offsets = '';
  let body = '';
  for (const [number, object] of objects) {
    offsets += `${number} ${body.length} `;
    body += `${object} `;
  }
  const packed = pack(latin1(offsets + body));
  const head = `5 0 obj << /Type /ObjStm /N ${objects.length} /First ${offsets.length} /Length ${packed.length} ${dictionary} >>\nstream\n`;
  return pdf(head, packed, '\nendstream endobj\n6 0 obj [ /FlateDecode ] endobj\n');
}
const flate = (plain: Buffer): Buffer => deflateSync(plain);
const hex = (plain: Buffer): Buffer => latin1(`${deflateSync(plain).toString('hex')}>`);

/** PNG's filter "up" in rows of four bytes. */
function predicted(plain: Buffer): Buffer {
  const padded = Buffer.concat([plain, Buffer.alloc((4 - (plain.length % 4)) % 4, 32)]);
  const rows: Buffer[] = [];
  for (let at = 0; at < padded.length; at += 4) {
    const row = [0, 1, 2, 3].map((i) => (padded[at + i] ?? 0) - (at < 4 ? 0 : (padded[at - 4 + i] ?? 0)));
    rows.push(Buffer.from([2, ...row]));
  }
  return deflateSync(Buffer.concat(rows));
}

/** ASCII85 (§7.4.3) of Flate. */
function base85(plain: Buffer): Buffer {
  const packed = deflateSync(plain);
  const padded = Buffer.concat([packed, Buffer.alloc((4 - (packed.length % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < padded.length; at += 4) {
    const value = padded.readUInt32BE(at);
    text += [4, 3, 2, 1, 0].map((power) => String.fromCharCode(33 + (Math.floor(value / 85 ** power) % 85))).join('');
  }
  return latin1(`${text.slice(0, text.length - (padded.length - packed.length))}~>`);
}

/** A block that is kept as it is, with the word in it, then a packed one. */
function withWordInside(plain: Buffer): Buffer {
  const head = Buffer.alloc(5);
  const cut = plain.indexOf('(endstream)') + 11;
  head.writeUInt16LE(cut, 1);
  head.writeUInt16LE(~cut & 0xffff, 3);
  return Buffer.concat([
    latin1('\x78\x9c'),
    head,
    plain.subarray(0, cut),
    deflateRawSync(plain.subarray(cut)),
    Buffer.alloc(4),
  ]);
}

async function read(content: Buffer) {
  const { attachments, links, defects } = await readAttachments({ parts: [part('a.pdf', content)] });
  const hazards = attachments[0]?.hazards.map(({ kind, quote }) => `${kind}: ${quote}`);
  return { hazards, links: links.map(({ url }) => url), defects: defects.map(({ detail }) => detail) };
}

describe('a script on opening is seen', () => {
  test.each([
    ['plainly', pdf(CATALOG, SCRIPT)],
    ['behind the word stream in a comment', pdf('%stream\n', CATALOG, SCRIPT, '%endstream\n')],
    ['behind it in a string', pdf('9 0 obj (>>\nstream\n) endobj\n', CATALOG, SCRIPT, '%endstream\n')],
    ['in a stream that is no page', pdf('9 0 obj << /Length 9 >>\nstream\n', CATALOG, SCRIPT, 'endstream endobj\n')],
    [
      'between two strings of its own object',
      pdf(
        '1 0 obj << /A (>>\nstream\n) /OpenAction << /S /JavaScript /JS (app.launchURL\\(1\\)) >> /B (endstream) >> endobj\n',
      ),
    ],
    ['in a packed stream', objectStream(flate, '/Filter /FlateDecode')],
    ['in hex', objectStream(hex, '/Filter [/ASCIIHexDecode /FlateDecode]')],
    ['in base 85', objectStream(base85, '/Filter [/ASCII85Decode /FlateDecode]')],
    ['with its filter elsewhere', objectStream(flate, '/Filter 6 0 R')],
    ['with a long dictionary', objectStream(flate, `/Filter /FlateDecode /Pad (${'x'.repeat(2_100)})`)],
    ['with a predictor', objectStream(predicted, '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>')],
    [
      'with the word endstream inside',
      objectStream(withWordInside, '/Filter /FlateDecode', [[9, '(endstream)'], ...OBJECTS]),
    ],
  ])('%s', async (_name, content) => {
    expect(await read(content)).toEqual({ hazards: FOUND, links: [], defects: [] });
  });
  test('what cannot be unpacked is told', async () => {
    const { defects } = await read(objectStream(flate, '/Filter /LZWDecode'));
    expect(defects).toEqual(['packed objects of a PDF in a.pdf']);
  });
});

describe('a script on opening', () => {
  const PRINT = '/S /JavaScript /JS (this.print\\(true\\);)';
  const opening = (script: string): Buffer =>
    pdf(`1 0 obj << /OpenAction << /S /JavaScript /JS (${script}) >> >> endobj\n`);
  const behind = (...objects: readonly string[]): Buffer => pdf(CATALOG, ...objects.map((one) => `${one}\n`));
  const action = async (content: Buffer): Promise<string | undefined> =>
    (await read(content)).hazards?.find((one) => one.startsWith('pdf-open-action'));
  test.each([
    ['prints', opening('this.print\\(\\);')],
    ['prints by a table', opening('this.print\\({bUI: true,\\n bSilent: false}\\);')],
    [
      'prints in its own way',
      opening(
        'var pp = this.getPrintParams\\(\\);\\npp.interactive = pp.constants.interactionLevel.full;\\nthis.print\\(pp\\);',
      ),
    ],
    ['zooms', opening('this.zoomType = zoomtype.fitW;')],
    ['turns to a page', opening('this.pageNum = 2')],
    ['dates a field', opening('this.getField\\("Datum"\\).value = util.printd\\("dd.mm.yyyy", new Date\\(\\)\\);')],
    ['prints behind a reference', behind(`3 0 obj << ${PRINT} >> endobj`)],
    ['prints in every version', behind(`3 0 obj << ${PRINT} >> endobj`, `3 0 obj << /Type /Action ${PRINT} >> endobj`)],
    [
      'prints in a packed object',
      objectStream(flate, '/Filter /FlateDecode', [
        [1, CATALOG.slice(8, -8)],
        [3, `<< ${PRINT} >>`],
      ]),
    ],
  ])('%s', async (_name, content) => {
    expect(await action(content)).toBe('pdf-open-action: OpenAction view');
  });
  test.each([
    ['calls something else', opening('this.print\\(\\); run\\(\\);')],
    ['calls in brackets', opening('this.print\\(run\\(\\)\\);')],
    ['sets what is not its own', opening('app.x = 1; this.print\\(\\);')],
    ['has a word with letters escaped', opening('this.print\\e\\v\\a\\l\\(1\\)')],
    ['is followed by another', pdf(`1 0 obj << /OpenAction << ${PRINT} /Next 4 0 R >> >> endobj\n`)],
    ['is another in the last version', behind(`3 0 obj << ${PRINT} >> endobj`, SCRIPT)],
    ['is another, numbered otherwise', behind(`3 0 obj << ${PRINT} >> endobj`, SCRIPT.replace('3 0', '03%\n0'))],
    ['stands in a stream', behind('3 0 obj << /S /JavaScript /JS 4 0 R >> endobj')],
  ])('that %s is told', async (_name, content) => {
    expect(await action(content)).toBe('pdf-open-action: OpenAction JavaScript');
  });
  test('twelve that print hide no other', async () => {
    const decoys = Array.from({ length: 12 }, () => `9 0 obj << /OpenAction << ${PRINT} >> >> endobj\n`);
    expect((await read(pdf(...decoys, CATALOG, SCRIPT))).hazards).toContain('pdf-open-action: OpenAction');
  });
});

describe('a format of dates', () => {
  const form = (format: string): Buffer =>
    pdf(`9 0 obj << /S /JavaScript /JS (x = util.printd\\(${format}, d\\);) >> endobj\n`);
  const OVERRUN = ['pdf-script: JavaScript', 'pdf-script: util.printd'];
  test.each([
    ['of a form', '"dd.mm.yyyy HH:MM"', ['pdf-script: JavaScript']],
    ['by number', '1', ['pdf-script: JavaScript']],
    ['that is long', `"${'1'.repeat(200)}"`, OVERRUN],
    ['that is made', 'long', OVERRUN],
  ])('%s', async (_name, format, expected) => {
    expect((await read(form(format))).hazards?.map((one) => one.replace(/\($/, ''))).toEqual(expected);
  });
});

describe('a link is seen', () => {
  const link = (uri: string): Buffer =>
    pdf(`4 0 obj << /A << /S /URI ${uri} >> >> endobj\n`, '9 0 obj (https://evil.example/login) endobj\n');
  test.each([
    ['plainly', link('/URI (https://evil.example/login)')],
    ['elsewhere', link('/URI 9 0 R')],
    ['behind a comment', link('/URI%c\n(https://evil.example/login)')],
    ['behind many blanks', link('/URI         (https://evil.example/login)')],
    [
      'in an object stream, its address in another place of it',
      objectStream(flate, '/Filter /FlateDecode', [
        [4, '<< /S /URI /URI 9 0 R >>'],
        [9, '(https://evil.example/login)'],
      ]),
    ],
  ])('%s', async (_name, content) => {
    expect((await read(content)).links).toEqual(['https://evil.example/login']);
  });
});

describe('a PDF made to cost', () => {
  test.each([
    ['objects without an end', '1 0 obj '],
    ['strings without an end', '1 0 obj ( '],
    ['comments without an end', '1 0 obj % '],
    ['streams without an end', '1 0 obj <<>>stream\n'],
    ['dictionaries in dictionaries', '1 0 obj << '],
    ['object streams', '1 0 obj <</Type/ObjStm/Filter 1 0 R/Length 1 0 R>>stream\n'],
    ['links to elsewhere', '/URI 9 0 R '],
    ['actions that print', '/OpenAction 3 0 R 3 0 obj <</S/JavaScript/JS(this.print\\(\\);)>> '],
    ['versions without an end', '/OpenAction 3 0 R 3%\n'],
  ])(
    '%s',
    async (_name, piece) => {
      const content = pdf(piece.repeat(Math.floor((2 * 1024 * 1024) / piece.length)), 'endstream');
      const spentMs = cpuClock();
      await read(content);
      expect(spentMs()).toBeLessThan(4_000); // ms; minutes if it grew with the square
    },
    30_000,
  );
});
