/** Locks of PDFs as pypdf writes them, with the permission to print withheld; the owner's password is another. */
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { keysUnasked } from '../../../src/traits/files/pdfLock.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part } from '../parts.ts';

const opensUnasked = (content: Buffer): boolean => keysUnasked(content) !== undefined;

const ID = '6132396165303735663661663764396433303664353566633439653566646631';
const pdf = (lock: string, more = ''): Buffer =>
  latin1(`%PDF-1.7\n5 0 obj ${lock} endobj\n${more}trailer << /ID [ <${ID}> <00> ] /Encrypt 5 0 R >>\n%%EOF`);

/** [name, without a password, with one] */
const LOCKS: readonly (readonly [string, string, string])[] = [
  [
    'RC4, 40 bits',
    '<< /V 1 /R 2 /Length 40 /P 4294965956 /Filter /Standard /O <c92422687facee686e373f10b5c7d04738053152f7e2ee30e11c69ec442576ab> /U <3b2643c77d396112a8ec12f80c187c49fe7577807c19b7ac501661e49a1e0d89> >>',
    '<< /V 1 /R 2 /Length 40 /P 4294965956 /Filter /Standard /O <d5ac5d0719662a774442fb072e3d9f19e9d130ec09a4d0061e78fe920f7ab62f> /U <94ea19b4eceade67d4a62612a466160cc5dda90e6c4072bdf2e619413f6dba20> >>',
  ],
  [
    'RC4, 128 bits',
    '<< /V 2 /R 3 /Length 128 /P 4294965956 /Filter /Standard /O <566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5> /U <a45d58017154ae7b6c71e353569fb6e728bf4e5e4e758a4164004e56fffa0108> >>',
    '<< /V 2 /R 3 /Length 128 /P 4294965956 /Filter /Standard /O <4ae7d71c88f90388e74e54584125ce142be0de24c6b0d37746e075b891756671> /U <9af504a166cc2a396be709b5545dc6ab28bf4e5e4e758a4164004e56fffa0108> >>',
  ],
  [
    'AES, 128 bits',
    '<< /V 4 /R 4 /Length 128 /P 4294965956 /Filter /Standard /O <566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5> /U <a45d58017154ae7b6c71e353569fb6e728bf4e5e4e758a4164004e56fffa0108> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV2 /Length 16 >> >> /StmF /StdCF /StrF /StdCF >>',
    '<< /V 4 /R 4 /Length 128 /P 4294965956 /Filter /Standard /O <4ae7d71c88f90388e74e54584125ce142be0de24c6b0d37746e075b891756671> /U <9af504a166cc2a396be709b5545dc6ab28bf4e5e4e758a4164004e56fffa0108> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV2 /Length 16 >> >> /StmF /StdCF /StrF /StdCF >>',
  ],
  [
    'AES, 256 bits, of Acrobat 9',
    '<< /V 5 /R 5 /Length 256 /P 4294965956 /Filter /Standard /O <870d6bf63d30db3a32aabe163f111f2b3d479b3b6f2208bd6fe6831a837ba36a62859121ef80b885e7f980ea7eb184e3> /U <d47c1a30bb66380f92f38588c76661be7fa714a1ae356631bb9654adae650ebaab442e38f092645ecc4fce9ad764ea5d> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>',
    '<< /V 5 /R 5 /Length 256 /P 4294965956 /Filter /Standard /O <cbf769cd7edb2e911636ad5bf0ffa358c83e1b2c13c914326bf17284e8f1e75690954d13b4834fd3f29c859b2abc8b6b> /U <1175eaafb9f94ee8d560d1c6269e35f1f3c143de9a316957c810dc4553f32400f525ff123f6b14bcf564f55209804a03> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>',
  ],
  [
    'AES, 256 bits',
    '<< /V 5 /R 6 /Length 256 /P 4294965956 /Filter /Standard /O <feb48f6d668017b6ed26ff74f9d8b7265123bc4e1d7a8d79dee8db88292b990d38e419165d519278279cb37569d0e03e> /U <1be9e918b08ea5d9785f685d0fc47e98f48c402cf6e634b526e8f11507903a45fa63f3eae9fc69ae6876b554c531cf63> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>',
    '<< /V 5 /R 6 /Length 256 /P 4294965956 /Filter /Standard /O <5267253f4b11479660bef814ff1d84e5266c86e71e6472075e58840bf0ae282889e1272952287812e3ba7327570da9dd> /U <ae1c75bd4ebf79537971be21b04e27c66ff335cc7542bd1da646907a17e7108b479b44215aac215a84a695dc20ed77d8> /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>',
  ],
];
const [[, RC4_40 = ''] = [], [, RC4 = '', ASKING = ''] = []] = LOCKS;

