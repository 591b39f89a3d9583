/** Every form of export that holds mail in something else: what is found in it, how far it is unpacked, what is said of what breaks. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { openFetcher } from '../../src/exports/fetch.ts';
import { findMessages } from '../../src/exports/find.ts';
import type { Found } from '../../src/exports/found.ts';
import { rebuilt } from '../../src/exports/rebuild.ts';
import { openUnpacking } from '../../src/exports/unpacking.ts';
import { msgOf, tarOf, zipOf } from './writing.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-formats-'));
const unpacking = openUnpacking(join(root, 'spool'), undefined, root); // as jobs read them
const fetcher = openFetcher();
afterAll(async () => {
  await fetcher.close();
  await unpacking.close();
  rmSync(root, { recursive: true });
});

const mail = (subject: string): string => `From: a@b.example\nTo: ana@acme.example\nSubject: ${subject}\n\nhello\n`;
const mbox = (...subjects: readonly string[]): string =>
  subjects.map((subject) => `From a@b.example Tue Nov 24 12:00:00 2026\n${mail(subject)}\n`).join('');

function put(name: string, content: string | Buffer): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function all(path: string): Promise<readonly Found[]> {
  const list: Found[] = [];
  for await (const found of findMessages(path, unpacking)) list.push(found);
  return list;
}

/** `path#index: what subject`, below `root`. */
async function list(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const found of await all(path)) lines.push(await shown(found));
  return lines;
}

async function shown(found: Found): Promise<string> {
  const place = `${found.file.path.slice(root.length + 1)}${found.index === undefined ? '' : `#${found.index}`}`;
  if ('skipped' in found) return `${place}: ${found.skipped}`;
  const { subject } = await simpleParser(await fetcher.fetch(found));
  const what = found.keptAs ?? (found.isSent ? 'sent' : 'received');
  return `${place}: ${what}${found.isRebuilt ? ', rebuilt' : ''} “${subject}”`;
}

describe('compressed', () => {
  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('an mbox with %s', async (name, pack) => {
    const path = put(`${name}/a.mbox`, pack(Buffer.from(mbox('one', 'two'))));
    expect(await list(path)).toEqual([
      `${name}/a.mbox!/a.mbox#0: received “one”`,
      `${name}/a.mbox!/a.mbox#1: received “two”`,
    ]);
  });

  test('an mbox that breaks off costs what is not there', async () => {
    const packed = gzipSync(
      Buffer.from(mbox('one', 'two') + mbox(...Array.from({ length: 3000 }, () => Math.random().toString()))),
    );
    const lines = await list(put('cut.gz', packed.subarray(0, 20_000)));
    expect(lines[0]).toBe('cut.gz!/cut#0: received “one”');
    expect(lines.at(-1)).toBe('cut.gz: corrupt');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThan(3000);
  });

  test('nothing but noise is refused', async () => {
    await expect(list(put('noise.gz', Buffer.from('\u001f\u008bnoise', 'latin1')))).rejects.toThrow('is corrupt');
  });

  test('what unpacks to a thousandfold is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(320 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(400_000);
    const path = put('bombs/a.eml.gz', bomb);
    put('bombs/b.eml', mail('after it'));
    const lines = await list(join(root, 'bombs'));
    expect(lines).toContain('bombs/a.eml.gz: unpacks-too-far');
    expect(lines).toContain('bombs/b.eml: received “after it”');
    expect(path).toContain('bombs');
  }, 60_000);
});

