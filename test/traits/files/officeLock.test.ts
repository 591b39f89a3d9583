/** Documents locked with the password that Excel tries by itself. Real ones are rows in hazards.test.ts; here the older locks, made after the specification, and hostile ones. */
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { newBudget } from '../../../src/traits/files/budget.ts';
import { readCompound } from '../../../src/traits/files/compoundFile.ts';
import { openWorkbook } from '../../../src/traits/files/excelLock.ts';
import { openDefaultLock } from '../../../src/traits/files/officeLock.ts';
import { compound } from '../compound.ts';
import { part, zipWith } from '../parts.ts';

const real = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../fixtures/oletools', name));
const XLSX = real('dde-test-encrypt-standardpassword.xlsx');

const sha1 = (...parts: readonly Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();
const md5 = (...parts: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();
const u32 = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32LE(number, at * 4);
  return bytes;
};
const u16 = (...numbers: readonly number[]): Buffer =>
  Buffer.concat(numbers.map((number) => Buffer.from([number & 255, number >> 8])));
const SALT = Buffer.from('0123456789abcdef');
const VERIFIER = Buffer.from('fedcba9876543210');
const words = (password: string): Buffer => Buffer.from(password, 'utf16le');

/** MS-OFFCRYPTO §2.3.4.5–7, as Office 2007 wrote it. */
function standard(content: Buffer, password: string): Buffer {
  let spun = sha1(SALT, words(password));
  for (let count = 0; count < 50_000; count++) spun = sha1(u32(count), spun);
  const last = sha1(spun, u32(0));
  const inner = Buffer.alloc(64, 0x36);
  for (const [at, byte] of last.entries()) inner[at] = byte ^ 0x36;
  const key = sha1(inner).subarray(0, 16);
  const locked = (plain: Buffer): Buffer => {
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(Buffer.concat([plain], Math.ceil(plain.length / 16) * 16)), cipher.final()]);
  };
  const name = words('Microsoft Enhanced RSA and AES Cryptographic Provider\0');
  const header = Buffer.concat([u32(0x24, 0, 0x660e, 0x8004, 128, 0x18, 0, 0), name]);
  const verifier = Buffer.concat([u32(16), SALT, locked(VERIFIER), u32(20), locked(sha1(VERIFIER))]);
  return compound({
    EncryptionInfo: Buffer.concat([u16(4, 2), u32(0x24, header.length), header, verifier]),
    EncryptedPackage: Buffer.concat([u32(content.length, 0), locked(content)]),
  });
}

