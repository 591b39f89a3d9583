import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { readCertificates } from '../src/certificateFile.ts';
import { ConfigError } from '../src/config.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-certificates-'));
afterAll(() => rmSync(dir, { recursive: true }));
const PEM = fileURLToPath(new URL('fixtures/webhooks/sns-test.pem', import.meta.url));
const written = (text: string): string => {
  const path = join(dir, 'file.pem');
  writeFileSync(path, text);
  return path;
};

test('several in one file', () => {
  const pem = readFileSync(PEM, 'utf8');
  expect(readCertificates(written(`new\n${pem}\nold\n${pem}`)).map(({ subject }) => subject)).toEqual([
    'CN=sns.test.example',
    'CN=sns.test.example',
  ]);
});

test.each([
  ['none', 'x', /there is no certificate in it/],
  ['a broken one', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----', /SNS_CERTIFICATES/],
])('%s', (_name, text, message) => {
  expect(() => readCertificates(written(text))).toThrow(ConfigError);
  expect(() => readCertificates(written(text))).toThrow(message);
});

test('no file', () => {
  expect(() => readCertificates(join(dir, 'none'))).toThrow(/SNS_CERTIFICATES: .*ENOENT/);
});
