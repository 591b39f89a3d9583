/** What packs one file: seen by the name of the archive and by what is in it; written by xz 5.4, bzip2 1.0.8 and Node. */
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { unpackBzip2 } from '../../../src/traits/files/bzip2.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part, tarWith } from '../parts.ts';

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');
const PROGRAM = Buffer.concat([latin1('MZ\x90\0'), Buffer.alloc(3_000)]);
const XZ = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Au7ABhdACaWjnANn3h91yOXUNJuFqW3fR54aFtnIADOhEqs1uesZAABNLwXAAAAVRtHRLHEZ/sCAAAAAARZWg==',
);
const TAR_XZ = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AGRdADkdSfv8gF8PYh15P5psorWA8E6DQoKyJ8hXRewKshgGp34v6BvkyfWeczFIC8u6AzxA9m0zntEwAGnArapdmyQqiAaKAbfOUe9q9lVVj32eq0LU5MLX4U6WEo6RMmT37DlIOQAAT43tV6KQBdgAAYABgFAAAD5xYGGxxGf7AgAAAAAEWVo=',
);
const TAR_BZ2 = base64(
  'QlpoOTFBWSZTWYCC7e0AAHf/pMiAAEDAAWeAAAIAMGIBnkBAAAAAgAggAFQ0o9TE0NDT0gPaoJJNEA0ANAU+3ud0IPZAJEZ1jWPEvZJBAGIdQo9UklaCDcLg17ZxZSvN1T0ahw8vPYwBkXM0RAPxdyRThQkICC7e0A==',
);

async function read(name: string, content: Buffer) {
  const { attachments, defects } = await readAttachments({ parts: [part(name, content)] });
  const [file] = attachments;
  return {
    kind: file?.kind,
    names: file?.entryNames,
    hazards: file?.hazards.map(({ kind, inside }) => `${kind} in ${inside}`),
    defects: defects.map(({ detail }) => detail),
  };
}

describe('a single file', () => {
  test.each([
    ['report.xz', XZ, ['content'], ['program in content']],
    ['invoice.exe.xz', XZ, ['invoice.exe'], ['program in invoice.exe']],
    ['a.tar.xz', TAR_XZ, ['a.tar', 'a.tar/run.exe'], ['program in a.tar/run.exe']],
    ['a.tbz2', TAR_BZ2, ['content.tar', 'content.tar/run.exe'], ['program in content.tar/run.exe']],
    ['report.zst', zstdCompressSync(PROGRAM), ['content'], ['program in content']],
    ['a.tar.zst', zstdCompressSync(tarWith('run.js', latin1('x'))), ['a.tar', 'a.tar/run.js'], []],
    ['notes.txt.zst', zstdCompressSync(latin1('hello')), ['notes.txt'], []],
  ])('%s', async (name, content, names, hazards) => {
    expect(await read(name, content)).toEqual({ kind: 'archive', names, hazards, defects: [] });
  });
  test.each([
    ['invoice.js.lzma', latin1('\x5d\0\0\x80\0'), 'invoice.js'],
    ['invoice.js.z', latin1('\x1f\x9d\x90\x01\x02\x03\x04\x05\0'), 'invoice.js'],
    ['invoice.js.bz2', latin1('BZh9damaged'), 'invoice.js'],
  ])('%s: what cannot be unpacked is told', async (name, content, inner) => {
    const { names, defects } = await read(name, content);
    expect([names, defects.length]).toEqual([[inner], 1]);
  });
});

test('zst that is made to burst costs what there is room for', async () => {
  const zeros = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024));
  const spentMs = cpuClock();
  expect((await read('a.zst', zeros)).defects).toEqual(['what a zst holds in a.zst']);
  expect(spentMs()).toBeLessThan(2_000);
});

test('any damage of a bzip2 is read to an end', () => {
  fc.assert(
    fc.property(fc.nat(TAR_BZ2.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(TAR_BZ2);
      damaged[at] = byte;
      unpackBzip2(damaged, 1_000_000);
    }),
  );
  expect(unpackBzip2(TAR_BZ2, 1_000_000)?.content.toString('latin1', 0, 7)).toBe('run.exe');
});