describe('archives', () => {
  const TAKEOUT = {
    'Takeout/Mail/Inbox.mbox': mbox('in one').replace('From: a', 'X-Gmail-Labels: Inbox,Unread\nFrom: a'),
    'Takeout/Mail/All.mbox': mbox('spammy').replace('From: a', 'X-Gmail-Labels: Spam\nFrom: a'),
    'Takeout/Mail/Sent/1.eml': mail('sent one'),
    'Takeout/archive_browser.html': '<html></html>',
    '__MACOSX/Takeout/._x.eml': 'x',
  };

  test('a ZIP archive of mailboxes and messages, as Takeout makes it', async () => {
    expect(await list(put('takeout.zip', zipOf(TAKEOUT)))).toEqual([
      'takeout.zip!/Takeout/Mail/Inbox.mbox#0: received “in one”',
      'takeout.zip!/Takeout/Mail/All.mbox#0: junk “spammy”',
      'takeout.zip!/Takeout/Mail/Sent/1.eml: sent “sent one”',
      'takeout.zip!/Takeout/archive_browser.html: not-a-message',
    ]);
  });

  test('tar, and packed with gzip, with long names', async () => {
    const name = `${'long/'.repeat(30)}1.eml`;
    const tar = tarOf({ 'Sent/1.eml': mail('sent one'), [name]: mail('deep') });
    expect(await list(put('a.tar', tar))).toEqual([
      'a.tar!/Sent/1.eml: sent “sent one”',
      `a.tar!/${name}: received “deep”`,
    ]);
    expect(await list(put('b.tgz', gzipSync(tar)))).toEqual([
      'b.tgz!/b!/Sent/1.eml: sent “sent one”',
      `b.tgz!/b!/${name}: received “deep”`,
    ]);
    expect((await list(put('cut.tar', tar.subarray(0, 1200)))).at(-1)).toBe('cut.tar!/Sent/1.eml: sent “sent one”');
  });

  test('archives in archives, to a depth', async () => {
    const twice = zipOf({ 'inner.zip': zipOf({ 'a.eml': mail('two deep') }) });
    expect(await list(put('twice.zip', twice))).toEqual(['twice.zip!/inner.zip!/a.eml: received “two deep”']);
    const five = [1, 2, 3, 4].reduce((inner) => zipOf({ 'a.zip': inner }), zipOf({ 'a.eml': mail('too deep') }));
    expect(await list(put('five.zip', zipOf({ 'five.zip': five, 'b.eml': mail('beside') })))).toEqual([
      expect.stringMatching(/: unpacks-too-far$/),
      'five.zip!/b.eml: received “beside”',
    ]);
  });

  test('an entry with a password, a broken one, and a document', async () => {
    const zip = zipOf({ 'locked.eml': mail('locked'), 'open.eml': mail('open') }, ['locked.eml']);
    expect(await list(put('locked.zip', zip))).toEqual([
      'locked.zip!/locked.eml: encrypted',
      'locked.zip!/open.eml: received “open”',
    ]);
    const broken = zipOf({ 'a.eml': mail('a'.repeat(4000)), 'b.eml': mail('whole') });
    broken.fill(0xff, 40, 50);
    expect(await list(put('broken.zip', broken))).toEqual([
      'broken.zip!/a.eml: corrupt',
      'broken.zip!/b.eml: received “whole”',
    ]);
    put('docs/a.docx', zipOf({ '[Content_Types].xml': '<x/>', 'word/document.xml': '<x/>' }));
    put('docs/a.zip', Buffer.from('PK\u0003\u0004 and no more'));
    expect(await list(join(root, 'docs'))).toEqual(['docs/a.docx: not-a-message', 'docs/a.zip: corrupt']);
    await expect(list(join(root, 'docs', 'a.zip'))).rejects.toThrow('cannot be read as a ZIP archive');
  });

  test('a small ZIP archive that would fill the disk', async () => {
    const zip = zipOf({
      'a.eml': Buffer.alloc(200 * 1024 * 1024),
      'b.eml': Buffer.alloc(200 * 1024 * 1024),
      'c.eml': mail('c'),
    });
    expect(await list(put('bomb.zip', zip))).toEqual([
      'bomb.zip!/a.eml: not-a-message',
      'bomb.zip!/b.eml: unpacks-too-far',
    ]);
  }, 60_000);
});

