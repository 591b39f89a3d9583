/** Files and forms that a PDF keeps in streams. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { latin1, part, zip } from '../parts.ts';

const oletools = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'oletools', name));
const pdf = (...pieces: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([latin1('%PDF-1.7\n'), ...pieces.map((piece) => (typeof piece === 'string' ? latin1(piece) : piece))]);
const stream = (object: number, content: Buffer | string, more = ''): Buffer => {
  const packed = deflateSync(content);
  return Buffer.concat([
    latin1(`${object} 0 obj\n<< ${more}/Filter /FlateDecode /Length ${packed.length} >>\nstream\n`),
    packed,
    latin1('\nendstream\nendobj\n'),
  ]);
};

async function read(content: Buffer) {
  const { attachments, links, defects } = await readAttachments({ parts: [part('a.pdf', content)] });
  const [file] = attachments;
  return {
    names: file?.entryNames,
    hazards: file?.hazards.map(
      ({ kind, quote, inside }) => `${kind}: ${quote}${inside === undefined ? '' : ` in ${inside}`}`,
    ),
    links: links.map(({ url }) => url),
    defects,
  };
}

describe('files', () => {
  const holding = (name: string, content: Buffer | string): Buffer =>
    pdf(
      `4 0 obj\n<< /Type /Filespec /F (${name}) /EF << /F 7 0 R >> >>\nendobj\n`,
      stream(7, content, '/Type /EmbeddedFile '),
    );
  test.each([
    [
      'macros',
      'a.xlsm',
      oletools('excel4_sample_macro.xlsm'),
      ['macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.xml in a.xlsm', 'macro-auto-run: Auto_Open in a.xlsm'],
      [],
    ],
    [
      'a program',
      'a.dat',
      Buffer.concat([latin1('MZ\x90\0'), Buffer.alloc(90)]),
      ['program: Windows program in a.dat'],
      [],
    ],
    ['an archive', 'a.zip', zip(['run.js']), [], ['a.zip/run.js']],
    ['the data of an invoice', 'factur-x.xml', '<?xml version="1.0"?><rsm:CrossIndustryInvoice/>', [], []],
  ])('%s', async (_name, name, content, hazards, names) => {
    const found = await read(holding(name, content));
    expect(found.hazards).toEqual([`pdf-file: ${name}`, ...hazards]);
    expect([found.names, found.defects]).toEqual([names, []]);
  });
});

describe('forms in XML', () => {
  const script = (activity: string, code: string): string =>
    `<template><subform><event activity="${activity}"><script contentType="application/x-javascript">${code}</script></event></subform></template>`;
  const GOES = 'xfa.host.gotoURL(&quot;https://evil.example/x&quot;);';
  const whole = (form: string): Buffer => pdf('3 0 obj\n<< /XFA 8 0 R >>\nendobj\n', stream(8, `<xdp>${form}</xdp>`));
  const inPieces = (form: string): Buffer =>
    pdf(
      '3 0 obj\n<< /XFA [ (preamble) 8 0 R (template) 9 0 R (postamble) 10 0 R ] >>\nendobj\n',
      stream(8, '<xdp>'),
      stream(9, form),
      stream(10, '</xdp>'),
    );
  const inList = (form: string): Buffer =>
    pdf('3 0 obj\n<< /XFA 4 0 R >>\nendobj\n4 0 obj\n[ (template) 9 0 R ]\nendobj\n', stream(9, form));
  test.each([
    [
      'goes elsewhere when it is opened',
      script('docReady', GOES),
      ['pdf-script: gotoURL( on docReady'],
      ['https://evil.example/x'],
    ],
    [
      'builds what overruns a reader',
      script('initialize', 'var a = unescape("%u9090");'),
      ['pdf-script: unescape( on initialize'],
      [],
    ],
    ['goes elsewhere by a click', script('click', GOES), ['pdf-script: JavaScript'], ['https://evil.example/x']],
    ['calculates', script('initialize', 'this.rawValue = Sum(a, b);'), ['pdf-script: JavaScript'], []],
    ['has none', '<template><field name="a"/></template>', [], []],
  ])('%s', async (_name, form, hazards, links) => {
    for (const content of [whole(form), inPieces(form), inList(form)])
      expect(await read(content)).toEqual({ names: [], hazards, links, defects: [] });
  });
});
