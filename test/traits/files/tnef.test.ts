/** What a winmail.dat holds is seen as what the mail holds: files by name and bytes, addresses of the bodies. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { cpuClock } from '../../cpuTime.ts';
import { part, zip, zipWith } from '../parts.ts';
import { attribute, fileOf, properties, property, tnef, wide } from '../tnef.ts';

const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(96)]);
const WINMAIL = { declaredType: 'application/ms-tnef' };
const PAGE = '<script>location.href="https://evil.example/"</script>';

async function read(content: Buffer, name = 'winmail.dat') {
  const { attachments, links, defects } = await readAttachments({ parts: [part(name, content, WINMAIL)] });
  const [file] = attachments;
  return {
    kind: file?.kind,
    names: file?.entryNames,
    hazards: file?.hazards.map(({ kind, inside = '' }) => `${kind} in ${inside}`),
    links: links.map(({ url }) => url),
    defects: defects.map(({ detail }) => detail),
  };
}

describe('files of a winmail.dat', () => {
  const anUnnamed = Buffer.concat([attribute(2, 0x6_9002, Buffer.alloc(14)), attribute(2, 0x6_800f, PROGRAM)]);
  const asProperty = (value: Buffer, type: number, name: string): Buffer =>
    Buffer.concat([
      attribute(2, 0x6_9002, Buffer.alloc(14)),
      properties(2, property(0x3701, type, value), property(0x3707, 0x1e, Buffer.from(`${name}\0`))),
    ]);
  const message = (inner: Buffer): Buffer => Buffer.concat([Buffer.alloc(16, 7), inner]);
  test.each([
    ['a script by its name', [fileOf('run.js', 'x')], ['run.js'], []],
    ['a program by its bytes', [fileOf('a.dat', PROGRAM)], ['a.dat'], ['program in a.dat']],
    ['behind an honest one', [fileOf('a.txt', 'x'), fileOf('run.js', 'x')], ['a.txt', 'run.js'], []],
    ['without a name', [anUnnamed], ['attachment'], ['program in attachment']],
    ['an archive', [fileOf('a.zip', zip(['run.exe']))], ['a.zip', 'a.zip/run.exe'], []],
    ['a page', [fileOf('a.html', PAGE)], ['a.html'], ['page-script in a.html']],
    ['under a second name of another type', [fileOf('a.txt', 'x', 'run.js')], ['a.txt', 'run.js'], []],
    ['under its short name too', [fileOf('report of may.docx', 'x', 'REPORT~1.DOC')], ['report of may.docx'], []],
    ['kept among its properties', [asProperty(PROGRAM, 0x102, 'a.dat')], ['a.dat'], ['program in a.dat']],
    [
      'in a message in it',
      [asProperty(message(tnef(fileOf('run.js', 'x'))), 0x0d, 'Re: order')],
      ['Re: order', 'Re: order/run.js'],
      [],
    ],
    ['none', [properties(1, property(0x37, 0x1f, wide('Subject')))], [], []],
  ])('%s', async (_name, attributes, names, hazards) => {
    const content = tnef(...attributes);
    expect(await read(content)).toMatchObject({ kind: 'message', names, hazards, defects: [] });
    const inZip = await read(zipWith({ 'winmail.dat': content }), 'a.zip');
    expect(inZip.names).toEqual(['winmail.dat', ...names.map((name) => `winmail.dat/${name}`)]);
  });

  test('what a colleague sends from Outlook is nothing odd', async () => {
    const ordinary = tnef(
      properties(1, property(0x37, 0x1f, wide('Minutes')), property(0x1000, 0x1f, wide('See you on Monday.'))),
      fileOf('minutes.docx', zip(['[Content_Types].xml', 'word/document.xml'])),
      fileOf('photo.png', Buffer.from('89504e470d0a1a0a', 'hex')),
    );
    const { hazards, links, defects } = await read(ordinary);
    expect([hazards, links, defects]).toEqual([[], [], []]);
  });

  test('too many are told', async () => {
    const { defects } = await read(tnef(...Array.from({ length: 300 }, (_, n) => fileOf(`${n}.png`, 'x'))));
    expect(defects[0]).toContain('files of a message beyond 200');
  });
});

describe('bodies of a winmail.dat', () => {
  const packed = (rtf: string): Buffer => {
    const literals = (rtf.match(/[\s\S]{1,8}/g) ?? []).map((eight) => `\0${eight}`).join('');
    const head = Buffer.alloc(16);
    head.writeUInt32LE(rtf.length, 4);
    head.write('LZFu', 8);
    return Buffer.concat([head, Buffer.from(literals, 'latin1')]);
  };
  const body = (id: number, type: number, value: Buffer): Buffer => properties(1, property(id, type, value));
  test.each([
    ['text', attribute(1, 0x2_800c, Buffer.from('see https://a.example/x .'))],
    ['text among the properties', body(0x1000, 0x1f, wide('see https://a.example/x .'))],
    ['HTML', body(0x1013, 0x102, Buffer.from('<a href="https://a.example/x">here</a>'))],
    ['packed RTF', body(0x1009, 0x102, packed('{\\rtf1{\\field{\\*\\fldinst HYPERLINK "https://a.example/x"}}}'))],
    [
      'HTML in packed RTF',
      body(0x1009, 0x102, packed('{\\rtf1\\fromhtml1{\\*\\htmltag84 <a href="https://a.example/x">}here}')),
    ],
    [
      'behind a property with a name of its own',
      properties(
        1,
        property(
          0x8001,
          0x1f,
          wide('x'),
          Buffer.concat([Buffer.alloc(16), Buffer.from('0100000004000000', 'hex'), wide('K')]),
        ),
        property(0x1013, 0x102, Buffer.from('<a href="https://a.example/x">here</a>')),
      ),
    ],
  ])('%s', async (_name, attributes) => {
    expect((await read(tnef(attributes))).links).toEqual(['https://a.example/x']);
  });
});

test('any bytes behind the mark are read in time, and change nothing of what stands before them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(400), async (bytes, at) => {
      const whole = tnef(fileOf('run.js', 'x'), properties(1, property(0x1009, 0x102, Buffer.from(bytes))));
      const damaged = Buffer.concat([whole.subarray(0, 4 + at), Buffer.from(bytes)]);
      await read(damaged);
    }),
    { numRuns: 200 },
  );
  const large = tnef(
    ...Array.from({ length: 9_000 }, () => attribute(1, 0x2_800c, Buffer.from('https://a.example/ '.repeat(50)))),
  );
  const spentMs = cpuClock();
  await read(large);
  expect(spentMs()).toBeLessThan(2_000);
});
