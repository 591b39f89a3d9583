/** Files in whose place a harmless rendering stands; all else of the message stays as it is, byte for byte. */
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { parseMail } from '../../../src/parse/parse.ts';
import { openStripper } from '../../../src/stripApart.ts';
import { placeLinks } from '../../../src/text/textLinks.ts';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { flatten } from '../../../src/traits/flatten/flatten.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { docxOf, packedPdfOf, pdfOf } from '../../traits/flatten/documents.ts';
import { withFile } from './mails.ts';
import { untouchedOf } from './untouched.ts';

const PDF = pdfOf({ catalog: '/OpenAction << /S /JavaScript /JS (eval) >>' });
const DOCX = docxOf(
  '<w:p><w:r><w:t>Pay at https://evil.example/x now,</w:t></w:r></w:p><w:p><w:r><w:t>--b Grüße</w:t></w:r></w:p>',
);

const planFor = (content: Buffer, mayFlatten = true): StripPlan => ({
  links: [],
  files: new Map([
    [hash('sha256', content), { trueType: 'pdf', why: 'It runs a script', ...(mayFlatten ? { mayFlatten } : {}) }],
  ]) as StripPlan['files'],
});

const mailWith = (content: Buffer, name: string, kind = 'mixed', encoding = 'base64'): Buffer =>
  withFile(
    kind,
    [
      `Content-Type: application/octet-stream; name="${name}"`,
      `Content-Transfer-Encoding: ${encoding}`,
      'Content-MD5: x',
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      encoding === 'base64'
        ? (content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')
        : content.toString('latin1'),
    ],
    'epilogue',
  );

async function flattened(raw: Buffer, plan: StripPlan) {
  const result = await strip(raw, plan, {}, flatten);
  if (!result.isRewritten) throw new Error(result.detail);
  const before = await untouchedOf(raw, result.changes);
  expect(await untouchedOf(result.bytes, result.changes)).toEqual(before);
  return result;
}

describe('a PDF', () => {
  test('keeps its place and its pages', async () => {
    const { bytes, changes, unmet } = await flattened(mailWith(PDF, 'invoice.pdf'), planFor(PDF));
    expect(changes).toMatchObject([{ kind: 'file', part: '2', name: 'invoice.pdf', flattenedTo: 'pdf' }]);
    expect(unmet).toEqual([]);
    const { parts } = await parseMail(bytes);
    expect(parts.map(({ fileName, declaredType }) => [fileName, declaredType])).toEqual([
      ['invoice.flattened.pdf', 'application/pdf'],
      [undefined, 'image/png'],
    ]);
    expect(parts[0]?.content.length).toBe(PDF.length);
    expect((await readAttachments({ parts })).attachments[0]?.hazards).toEqual([]);
    expect(bytes.toString()).not.toContain('Content-MD5');
  });
  test.each([
    ['without a leave', planFor(PDF, false), PDF, 'mixed', undefined],
    [
      'in an alternative',
      planFor(PDF),
      PDF,
      'alternative',
      /Nothing harmless could be put in its place: it stood\s+among alternatives\./,
    ],
  ])('is removed %s', async (_name, plan, content, kind, notice) => {
    const { bytes, changes } = await flattened(mailWith(content, 'invoice.pdf', kind), plan);
    expect(changes[0]).not.toHaveProperty('flattenedTo');
    expect(bytes.toString()).toContain('Tidemark removed a file');
    expect(/Nothing harmless/.test(bytes.toString())).toBe(notice !== undefined);
    expect(bytes.toString()).toMatch(notice ?? /removed/);
  });
  test('that cannot be made harmless for sure is removed, and the notice says so', async () => {
    const locked = pdfOf({ catalog: '/OpenAction << /S /JavaScript /JS (eval) >> /Encrypt 9 0 R' });
    const { bytes, changes } = await flattened(mailWith(locked, 'invoice.pdf'), planFor(locked));
    expect(changes[0]).not.toHaveProperty('flattenedTo');
    expect(bytes.toString()).toContain('Nothing harmless could be put in its place: it is encrypted.\r\n');
  });
});

describe('a document', () => {
  test('becomes its text, with nothing to click on', async () => {
    const { bytes, changes } = await flattened(mailWith(DOCX, 'invoice.docx'), planFor(DOCX));
    expect(changes).toMatchObject([{ name: 'invoice.docx', flattenedTo: 'text' }]);
    expect(bytes.toString()).toContain('name="flattened.txt"');
    const { text = '' } = await parseMail(bytes);
    expect(text).toContain('Tidemark replaced a file that came with this message by its text, below.');
    expect(text).toContain('Pay at hxxps://evil[.]example/x now,\n--b Grüße');
    expect(placeLinks(text)).toEqual([]);
  });
  test('by the worker as on this thread', async () => {
    const stripper = openStripper({ timeoutMs: 20_000, workerHeapMb: 512, inlineBytes: 0 });
    try {
      const raw = mailWith(DOCX, 'invoice.docx');
      expect(await stripper.strip(raw, planFor(DOCX))).toEqual(await flattened(raw, planFor(DOCX)));
    } finally {
      await stripper.close();
    }
  });
});

test('whatever stands in it, in whatever encoding: the rest stays, and the reader finds nothing left', async () => {
  const text = fc.array(
    fc.constantFrom(
      'a',
      'https://evil.example/x',
      'www.evil.example',
      '--b',
      '--b--',
      '.',
      'ü',
      '\u202e',
      'evil.',
      ' ',
    ),
  );
  const file = fc.oneof(
    text.map((words): [Buffer, string] => [docxOf(`<w:p><w:t>x${words.join(' ')}</w:t></w:p>`), 'a.docx']),
    fc
      .tuple(
        fc.constantFrom(pdfOf, packedPdfOf),
        fc.constantFrom('/OpenAction << /S /JavaScript /JS (x) >>', '/URI (https://evil.example/x)'),
      )
      .map(([build, catalog]): [Buffer, string] => [build({ catalog }), 'a.pdf']),
  );
  await fc.assert(
    fc.asyncProperty(file, fc.constantFrom('base64', 'binary'), async ([content, name], encoding) => {
      const raw = mailWith(content, name, 'mixed', encoding);
      const inside = (await parseMail(raw)).parts[0]?.content ?? Buffer.alloc(0);
      const { bytes } = await flattened(raw, planFor(inside));
      const { text: shown = '', parts } = await parseMail(bytes);
      expect(placeLinks(shown)).toEqual([]);
      const { attachments, links } = await readAttachments({ parts });
      expect(attachments.flatMap(({ hazards }) => hazards)).toEqual([]);
      expect(links).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