describe('line ends', () => {
  test('CR alone, as on old Macs, with an envelope line or without', async () => {
    put('mac/a.eml', mail('old').replaceAll('\n', '\r'));
    put('mac/b.eml', `From a@b.example Tue Nov 24 12:00:00 2026\n${mail('enveloped')}`.replaceAll('\n', '\r'));
    put('mac/c.eml', mail('dos').replaceAll('\n', '\r\n'));
    put('mac/d.mbox', mbox('one', 'two').replaceAll('\n', '\r'));
    expect(await list(join(root, 'mac'))).toEqual([
      'mac/a.eml: received “old”',
      'mac/b.eml#0: received “enveloped”',
      'mac/c.eml: received “dos”',
      'mac/d.mbox#0: received “one”',
      'mac/d.mbox#1: received “two”',
    ]);
  });
});

describe('single programs', () => {
  test('Apple Mail: .emlx in folders called .mbox', async () => {
    const emlx = (text: string) => `${Buffer.byteLength(text)}  \n${text}<?xml version="1.0"?><plist></plist>`;
    put('apple/INBOX.mbox/Messages/1.emlx', emlx(mail('in')));
    put('apple/Sent Messages.mbox/Messages/2.emlx', emlx(mail('out')));
    put('apple/Sent Messages.mbox/Messages/3.partial.emlx', emlx(mail('cut')).slice(0, 50));
    expect(await list(join(root, 'apple'))).toEqual([
      'apple/INBOX.mbox/Messages/1.emlx: received “in”',
      'apple/Sent Messages.mbox/Messages/2.emlx: sent “out”',
      'apple/Sent Messages.mbox/Messages/3.partial.emlx: corrupt',
    ]);
    const [first] = await all(join(root, 'apple/INBOX.mbox'));
    if (first === undefined || 'skipped' in first) throw new Error('not found');
    expect((await fetcher.fetch(first)).toString()).toBe(mail('in'));
  });

  test('UW-IMAP: mbx, with its flags', async () => {
    const one = (subject: string, flags: string) => {
      const text = mail(subject);
      return ` 1-Jan-2026 10:00:00 +0000,${text.length};00000000${flags}-00000001\r\n${text}`;
    };
    const head = '*mbx*\r\n'.padEnd(2048, '\0');
    const mbx = `${head + one('seen', '0001') + one('gone', '0002') + one('draft', '0020')}and noise`;
    expect(await list(put('a.mbx', mbx))).toEqual([
      'a.mbx#0: received “seen”',
      'a.mbx#1: trash “gone”',
      'a.mbx#2: draft “draft”',
      'a.mbx#3: corrupt',
    ]);
  });

  test('Outlook: .msg is put together from its fields', async () => {
    const msg = msgOf(
      {
        '001A': 'IPM.Note',
        '0037': 'Zahlung für Müller',
        '0C1A': 'Bea Berg',
        '5D01': 'bea@partner.example',
        '1000': 'Hello Ana',
      },
      { '3001': 'Ana Almeida', '39FE': 'ana@acme.example' },
    );
    const path = put('outlook/a.msg', msg);
    put('outlook/b.msg', msgOf({ '001A': 'IPM.Contact', '0037': 'Bea' }, {}));
    put('outlook/c.doc', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)]));
    put('outlook/d.msg', msg.subarray(0, 700));
    expect(await list(join(root, 'outlook'))).toEqual([
      'outlook/a.msg: received, rebuilt “Zahlung für Müller”',
      'outlook/b.msg: not-a-message',
      'outlook/c.doc: not-a-message',
      expect.stringMatching(/^outlook\/d\.msg: (?:corrupt|not-a-message)$/),
    ]);
    const [found] = await all(path);
    if (found === undefined || 'skipped' in found) throw new Error('not found');
    const read = await simpleParser(await fetcher.fetch(found));
    expect(read.from?.value).toEqual([{ name: 'Bea Berg', address: 'bea@partner.example' }]);
    expect(read.to).toMatchObject({ value: [{ name: 'Ana Almeida', address: 'ana@acme.example' }] });
    expect(read.text?.trim()).toBe('Hello Ana');
    await expect(list(join(root, 'outlook/b.msg'))).rejects.toThrow('no mail');
  });

  test.each([
    ['Unicode', 23, 513, 2],
    ['ANSI', 14, 461, 2],
    ['Unicode, by Windows Information Protection', 23, 513, 0x10],
  ])('Outlook: an encrypted PST is told as such (%s)', async (_what, version, place, method) => {
    const bytes = Buffer.alloc(1024);
    bytes.write('!BDN');
    bytes[10] = version;
    bytes[place] = method;
    const name = `sealed-${version}-${method}`;
    const path = put(`${name}/a.pst`, bytes);
    put(`${name}/b.eml`, mail('beside'));
    await expect(list(path)).rejects.toThrow('is an encrypted Outlook data file: export it without encryption');
    expect(await list(join(root, name))).toEqual([`${name}/a.pst: encrypted`, `${name}/b.eml: received “beside”`]);
  });

  test('Outlook: what is no PST, whatever it begins with', async () => {
    put('pst/a.pst', Buffer.concat([Buffer.from('!BDN'), Buffer.alloc(5000, 7)]));
    put('pst/b.eml', mail('beside'));
    expect(await list(join(root, 'pst'))).toEqual(['pst/a.pst: corrupt', 'pst/b.eml: received “beside”']);
  });

  const PST =
    '/var/tmp/corpora/fixtures/apache+tika/tika-parsers/tika-parsers-standard/tika-parsers-standard-modules/tika-parser-microsoft-module/src/test/resources/test-documents/testPST_variousBodyTypes.pst';
  // Not in the repository: a PST cannot be written here, and is not ours to give away.
  (existsSync(PST) ? test : test.skip)('Outlook: PST (needs the development mail)', async () => {
    const path = put('own.pst', readFileSync(PST));
    const found = await all(path);
    expect(found).toHaveLength(4);
    for (const one of found) {
      if ('skipped' in one) throw new Error(one.skipped);
      expect(one.isRebuilt).toBe(true);
      const { from, text = '', html } = await simpleParser(await fetcher.fetch(one));
      expect(from?.value).toHaveLength(1);
      expect(`${text}${html || ''}`.length).toBeGreaterThan(10);
    }
  });
});