test('the lock of Office 2007', () => {
  const content = zipWith({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<workbook/>'.repeat(500) });
  expect(openDefaultLock(standard(content, 'VelvetSweatshop'), newBudget())?.equals(content)).toBe(true);
  expect(openDefaultLock(standard(content, 'another'), newBudget())).toBeUndefined();
});

function rc4(key: Buffer, input: Buffer): Buffer {
  const state = Buffer.from([...Array(256).keys()]);
  const at = (place: number): number => state.readUInt8(place % 256);
  const swap = (i: number, j: number): void => {
    [state[i], state[j]] = [at(j), at(i)];
  };
  let j = 0;
  for (let i = 0; i < 256; i++) {
    j = (j + at(i) + key.readUInt8(i % key.length)) % 256;
    swap(i, j);
  }
  j = 0;
  const bytes = [...input].map((byte, count) => {
    const i = (count + 1) % 256;
    j = (j + at(i)) % 256;
    swap(i, j);
    return byte ^ at(at(i) + at(j));
  });
  return Buffer.from(bytes);
}

const record = (type: number, data: Buffer): Buffer => Buffer.concat([u16(type, data.length), data]);

/** MS-OFFCRYPTO §2.3.6, as Excel 97 to 2003 wrote it: the whole stream under the key stream, then what stays plain put back. */
function excel97(records: readonly (readonly [type: number, data: Buffer])[], password: string): Buffer {
  const five = md5(words(password)).subarray(0, 5);
  const spun = md5(...Array.from({ length: 16 }, () => Buffer.concat([five, SALT]))).subarray(0, 5);
  const keyOf = (block: number): Buffer => md5(spun, u32(block));
  const verifier = rc4(keyOf(0), Buffer.concat([VERIFIER, md5(VERIFIER)]));
  const lock = record(0x2f, Buffer.concat([u16(1, 1, 1), SALT, verifier]));
  const begin = record(0x809, Buffer.alloc(16, 6));
  const plain = Buffer.concat([begin, lock, ...records.map(([type, data]) => record(type, data))]);
  const blocks = Array.from({ length: Math.ceil(plain.length / 1024) }, (_, block) =>
    rc4(keyOf(block), plain.subarray(block * 1024, (block + 1) * 1024)),
  );
  const locked = Buffer.concat(blocks);
  plain.copy(locked, 0, 0, begin.length + lock.length);
  let at = begin.length + lock.length;
  for (const [type, data] of records) {
    plain.copy(locked, at, at, at + 4 + (type === 0x85 ? 4 : 0));
    at += 4 + data.length;
  }
  return locked;
}

test('the lock of Excel 97', () => {
  const records = [[0x85, Buffer.from('sheet: a name')] as const, [0xfc, Buffer.from('text '.repeat(500))] as const];
  const opened = openWorkbook(excel97(records, 'VelvetSweatshop'), newBudget());
  expect(opened?.includes('sheet: a name')).toBe(true);
  expect(opened?.includes('text '.repeat(500))).toBe(true);
  expect(openWorkbook(excel97(records, 'another'), newBudget())).toBeUndefined();
});

/** MS-OFFCRYPTO §2.3.7.1. */
function passwordVerifier(password: string): number {
  const bytes = [...Buffer.from(password, 'latin1')].reverse();
  return [...bytes, bytes.length].reduce((sum, byte) => (((sum >> 14) & 1) | ((sum << 1) & 0x7fff)) ^ byte, 0) ^ 0xce4b;
}

/** §2.3.7.2: `key` of a password of 15 characters, which is what fits beside one byte of padding. */
function excel95(
  records: readonly (readonly [type: number, data: Buffer])[],
  password: string,
  key: number,
  lockHead: Buffer,
): Buffer {
  const right = (byte: number, bits: number): number => ((byte >> bits) | (byte << (8 - bits))) & 255;
  const mask = [...Buffer.from(`${password}\xbb`, 'latin1')].map((byte, i) =>
    right(byte ^ (i % 2 === 1 ? key >> 8 : key & 255), 1),
  );
  let stream = Buffer.concat([
    record(0x809, Buffer.alloc(16, 6)),
    record(0x2f, Buffer.concat([lockHead, u16(key, passwordVerifier(password))])),
  ]);
  for (const [type, data] of records) {
    const from = stream.length + 4;
    const locked = data.map((byte, i) =>
      type === 0x809 || type === 0xe1 || (type === 0x85 && i < 4)
        ? byte
        : right(byte, 3) ^ (mask[(from + i + data.length) % 16] ?? 0),
    );
    stream = Buffer.concat([stream, record(type, Buffer.from(locked))]);
  }
  return stream;
}

test('the lock of Excel 95', () => {
  const records = [[0x85, Buffer.from('sheet: a name')] as const, [0xfc, Buffer.from('text '.repeat(500))] as const];
  for (const head of [u16(0), Buffer.alloc(0)]) {
    const budget = newBudget();
    // As workbooks of 2020 have it that spread malware: Neo23x0/signature-base, gen_excel_xor_obfuscation_velvetsweatshop.
    const locked = excel95(records, 'VelvetSweatshop', 0xb359, head);
    expect(locked.includes(Buffer.from('59b30a9a', 'hex'))).toBe(true);
    const opened = openWorkbook(locked, budget);
    expect(opened?.includes('sheet: a name')).toBe(true);
    expect(opened?.includes('text '.repeat(500))).toBe(true);
    expect(opened?.length).toBe(locked.length);
    expect([...budget.notes]).toEqual([]);
    expect(openWorkbook(excel95(records, 'another words 1', 0x1234, head), budget)).toBeUndefined();
  }
});

test('macros of Excel 4.0 behind that lock', async () => {
  const streams = readCompound(real('excel4_sample_macro.xls'), newBudget());
  const book = streams.find(({ path }) => path === 'workbook')?.read(1_000_000) ?? Buffer.alloc(0);
  const records: [number, Buffer][] = [];
  for (let at = 0; at + 4 <= book.length; at += 4 + book.readUInt16LE(at + 2))
    records.push([book.readUInt16LE(at), book.subarray(at + 4, at + 4 + book.readUInt16LE(at + 2))]);
  expect(records.length).toBeGreaterThan(100);
  const Workbook = excel95(records.slice(1), 'VelvetSweatshop', 0xb359, u16(0));
  const { attachments } = await readAttachments({ parts: [part('a.xls', compound({ Workbook }))] });
  expect(attachments[0]?.isEncrypted).toBe(true);
  expect(attachments[0]?.hazards.map(({ kind, quote }) => `${kind}: ${quote}`)).toEqual([
    'default-password: VelvetSweatshop',
    'macro: Excel 4.0 macro sheet Macro1',
    'macro-auto-run: Auto_Open',
  ]);
});

test('a lock that takes longer than any of Office’s is not tried', () => {
  const slow = Buffer.from(XLSX.toString('latin1').replace('spinCount="100000"', 'spinCount="999999"'), 'latin1');
  expect(slow.equals(XLSX)).toBe(false);
  expect(untried(slow)).toEqual(['a lock of an unknown kind']);
});

test('nor one with keys that no cipher has: their size is whatever the file says', () => {
  const huge = Buffer.from(XLSX.toString('latin1').replaceAll('keyBits="128"', 'keyBits="9e9"'), 'latin1');
  expect(huge.equals(XLSX)).toBe(false);
  expect(untried(huge)).toEqual(['a lock of an unknown kind']);
});

function untried(file: Buffer): readonly string[] {
  const budget = newBudget();
  expect(openDefaultLock(file, budget)).toBeUndefined();
  return [...budget.notes.keys()];
}

test('of one message two are tried, and it is said that others were not', () => {
  const budget = newBudget();
  const opened = [1, 2, 3].map(() => openDefaultLock(XLSX, budget) !== undefined);
  expect(opened).toEqual([true, true, false]);
  expect([...budget.notes.keys()]).toEqual(['locked documents beyond what is opened']);
});

test('damaged locks are no harm', () => {
  const xls = real('dde-test-encrypt-standardpassword.xls');
  const quick = Buffer.from(XLSX.toString('latin1').replace('spinCount="100000"', 'spinCount="000010"'), 'latin1');
  const damage = fc.array(fc.record({ at: fc.nat(xls.length), byte: fc.nat(255) }), { minLength: 1, maxLength: 20 });
  const property = fc.property(damage, (places) => {
    for (const file of [quick, xls]) {
      const bytes = Buffer.from(file);
      for (const { at, byte } of places) bytes[at % bytes.length] = byte;
      openDefaultLock(bytes, newBudget());
      openWorkbook(bytes.subarray(512), newBudget());
    }
  });
  fc.assert(property, { numRuns: 300 });
});
