/** Names in cab, lzh, arj and ace archives, written by hand. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { latin1, part, zipWith } from '../parts.ts';

const le = (value: number, bytes: number): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntLE(value, 0, bytes);
  return out;
};
const DATA = latin1('packed data');

const cab = (...names: readonly string[]): Buffer => {
  const files = Buffer.concat(
    names.map((name) => Buffer.concat([le(9, 4), le(0, 4), Buffer.alloc(8), latin1(`${name}\0`)])),
  );
  return Buffer.concat([
    latin1('MSCF'),
    Buffer.alloc(12),
    le(44, 4), // where the files are
    Buffer.alloc(4),
    Buffer.from([3, 1]),
    le(1, 2),
    le(names.length, 2),
    Buffer.alloc(6),
    Buffer.alloc(8), // one folder
    files,
    DATA,
  ]);
};

const extension = (type: number, data: string, sizeBytes: 2 | 4 = 2): Buffer =>
  Buffer.concat([le(data.length + 1 + sizeBytes, sizeBytes), Buffer.from([type]), latin1(data)]);
const lzhHead = (level: number, packedBytes: number, method = '-lh5-'): Buffer =>
  Buffer.concat([latin1(method), le(packedBytes, 4), le(20, 4), Buffer.alloc(4), Buffer.from([0x20, level])]);
const lzh0 = (name: string, method?: string): Buffer => {
  const rest = Buffer.concat([
    lzhHead(0, DATA.length, method),
    Buffer.from([name.length]),
    latin1(name),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([Buffer.from([rest.length, 0]), rest, DATA]);
};
const lzh1 = (name: string, ...extensions: readonly Buffer[]): Buffer => {
  const [first = le(0, 2), ...more] = [...extensions, le(0, 2)];
  const size = Buffer.concat([first, ...more]).length - 2;
  const rest = Buffer.concat([
    lzhHead(1, DATA.length + size),
    Buffer.from([name.length]),
    latin1(name),
    Buffer.alloc(2),
    latin1('M'),
  ]);
  return Buffer.concat([Buffer.from([rest.length + 2, 0]), rest, first, ...more, DATA]);
};
const lzh2 = (...extensions: readonly Buffer[]): Buffer => {
  const rest = Buffer.concat([lzhHead(2, DATA.length), Buffer.alloc(2), latin1('M'), ...extensions, le(0, 2)]);
  return Buffer.concat([le(rest.length + 2, 2), rest, DATA]);
};

const arjHeader = (name: string, type: number, flags: number, data: Buffer): Buffer => {
  const fixed = Buffer.alloc(30);
  fixed[0] = 30;
  fixed[4] = flags;
  fixed[6] = type;
  fixed.writeUInt32LE(data.length, 12);
  const header = Buffer.concat([fixed, latin1(`${name}\0\0`)]);
  return Buffer.concat([
    le(0xea60, 2),
    le(header.length, 2),
    header,
    Buffer.alloc(4),
    le(0, 2),
    type === 2 ? Buffer.alloc(0) : data,
  ]);
};
const arj = (names: readonly string[], flags = 0): Buffer =>
  Buffer.concat([
    arjHeader('a.arj', 2, 0, DATA),
    ...names.map((name) => arjHeader(name, 0, flags, DATA)),
    le(0xea60, 2),
    le(0, 2),
  ]);

const aceHeader = (type: number, flags: number, rest: Buffer): Buffer => {
  const header = Buffer.concat([Buffer.from([type]), le(flags, 2), rest]);
  return Buffer.concat([Buffer.alloc(2), le(header.length, 2), header]);
};
const ace = (names: readonly string[], flags = 0): Buffer =>
  Buffer.concat([
    aceHeader(0, 0, Buffer.concat([latin1('**ACE**'), Buffer.alloc(20)])),
    ...names.map((name) =>
      Buffer.concat([
        aceHeader(
          1,
          1 | flags,
          Buffer.concat([le(DATA.length, 4), Buffer.alloc(22), le(name.length, 2), latin1(name)]),
        ),
        DATA,
      ]),
    ),
  ]);

async function read(name: string, content: Buffer) {
  const { attachments } = await readAttachments({ parts: [part(name, content)] });
  const [file] = attachments;
  return { kind: file?.kind, isEncrypted: file?.isEncrypted, names: file?.entryNames };
}

const NAMES = ['notes.txt', 'invoice.exe'];

describe('names', () => {
  test.each([
    ['cab', cab(...NAMES), NAMES],
    ['lzh', Buffer.concat([lzh0('notes.txt'), lzh0('invoice.exe'), Buffer.alloc(1)]), NAMES],
    ['lzh', Buffer.concat([lzh0('invoice.exe', '-lh0-'), Buffer.alloc(1)]), ['invoice.exe']],
    ['lzh', Buffer.concat([lzh1('notes.txt'), lzh1('x', extension(1, 'invoice.exe')), Buffer.alloc(1)]), NAMES],
    [
      'lzh',
      Buffer.concat([
        lzh2(extension(0, 'c'), extension(1, 'invoice.exe'), extension(2, 'a\xffb\xff')),
        Buffer.alloc(1),
      ]),
      ['a/b/invoice.exe'],
    ],
    ['arj', arj(NAMES), NAMES],
    ['ace', ace(NAMES), NAMES],
  ])('%s %#', async (type, content, names) => {
    expect(await read(`a.${type}`, content)).toEqual({ kind: 'archive', isEncrypted: false, names });
    expect((await read('a.zip', zipWith({ [`b.${type}`]: content }))).names).toEqual([
      `b.${type}`,
      ...names.map((name) => `b.${type}/${name}`),
    ]);
    expect((await read('a.pdf', content)).names).toEqual(names);
  });
});

test.each([
  ['arj', arj(NAMES, 1)],
  ['ace', ace(NAMES, 0x4000)],
])('a lock: %s', async (type, content) => {
  expect(await read(`a.${type}`, content)).toEqual({ kind: 'archive', isEncrypted: true, names: NAMES });
});

test('any bytes are read to an end', async () => {
  const whole = [cab(...NAMES), lzh1('a', extension(1, 'b')), lzh2(extension(1, 'b')), arj(NAMES), ace(NAMES)];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole),
      fc.nat(100),
      fc.uint8Array({ maxLength: 60 }),
      async (one, at, bytes) => {
        await read('a.bin', Buffer.concat([one.subarray(0, 14 + at), Buffer.from(bytes), one.subarray(14 + at)]));
      },
    ),
    { numRuns: 300 },
  );
});