describe('JSON', () => {
  const gmail = (subject: string, ...labelIds: readonly string[]) => ({
    id: '1',
    labelIds,
    internalDate: '1700000000000',
    raw: Buffer.from(mail(subject)).toString('base64url'),
  });
  const graph = {
    subject: 'Grüße',
    internetMessageId: '<1@b.example>',
    sentDateTime: '2026-11-24T10:00:00Z',
    receivedDateTime: '2026-11-24T10:00:05Z',
    from: { emailAddress: { name: 'Bea', address: 'bea@partner.example' } },
    toRecipients: [{ emailAddress: { name: 'Ana', address: 'ana@acme.example' } }],
    body: { contentType: 'html', content: '<p>Hello <a href="https://x.example/">there</a></p>' },
    attachments: [
      { name: 'a.pdf', contentType: 'application/pdf', contentBytes: Buffer.from('%PDF').toString('base64') },
    ],
  };
  const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  test('Gmail, with labels and a line that breaks', async () => {
    const text =
      lines(gmail('in', 'INBOX'), gmail('out', 'SENT'), gmail('bad', 'SPAM')) +
      '{"raw": "cut\n' +
      lines({ kind: 'other' });
    expect(await list(put('gmail.jsonl', text))).toEqual([
      'gmail.jsonl#0: received “in”',
      'gmail.jsonl#1: sent “out”',
      'gmail.jsonl#2: junk “bad”',
      'gmail.jsonl#3: corrupt',
      'gmail.jsonl#4: not-a-message',
    ]);
  });

  test('one document that is too large for memory is a row, or an error if it was named', async () => {
    const document = Buffer.alloc(97 * 1024 * 1024, ' ');
    document.write('{"value": [\n{"raw": ""}]');
    const path = put('big/big.json', document);
    put('big/ok.jsonl', lines(gmail('in')));
    expect(await list(join(root, 'big'))).toEqual(['big/big.json: too-large', 'big/ok.jsonl#0: received “in”']);
    await expect(all(path)).rejects.toMatchObject({
      code: 'not-an-export',
      message: expect.stringContaining('is one JSON document over 96 MiB'),
    });
    rmSync(path);
  });

  test('Microsoft Graph: fields, MIME, and one document', async () => {
    const mime = { subject: 'ignored', mimeContent: Buffer.from(mail('whole')).toString('base64') };
    expect(await list(put('graph.jsonl', lines(graph, mime, { ...graph, isDraft: true })))).toEqual([
      'graph.jsonl#0: received, rebuilt “Grüße”',
      'graph.jsonl#1: received “whole”',
      'graph.jsonl#2: draft, rebuilt “Grüße”',
    ]);
    const path = put('graph.json', JSON.stringify({ '@odata.context': 'x', value: [graph, graph] }, null, 2));
    expect(await list(path)).toHaveLength(2);
    const [found] = await all(path);
    if (found === undefined || 'skipped' in found) throw new Error('not found');
    const read = await simpleParser(await fetcher.fetch(found));
    expect(read).toMatchObject({ messageId: '<1@b.example>', html: expect.stringContaining('x.example') });
    expect(read.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
      ['a.pdf', '%PDF'],
    ]);
    expect(read.date?.toISOString()).toBe('2026-11-24T10:00:00.000Z');
  });

  test('any other JSON is no export', async () => {
    await expect(list(put('package.json', '{"name": "x"}'))).rejects.toThrow('no mail as Gmail or Microsoft Graph');
    put('config/a.json', '{"name": "x"}');
    expect(await list(join(root, 'config'))).toEqual(['config/a.json: not-a-message']);
  });
});

