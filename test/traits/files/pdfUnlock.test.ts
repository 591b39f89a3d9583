/** PDFs locked by qpdf 11 with an empty password: their readers are asked for none, and see a link and an address in the text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { unlockedPdfs } from '../../../src/traits/files/pdfUnlock.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part } from '../parts.ts';

const made = (name: string): Buffer => readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'files', name));
const LINK = 'https://login.evil-portal.example/a(1)?u=ana';
const TEXT = 'https://text.evil-portal.example/b';

describe('a PDF that opens without a password hides no link:', () => {
  test.each([
    ['RC4, 40 bits', 'unasked-rc4-40.pdf'],
    ['RC4, 128 bits', 'unasked-rc4-128.pdf'],
    ['RC4 as a crypt filter', 'unasked-rc4-filter.pdf'],
    ['AES, 128 bits', 'unasked-aes-128.pdf'],
    ['AES, 128 bits, with packed objects', 'unasked-aes-128-packed.pdf'],
    ['AES, 256 bits', 'unasked-aes-256.pdf'],
    ['AES, 256 bits, of Acrobat 9', 'unasked-aes-256-r5.pdf'],
  ])('%s', async (_name, file) => {
    const { attachments, links, defects } = await readAttachments({ parts: [part('a.pdf', made(file))] });
    expect(links.map(({ url }) => url)).toEqual([LINK, TEXT]);
    expect(attachments[0]?.hazards).toEqual([{ kind: 'empty-password', quote: 'opens without a password' }]);
    expect(defects).toEqual([]);
  });

  test('streams that are said to be locked otherwise', async () => {
    // As if it were a filter of no locking, by name: what stands there is read as it is.
    const plain = 'BT (https://plain.example/c) Tj ET';
    const own = `9 0 obj << /Filter /Crypt /DecodeParms << /Name /Identity >> /Length ${plain.length} >>\nstream\n${plain}\nendstream endobj\n`;
    const content = Buffer.concat([made('unasked-aes-128.pdf'), latin1(own)]);
    const { links } = await readAttachments({ parts: [part('a.pdf', content)] });
    expect(links.map(({ url }) => url)).toContain('https://plain.example/c');
  });

  test('near-miss: one that asks', async () => {
    const content = made('asking-aes-256.pdf');
    expect(unlockedPdfs(content)).toBeUndefined();
    const { attachments, links } = await readAttachments({ parts: [part('a.pdf', content)] });
    expect([attachments[0]?.isEncrypted, attachments[0]?.hazards, links]).toEqual([true, [], []]);
  });
});

describe('a locked PDF made to cost', () => {
  const [start, end] = ((file: Buffer) => [file.subarray(0, file.indexOf('1 0 obj')), file])(
    made('unasked-rc4-128.pdf'),
  );
  const MANY = 7 * 1024 * 1024;
  test.each([
    ['strings', '()'],
    ['strings without an end', '( '],
    ['objects', '1 0 obj ()'],
    ['streams', '1 0 obj <<>> stream\n'],
    ['one stream', '\0'],
  ])(
    '%s',
    async (name, piece) => {
      const head = name === 'one stream' ? '77 0 obj <<>> stream\n' : '';
      const content = Buffer.concat([start, latin1(head), Buffer.alloc(MANY, piece), latin1('\nendstream '), end]);
      const spentMs = cpuClock();
      const { attachments } = await readAttachments({ parts: [part('a.pdf', content)] });
      expect(attachments[0]?.hazards).toContainEqual({ kind: 'empty-password', quote: 'opens without a password' });
      expect(spentMs()).toBeLessThan(4_000); // ms; minutes if it grew with the square
    },
    30_000,
  );
});
