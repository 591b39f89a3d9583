import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigError } from '../src/config.ts';
import { readPolicy } from '../src/policyFile.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';

const directory = mkdtempSync(join(tmpdir(), 'policy-'));
const fileOf = (text: string): string => {
  const path = join(directory, 'policy.json');
  writeFileSync(path, text);
  return path;
};
const read = (policy: object) => readPolicy(fileOf(JSON.stringify(policy)), DEFAULT_POLICY);

test('what is given replaces the default, the rest stays', () => {
  const policy = read({ costs: { missed: { bec: 5000 } }, budgets: { stranger: { hold: 0.0001 } } });
  expect(policy.costs.missed).toEqual({ ...DEFAULT_POLICY.costs.missed, bec: 5000 });
  expect(policy.budgets.stranger).toEqual({ ...DEFAULT_POLICY.budgets.stranger, hold: 0.0001 });
  expect({ ...policy.costs, missed: 0 }).toEqual({ ...DEFAULT_POLICY.costs, missed: 0 });
  expect(policy.budgets.known).toEqual(DEFAULT_POLICY.budgets.known);
  expect(DEFAULT_POLICY.strip).toEqual({ files: 'remove', unchanged: 'deliver' });
  expect(read({ strip: { files: 'flatten' } }).strip).toEqual({ files: 'flatten', unchanged: 'deliver' });
  expect(read({ strip: { unchanged: 'hold' } })).toEqual({
    ...DEFAULT_POLICY,
    strip: { files: 'remove', unchanged: 'hold' },
  });
  expect(read({})).toEqual(DEFAULT_POLICY);
});

test.each([
  ['a name that is none', { budget: {} }, /budget/],
  ['a type that is none', { costs: { missed: { becc: 1 } } }, /costs\.missed.*becc|becc/],
  ['a way to strip that is none', { strip: { files: 'flat' } }, /strip\.files/],
  ['a share above 1', { budgets: { known: { hold: 2 } } }, /budgets\.known\.hold/],
  ['a negative cost', { costs: { disturbed: { known: { strip: -1 } } } }, /costs\.disturbed\.known\.strip/],
  ['a number as text', { budgets: { known: { hold: '0.1' } } }, /budgets\.known\.hold/],
])('%s is refused by name', (_name, policy, message) => {
  expect(() => read(policy)).toThrow(ConfigError);
  expect(() => read(policy)).toThrow(message);
});

test('a file that is missing or no JSON is refused', () => {
  expect(() => readPolicy(join(directory, 'none.json'), DEFAULT_POLICY)).toThrow(/POLICY_FILE: ENOENT/);
  expect(() => readPolicy(fileOf('{'), DEFAULT_POLICY)).toThrow(ConfigError);
});