describe('rebuilt', () => {
  test('headers that came with the mail stay; those about its parts are new', async () => {
    const headers =
      'Received: from x by y;\r\n Tue, 24 Nov 2026 10:00:00 +0000\r\nFrom: "Bea" <bea@partner.example>\r\nContent-Type: multipart/mixed;\r\n boundary="old"\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=';
    const raw = rebuilt({
      headers,
      text: 'Hello',
      to: [{ address: '/o=Acme/cn=Recipients/cn=ana' }],
      messageId: '<1@x.example>\r\nX: y',
    });
    const read = await simpleParser(raw);
    expect(read).toMatchObject({ subject: 'Grüße', to: { value: [{ address: 'ana@x500.invalid' }] } });
    expect(read.text?.trim()).toBe('Hello');
    expect(raw.toString()).not.toContain('"old"');
    expect(raw.toString()).toContain('Received: from x by y;\r\n Tue, 24 Nov');
    expect(raw.toString()).not.toMatch(/^X: y/m);
  });

  test('a long subject in another script folds, and the same fields give the same bytes', async () => {
    const fields = {
      subject: 'Ж'.repeat(400),
      html: '<p>x</p>',
      attachments: [{ name: 'ä"\r\n.txt', content: Buffer.from('x') }],
    };
    const raw = rebuilt(fields);
    expect(
      Math.max(
        ...raw
          .toString()
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(200);
    const read = await simpleParser(raw);
    expect(read.subject).toBe(fields.subject);
    expect(read.attachments[0]?.filename).toContain('.txt');
    expect(rebuilt(fields)).toEqual(raw);
  });
});
