import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inContent } from '../../src/exports/content.ts';
import { openFetcher } from '../../src/exports/fetch.ts';
import { findMessages } from '../../src/exports/find.ts';
import { roleOfFlags, roleOfFolder } from '../../src/exports/folders.ts';
import type { Found } from '../../src/exports/found.ts';
import { openNamed } from '../../src/exports/openBelow.ts';
import { roleOfHeaders } from '../../src/exports/status.ts';
import { openUnpacking } from '../../src/exports/unpacking.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-find-'));
const unpacking = openUnpacking(join(root, 'spool'));
afterAll(async () => {
  await unpacking.close();
  rmSync(root, { recursive: true });
});

const MAIL = 'From: a@b.example\nSubject: x\n\nhello\n';
const ENVELOPE = 'From a@b.example Tue Nov 24 12:00:00 2026\n';

/** Files by path below a new folder. */
function tree(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const dir = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

const shown = (found: Found, dir: string): string => {
  const what = 'skipped' in found ? found.skipped : (found.keptAs ?? (found.isSent ? 'sent' : 'received'));
  return `${relative(dir, found.file.path)}${found.index === undefined ? '' : `#${found.index}`}: ${what}`;
};

async function list(dir: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const found of findMessages(dir, unpacking)) lines.push(shown(found, dir));
  return lines;
}

test('a Maildir: flags and folders mean what they say, in the order of delivery', async () => {
  const dir = tree('maildir', {
    'cur/1003.a:2,S': MAIL,
    'cur/1001.b:2,RS': MAIL,
    'cur/1002.c:2,ST': MAIL,
    'cur/1004.d:2,D': MAIL,
    'cur/.hidden': MAIL,
    'new/1000.e': MAIL,
    'tmp/1005.f': MAIL,
    'dovecot-uidlist': '3 V1 N9',
    '.Sent/cur/1.g:2,S': MAIL,
    '.Sent/cur/2.h:2,T': MAIL,
    '.Sent.2019/new/3.i': MAIL,
    '.Junk/cur/4.j:2,S': MAIL,
    '.Papierkorb/cur/5.k:2,S': MAIL,
    '.Entw&APw-rfe/cur/6.l:2,S': MAIL,
    '.Projects/cur/7.m:2,S': MAIL,
    'Gesendete Elemente/cur/8.n:2,S': MAIL,
  });
  expect(await list(dir)).toEqual([
    'new/1000.e: received',
    'cur/1001.b:2,RS: received',
    'cur/1002.c:2,ST: trash',
    'cur/1003.a:2,S: received',
    'cur/1004.d:2,D: draft',
    '.Entw&APw-rfe/cur/6.l:2,S: draft',
    '.Junk/cur/4.j:2,S: junk',
    '.Papierkorb/cur/5.k:2,S: trash',
    '.Projects/cur/7.m:2,S: received',
    '.Sent/cur/1.g:2,S: sent',
    '.Sent/cur/2.h:2,T: trash',
    '.Sent.2019/new/3.i: sent',
    'Gesendete Elemente/cur/8.n:2,S: sent',
  ]);
  expect(await list(join(dir, '.Junk'))).toEqual(['cur/4.j:2,S: junk']);
  expect(await list(join(dir, '.Sent', 'cur'))).toEqual(['1.g:2,S: sent', '2.h:2,T: trash']);
  expect(await list(join(dir, '.Sent', 'cur', '1.g:2,S'))).toEqual([': sent']);
});

test('a folder of files, each by its content', async () => {
  const dir = tree('folder', {
    'a.eml': MAIL,
    'b.txt': MAIL,
    'notes.eml': 'Note: buy milk\n\nand bread\n',
    'empty.eml': '',
    'old/2019/c.eml': MAIL,
    'new/d.eml': MAIL,
    'Sent.mbox': `${ENVELOPE}${MAIL}`,
    Inbox: `${ENVELOPE}${MAIL}\n${ENVELOPE}X-Mozilla-Status: 0009\n${MAIL}\n${ENVELOPE}X-Gmail-Labels: Spam\n${MAIL}`,
    'Inbox.sbd/Trash': `${ENVELOPE}${MAIL}`,
  });
  expect(await list(dir)).toEqual([
    'Inbox#0: received',
    'Inbox#1: trash',
    'Inbox#2: junk',
    'Sent.mbox#0: sent',
    'a.eml: received',
    'b.txt: received',
    'empty.eml: empty',
    'notes.eml: not-a-message',
    'Inbox.sbd/Trash#0: trash',
    'new/d.eml: received',
    'old/2019/c.eml: received',
  ]);
});

