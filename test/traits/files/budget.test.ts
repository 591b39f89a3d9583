/** What a file costs is charged, also when nothing comes of it: many small files must not add up to minutes. */
import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { type Budget, newBudget } from '../../../src/traits/files/budget.ts';
import { readCompound } from '../../../src/traits/files/compoundFile.ts';
import { unpack } from '../../../src/traits/files/unpack.ts';
import { readVbaSource } from '../../../src/traits/files/vbaProject.ts';
import { cpuClock } from '../../cpuTime.ts';
import { compound, compoundHeader, directoryEntry } from '../compound.ts';
import { part, zipOfCopies, zipWith } from '../parts.ts';

const MB = 1024 * 1024;
const zeros = Buffer.alloc(8 * MB);
/** Blocks without content, then eight megabytes: whoever cuts the input to what can be in it gets nothing. */
const lateZeros = Buffer.concat([
  ...Array.from({ length: 820 }, () => Buffer.from([0, 0, 0, 0xff, 0xff])),
  deflateRawSync(zeros),
]);

describe('unpacking', () => {
  test('what is larger than the limit is read as far as that, and charged with the try in vain', () => {
    const budget = newBudget();
    expect(unpack(deflateRawSync(zeros), 'raw', budget, MB)).toHaveLength(MB);
    expect(newBudget().bytes - budget.bytes).toBeGreaterThanOrEqual(2 * MB);
    expect([...budget.notes.keys()]).toEqual([expect.stringContaining('the rest of a part')]);
  });
  test('what says that it is larger costs the try no more', () => {
    const budget = newBudget();
    expect(unpack(deflateRawSync(zeros), 'raw', budget, MB, zeros.length)).toHaveLength(MB);
    expect(newBudget().bytes - budget.bytes).toBeLessThan(2.5 * MB);
  });
  test('blocks of nothing before it change neither', () => {
    const budget = newBudget();
    expect(unpack(lateZeros, 'raw', budget)).toHaveLength(4 * MB);
    expect(newBudget().bytes - budget.bytes).toBeGreaterThanOrEqual(8 * MB);
  });
  test('a hundred of these are given up on', () => {
    const budget = newBudget();
    const all = Array.from({ length: 100 }, () => unpack(lateZeros, 'raw', budget));
    expect(all.filter((one) => one !== undefined).length).toBeLessThan(4);
    expect([...budget.notes.keys()]).toContainEqual(expect.stringContaining('more to unpack'));
  });
  test('a megabyte that ends in an error is charged', () => {
    const budget = newBudget();
    const damaged = Buffer.concat([
      deflateRawSync(Buffer.alloc(MB), { level: 9 }).subarray(0, -8),
      Buffer.alloc(99, 0xff),
    ]);
    unpack(damaged, 'raw', budget);
    expect(newBudget().bytes - budget.bytes).toBeGreaterThan(MB);
  });
  test('the beginning is the same by both ways', () => {
    const packings = [
      ['raw', deflateRawSync],
      ['zlib', deflateSync],
      ['gzip', gzipSync],
    ] as const;
    const content = fc.tuple(fc.uint8Array({ maxLength: 3_000 }), fc.nat(200_000), fc.nat(9));
    fc.assert(
      fc.property(
        content,
        fc.constantFrom(...packings),
        fc.nat(100_000),
        ([noise, count, level], [packing, pack], room) => {
          const whole = Buffer.concat([noise, Buffer.alloc(count, 65), noise]);
          const got = unpack(pack(whole, { level }), packing, newBudget(), room + 1);
          expect((got ?? Buffer.alloc(0)).equals(whole.subarray(0, room + 1))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('compound files that turn in circles', () => {
  /** Directory, mini stream and a stream of two megabytes, of a sector each that leads to itself. */
  const circles = ((): Buffer => {
    const fat = Buffer.alloc(512, 0xff);
    [0xffff_fffd, 1, 2, 3].forEach((next, at) => {
      fat.writeUInt32LE(next, at * 4);
    });
    const size = 2 * MB;
    const directory = Buffer.concat([
      directoryEntry('R', 5, { child: 1, start: 3, size }),
      directoryEntry('VBA', 1, { child: 2, start: 0, size: 0 }),
      directoryEntry('dir', 2, { right: 3, start: 3, size }),
      directoryEntry('_VBA_PROJECT', 2, { start: 3, size: 100 }),
    ]);
    const packedSource = Buffer.alloc(512, 0x41);
    packedSource[0] = 1;
    packedSource.writeUInt16LE(0x3000 | (509 - 3), 1);
    return Buffer.concat([
      compoundHeader(1, 1, { miniFat: 2, miniSectors: 1 }),
      fat,
      directory,
      Buffer.alloc(512),
      packedSource,
    ]);
  })();
  const spent = (read: (budget: Budget) => void): number => {
    const budget = newBudget();
    read(budget);
    return newBudget().scanned - budget.scanned;
  };
  test('a chain is no longer than its file', () => {
    expect(readCompound(circles, newBudget()).map(({ read }) => read(2 * MB).length)).toEqual([circles.length, 100]);
  });
  test('directory, streams and what is unpacked of them are charged', () => {
    expect(spent((budget) => readCompound(circles, budget))).toBeGreaterThanOrEqual(512);
    expect(spent((budget) => readVbaSource(readCompound(circles, budget), budget))).toBeGreaterThan(4_096);
  });
});

describe('a small mail costs little', () => {
  const names = (...of: readonly string[]): readonly string[] =>
    Array.from({ length: 60 }, (_, i) => of.map((name) => name.replace('#', `${i}`))).flat();
  const parts = names(
    'word/vbaProject#.bin',
    'a#.rels',
    'x/macrosheets/s#.xml',
    'x/embeddings/a#.bin',
    'word/header#.xml',
  );
  const office = (data: Buffer): Buffer =>
    zipOfCopies({ name: '', data, method: 8, size: 5_000 }, ['[Content_Types].xml', ...parts]);
  const ofFifty = (document: Buffer): Buffer =>
    zipOfCopies({ name: '', data: document, method: 0, size: document.length }, names('d#.docx').slice(0, 50));
  test.each([
    ['parts that look small and are not', deflateRawSync(Buffer.concat([randomBytes(4_200), zeros]))],
    ['parts that begin with nothing', lateZeros],
  ])(
    '%s, by the hundred in each of fifty documents',
    async (_name, data) => {
      const content = ofFifty(office(data));
      expect(content.length).toBeLessThan(64 * 1024);
      const spentMs = cpuClock();
      const { defects } = await readAttachments({ parts: [part('a.zip', content)] });
      expect(spentMs()).toBeLessThan(4_000); // ms; it was 27,000 and more
      expect(defects).toContainEqual({ code: 'unread-files', detail: expect.stringContaining('in a.zip') });
    },
    120_000,
  );
});

test('presentations inside each other end somewhere', async () => {
  const record = (content: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0x1011, 2); // RT_ExternalOleObjectStg
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content]);
  };
  let content: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 5; depth++) content = compound({ 'PowerPoint Document': record(content) });
  const { attachments } = await readAttachments({ parts: [part('a.ppt', content)] });
  expect(attachments[0]?.hazards).toEqual([{ kind: 'bomb', quote: 'presentations 3 deep' }]);
});

describe('what a limit kept from being read is told', () => {
  const macros = compound({ _VBA_PROJECT: Buffer.alloc(10), m: Buffer.alloc(10) }, { storage: 'VBA' });
  const read = async (...parts: readonly (readonly [string, Buffer])[]) => {
    const { attachments, defects } = await readAttachments({
      parts: parts.map(([name, content]) => part(name, content)),
    });
    return { hazards: attachments.flatMap(({ hazards }) => hazards.map(({ kind }) => kind)), defects };
  };
  test('a document behind more than there is to search', async () => {
    const table = Buffer.alloc(2 * MB, 'a;b;c\n');
    const many = Array.from({ length: 4 }, (_, i): [string, Buffer] => [`${i}.csv`, table]);
    const { hazards, defects } = await read(...many, ['a.doc', macros], ['4.csv', table]);
    expect([hazards, defects]).toEqual([
      ['macro'],
      [{ code: 'unread-files', detail: expect.stringMatching(/^more than 8 MB to search in \d\.csv/) }],
    ]);
  });
  const decoy = zipWith(
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.csv`, Buffer.alloc(2 * MB, `a;${i};c\n`)])),
  );
  const large = compound(
    { _VBA_PROJECT: Buffer.alloc(10), m: Buffer.alloc(10), picture: randomBytes(100_000) },
    { storage: 'VBA' },
  );
  test.each([
    [
      'a large document behind an archive that costs all there is',
      [
        ['a.zip', decoy],
        ['b.doc', large],
      ],
    ],
    ['behind ten', [...Array.from({ length: 10 }, (_, i): [string, Buffer] => [`${i}.zip`, decoy]), ['b.doc', large]]],
    [
      'in an archive, behind such an archive',
      [['a.zip', zipWith({ 'a.zip': decoy, 'b.zip': zipWith({ 'b.doc': large }) })]],
    ],
    [
      'behind an archive of more files than are looked at',
      [
        ['a.zip', zipWith(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`${i}.doc`, 'x'])))],
        ['b.zip', zipWith({ 'b.doc': large })],
      ],
    ],
  ] as readonly (readonly [string, readonly (readonly [string, Buffer])[]])[])(
    'not hidden: %s',
    async (_name, files) => {
      const { hazards, defects } = await read(...files);
      expect(hazards).toEqual(['macro']);
      expect(defects.map(({ code }) => code)).toEqual(['unread-files']);
    },
  );
  test('plain texts cost nothing', async () => {
    const text = Buffer.alloc(MB, 'words and words\n');
    const many = Array.from({ length: 9 }, (_, i): [string, Buffer] => [`${i}.txt`, text]);
    expect(await read(...many, ['a.doc', macros])).toEqual({ hazards: ['macro'], defects: [] });
  });
  test('the hundred-and-first file of an archive', async () => {
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.doc`, macros.subarray(0, 600)]));
    const { defects } = await read(['a.zip', zipWith({ ...hundred, 'z.doc': macros })]);
    expect(defects).toEqual([{ code: 'unread-files', detail: 'files in archives beyond the first 100 in a.zip' }]);
  });
  test('macros behind thousands of unused places in the directory are found', async () => {
    const hidden = compound(
      { _VBA_PROJECT: Buffer.alloc(10), m: Buffer.alloc(10) },
      { storage: 'VBA', freeEntries: 2_004 },
    );
    expect((await read(['a.doc', hidden])).hazards).toEqual(['macro']);
  });
  test('what broke a reader; its neighbours are read', async () => {
    const broken = Object.assign(Buffer.from('%PDF-1.4'), {
      subarray: () => {
        throw new RangeError('out of stack');
      },
    });
    expect(await read(['a.pdf', broken], ['b.doc', macros])).toEqual({
      hazards: ['macro'],
      defects: [{ code: 'unread-files', detail: 'the reader failed (out of stack) in a.pdf' }],
    });
  });
  test('nothing is told of what was read to its end', async () => {
    expect((await read(['a.zip', zipWith({ 'a.doc': macros, 'b.txt': 'x' })])).defects).toEqual([]);
  });
});
