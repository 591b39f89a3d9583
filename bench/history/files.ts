/** Small harmless files that mail programs attach: enough of each format that its type can be told. */
import { crc32 } from 'node:zlib';

export interface AttachedFile {
  readonly fileName: string;
  readonly type: string;
  readonly content: Buffer;
}

export const FILE_KINDS = ['pdf', 'docx', 'xlsx', 'xlsm', 'html', 'png', 'zip'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const OOXML = 'application/vnd.openxmlformats-officedocument';

/** `stem` is the name without extension; `words` stand in the file. */
export function file(kind: FileKind, stem: string, words: string): AttachedFile {
  const made = (type: string, content: Buffer): AttachedFile => ({ fileName: `${stem}.${kind}`, type, content });
  switch (kind) {
    case 'pdf':
      return made('application/pdf', pdf(words));
    case 'docx':
      return made(
        `${OOXML}.wordprocessingml.document`,
        office('word/document.xml', `${OOXML}.wordprocessingml.document.main+xml`, words),
      );
    case 'xlsx':
      return made(
        `${OOXML}.spreadsheetml.sheet`,
        office('xl/workbook.xml', `${OOXML}.spreadsheetml.sheet.main+xml`, words),
      );
    case 'xlsm':
      return made(
        'application/vnd.ms-excel.sheet.macroEnabled.12',
        office('xl/workbook.xml', 'application/vnd.ms-excel.sheet.macroEnabled.main+xml', words, {
          'xl/vbaProject.bin': MACRO_STUB,
        }),
      );
    case 'html':
      return made(
        'text/html',
        Buffer.from(`<!DOCTYPE html>\n<html><body><table><tr><td>${words}</td></tr></table></body></html>\n`),
      );
    case 'png':
      return made('image/png', Buffer.from(PIXEL, 'base64'));
    case 'zip':
      return made('application/zip', zip({ [`${stem}.csv`]: Buffer.from(`${words}\n`) }));
  }
}

/** One page of text, ISO 32000 with a cross-reference table. */
export function pdf(words: string): Buffer {
  const stream = `BT /F1 12 Tf 72 720 Td (${words.replace(/[()\\]/g, '\\$&')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  );
}

function office(main: string, mainType: string, words: string, more: Readonly<Record<string, Buffer>> = {}): Buffer {
  const xml = (text: string) => Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`);
  return zip({
    '[Content_Types].xml': xml(
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/${main}" ContentType="${mainType}"/></Types>`,
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${main}"/></Relationships>`,
    ),
    [main]: xml(`<document>${words}</document>`),
    ...more,
  });
}

/** Header of a compound file and nothing in it: a macro container without macros. */
const MACRO_STUB = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504)]);

/** One transparent pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const ZIP_DATE = 0x5d78; // 2026-11-24 in the format of APPNOTE.TXT §4.4.6
const STORED = 0;

/** Entries are stored, not deflated: APPNOTE.TXT §4.3. Bit 0 of `flags` marks entries as encrypted (§4.4.4). */
export function zip(entries: Readonly<Record<string, Buffer>>, flags = 0): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(STORED, 4);
    common.writeUInt16LE(ZIP_DATE, 8);
    common.writeUInt16LE(ZIP_DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content]);
    const central = Buffer.alloc(14); // comment, disk, attributes: none
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, central, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(locals.length, 4);
  end.writeUInt16LE(locals.length, 6);
  end.writeUInt32LE(directoryBytes.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directoryBytes, Buffer.from('PK\x05\x06'), end]);
}