describe('folders that cannot be read', () => {
  const dir = tree('unreadable', { 'a/1.eml': MAIL, 'b/2.eml': MAIL, 'd/cur/4.a:2,S': MAIL, 'd/new/5.b': MAIL });
  const closed = [join(dir, 'b'), join(dir, 'd/cur')];
  const NOBODY = 65_534;
  const isRoot = process.geteuid?.() === 0; // whom rights do not stop
  beforeAll(() => {
    chmodSync(root, 0o755);
    for (const path of closed) chmodSync(path, 0);
    if (isRoot) process.seteuid?.(NOBODY);
  });
  afterAll(() => {
    if (isRoot) process.seteuid?.(0);
    for (const path of closed) chmodSync(path, 0o755);
  });

  test('below the one that was named each is a row, and the others go on', async () => {
    expect(await list(dir)).toEqual(['a/1.eml: received', 'b: unreadable', 'd/cur: unreadable', 'd/new/5.b: received']);
  });

  test('the one that was named is an error', async () => {
    await expect(list(join(dir, 'b'))).rejects.toMatchObject({ code: 'unreadable-export' });
  });
});

test('a file that goes between its first bytes and the others is a row, or an error if it was named', async () => {
  const content = { path: join(root, 'gone.mbox'), offset: 0, sizeBytes: 99, head: Buffer.from(`${ENVELOPE}${MAIL}`) };
  const all: Found[] = [];
  for await (const found of inContent(content, unpacking)) all.push(found);
  expect(all).toEqual([{ file: { path: content.path, isMbox: false }, skipped: 'unreadable' }]);
  await expect(inContent({ ...content, isNamed: true }, unpacking).next()).rejects.toMatchObject({
    code: 'unreadable-export',
  });
});

test('an mbox that is named is read whatever its name', async () => {
  const dir = tree('named', { 'Junk.eml': `${ENVELOPE}${MAIL}\n${ENVELOPE}${MAIL}` });
  expect(await list(join(dir, 'Junk.eml'))).toEqual(['#0: received', '#1: received']);
});

test('what was received is no draft, whatever it says of itself', async () => {
  const dir = tree('drafts', {
    a: ['X-Gmail-Labels: Drafts', 'X-Status: T']
      .flatMap((header) => [
        `${header}\n${MAIL}`,
        `Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\n${header}\n${MAIL}`,
      ])
      .map((one) => `${ENVELOPE}${one}\n`)
      .join(''),
  });
  expect(await list(join(dir, 'a'))).toEqual(['#0: draft', '#1: received', '#2: draft', '#3: received']);
});

test('an mbox for sent mail is that also when it is named: its owner may write from another address', async () => {
  const dir = tree('named-sent', { 'Sent.mbox': `${ENVELOPE}${MAIL}\n${ENVELOPE}X-Gmail-Labels: Trash\n${MAIL}` });
  expect(await list(join(dir, 'Sent.mbox'))).toEqual(['#0: sent', '#1: trash']);
});

test('each is read back by its place, unquoted', async () => {
  const dir = tree('fetched', {
    a: `${ENVELOPE}${MAIL}\n${ENVELOPE}From: b@c.example\n\n>From here\n`,
    'b.eml': 'From: c@d.example\n\n>From there\n',
  });
  const fetcher = openFetcher();
  const raws: string[] = [];
  for await (const found of findMessages(dir, unpacking)) {
    if (!('skipped' in found)) raws.push((await fetcher.fetch(found)).toString());
  }
  await fetcher.close();
  expect(raws).toEqual([MAIL, 'From: b@c.example\n\nFrom here\n', 'From: c@d.example\n\n>From there\n']);
});