/** The same strings in brackets, every byte in octal. */
const inBrackets = (lock: string): string =>
  lock.replace(/<([0-9a-f]{4,})>/g, (_, hex: string) => {
    const bytes = [...Buffer.from(hex, 'hex')];
    return `(${bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')})`;
  });

describe('a PDF', () => {
  test.each(LOCKS)('with %s opens unasked with an empty password only', (_name, open, asking) => {
    expect(opensUnasked(pdf(open))).toBe(true);
    expect(opensUnasked(pdf(asking))).toBe(false);
  });
  test.each([
    ['with strings in brackets', pdf(inBrackets(RC4)), true],
    ['with a sign before what is permitted', pdf(RC4.replace('4294965956', '-1340')), true],
    ['saved again with the same lock', pdf(RC4, `5 0 obj ${RC4} endobj\n`), true],
    ['with a comment in its dictionary', pdf(RC4.replace('/V', '%>> \n/V')), true],
    ['with other permissions', pdf(RC4.replace('4294965956', '-1')), false],
    ['with another id', latin1(pdf(RC4).toString('latin1').replace(`<${ID}>`, '<00>')), false],
    ['with a second lock that asks', pdf(RC4, `5 0 obj ${ASKING} endobj\n`), false],
    ['with such a lock under a number with zeros', pdf(RC4, `05  0 obj ${ASKING} endobj\n`), false],
    ['with such a lock in another entry', pdf(RC4, `6 0 obj ${ASKING} endobj\ntrailer << /Encrypt 6 0 R >>\n`), false],
    ['with such a lock in place', pdf(RC4, `trailer << /Encr#79pt ${ASKING} >>\n`), false],
    ['with a lock that is not there', pdf(RC4, 'trailer << /Encrypt 7 0 R >>\n'), false],
    ['with more locks than are tried', pdf(RC4, `5 0 obj ${RC4} endobj\n`.repeat(5)), false],
    ['of another handler', pdf(RC4.replace('/Standard', '/Entrust')), false],
    ['of a later revision', pdf(RC4.replace('/R 3', '/R 7')), false],
    ['whose lock is cut short', pdf(RC4.slice(0, -80)), false],
    ['whose key stands in a dictionary inside', pdf(`<< /Own ${RC4} >>`), false],
    ['without a lock', latin1('%PDF-1.7\n'), false],
  ])('%s', (_name, content, expected) => {
    expect(opensUnasked(content)).toBe(expected);
  });
  test('that opens unasked is still locked, and told apart', async () => {
    const { attachments } = await readAttachments({ parts: [part('a.pdf', pdf(RC4_40))] });
    expect(attachments[0]).toMatchObject({
      isEncrypted: true,
      hazards: [{ kind: 'empty-password', quote: 'opens without a password' }],
    });
  });
  test.each(['/Encrypt 1 0 R 1 0 obj', '/Encrypt << ', '/Encrypt', '1 0 obj << /A (', '/ID [ ('])(
    'made to cost: %s',
    (piece) => {
      const content = Buffer.concat([latin1('/Encrypt 1 0 R /Encrypt 2 0 R '), Buffer.alloc(8 * 1024 * 1024, piece)]);
      const spentMs = cpuClock();
      expect(opensUnasked(content)).toBe(false);
      expect(spentMs()).toBeLessThan(4_000); // ms; minutes if it grew with the square
    },
  );
});