describe('no export', () => {
  const dir = tree('none', {
    'mail.pst': '!BDN0123456789',
    'mail.zip': 'PK\u0003\u0004....',
    'mail.gz': Buffer.from([0x1f, 0x8b, 8, 0]),
    'picture.eml': Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    empty: '',
    'nothing/x/.keep': '',
  });
  test.each([
    ['absent', 'unreadable-export', 'cannot read'],
    ['mail.pst', 'not-an-export', 'cannot be read as an Outlook data file'],
    ['mail.zip', 'not-an-export', 'cannot be read as a ZIP archive'],
    ['mail.gz', 'not-an-export', 'is corrupt'],
    ['picture.eml', 'not-an-export', 'is neither mail nor an archive of mail'],
    ['empty', 'empty-export', 'is empty'],
    ['nothing', 'empty-export', 'there is no message in it'],
  ])('%s is %s', async (name, code, message) => {
    await expect(list(join(dir, name))).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a pipe is not waited for', () => {
    const pipe = join(dir, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const main = join(import.meta.dirname, '../../src/main.ts');
    const args = [main, 'rescore', '--mailbox', 'ana@acme.example', '--quiet', pipe];
    const { status, stderr } = spawnSync(process.execPath, args, { timeout: 20_000, encoding: 'utf8' });
    expect(stderr).toContain(`cannot read ${pipe}: not a file`);
    expect(status).toBe(64);
  }, 30_000);
});

test.each([
  ['Sent', 'sent'],
  ['.INBOX.Sent.2023', 'sent'],
  ['.[Gmail].Sent Mail', 'sent'],
  ['Éléments envoyés', 'sent'],
  ['Itens Enviados', 'sent'],
  ['Verzonden items', 'sent'],
  ['Sent.sbd', 'sent'],
  ['.Courrier ind&AOk-sirable', 'junk'],
  ['Lixo Eletrônico', 'junk'],
  ['Ongewenste e-mail', 'junk'],
  ['Correo no deseado', 'junk'],
  ['JUNK E-MAIL', 'junk'],
  ['Lixeira', 'trash'],
  ['Gel&APY-schte Elemente', 'trash'],
  ['Papelera', 'trash'],
  ['Corbeille', 'trash'],
  ['Rascunhos', 'draft'],
  ['Concepten', 'draft'],
  ['Presentations', undefined],
  ['Junkers GmbH', undefined],
  ['Tom & Jerry', undefined],
  ['.Clients.Trashcan Ltd', undefined],
])('folder %s: %s', (name, expected) => {
  expect(roleOfFolder(name)).toBe(expected);
});

test.each([
  ['1.a:2,T', 'trash'],
  ['1.a;2,DS', 'draft'],
  ['1.a:2,FRS', undefined],
  ['1.T', undefined],
  ['1.a:2,', undefined],
])('flags of %s: %s', (name, expected) => {
  expect(roleOfFlags(name)).toBe(expected);
});

test.each<[string, string | undefined]>([
  ['X-Gmail-Labels: Inbox,Important', undefined],
  ['X-Gmail-Labels: Sent', undefined],
  ['X-Gmail-Labels: =?UTF-8?Q?Ge=C3=B6ffnet,Papierkorb?=', 'trash'],
  ['X-Gmail-Labels: Archived,\n Spam', 'junk'],
  ['X-Mozilla-Status: 0001', undefined],
  ['X-Mozilla-Status: 0008', 'trash'],
  ['X-Status: D', 'trash'],
  ['Subject: x\n\nX-Status: D', undefined],
])('header %j: %s', (header, expected) => {
  expect(roleOfHeaders(Buffer.from(`${header}\nFrom: a@b.example\n\n`))).toBe(expected);
});

describe('below a folder that others can write to', () => {
  const outside = tree('outside', { secret: MAIL, 'more/hidden.eml': MAIL, 'mail.zip': '' });
  const found = async (dir: string) => {
    const all: Found[] = [];
    for await (const one of findMessages(dir, { ...unpacking, root: dir })) all.push(one);
    return all;
  };
  const replaced = (path: string, target: string): void => {
    rmSync(path, { recursive: true });
    symlinkSync(target, path);
  };

  test.each<[string, string | Buffer]>([
    ['one.eml', MAIL],
    ['all.mbox', `${ENVELOPE}${MAIL}`],
  ])('%s: a link in its place is not followed when it is read', async (name, content) => {
    const dir = tree(`swapped-${name}`, { [name]: content });
    const [one] = await found(dir);
    if (one === undefined || 'skipped' in one) throw new Error('nothing was found');
    replaced(join(dir, name), join(outside, 'secret'));
    const fetcher = openFetcher();
    await expect(fetcher.fetch(one)).rejects.toThrow('it leads out of the folder of exports');
    await fetcher.close();
  });

  test('a folder that becomes a link while others are looked through is not listed', async () => {
    const dir = tree('folder-swapped', { 'a/1.eml': MAIL, 'b/2.eml': MAIL });
    const looking = findMessages(dir, { ...unpacking, root: dir });
    expect((await looking.next()).value).toMatchObject({ file: { path: join(dir, 'a/1.eml') } });
    replaced(join(dir, 'b'), join(outside, 'more'));
    expect((await looking.next()).value).toEqual({
      file: { path: join(dir, 'b'), isMbox: false },
      skipped: 'unreadable',
    });
    expect((await looking.next()).done).toBe(true);
  });

  test('a link that leads out is skipped; one that does not is followed', async () => {
    const dir = tree('linked', { 'real/1.eml': MAIL });
    symlinkSync('real/1.eml', join(dir, 'inner'));
    symlinkSync(join(outside, 'secret'), join(dir, 'outer'));
    expect((await found(dir)).map((one) => shown(one, dir))).toEqual([
      'inner: received',
      'outer: unreadable',
      'real/1.eml: received',
    ]);
  });

  test('a reader that wants a name gets one of what was opened', async () => {
    const dir = tree('named-open', { 'mail.zip': 'ours' });
    const named = await openNamed(join(dir, 'mail.zip'), dir);
    replaced(join(dir, 'mail.zip'), join(outside, 'secret'));
    expect(readFileSync(named.name, 'utf8')).toBe('ours');
    await named.close();
    await expect(openNamed(join(dir, 'mail.zip'), dir)).rejects.toThrow('it leads out');
  });
});
