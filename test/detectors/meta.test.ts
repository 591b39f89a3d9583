import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportNameOf, faultOf } from '../../bench/new-detector.ts';
import { detectors } from '../../src/detectors/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ids = detectors.map(({ id }) => id);

/** Cells of the rows of docs/detectors.md by id. */
const rows = new Map(
  read('docs/detectors.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([id = '', ...cells]): [string, readonly string[]] => [id.replaceAll('`', ''), cells]),
);

describe('every detector is complete', () => {
  test.each(ids)('%s', async (id) => {
    expect(faultOf(id)).toBeUndefined();
    const name = exportNameOf(id);
    const module: Record<string, unknown> = await import(join(ROOT, `src/detectors/${name}.ts`));
    expect(module[name]).toMatchObject({ id });
    const table = read(`test/detectors/${name}.test.ts`);
    expect(table).toContain(`detectorTable(${name},`);
    expect(table).toMatch(/['"`]near-miss: /);
    expect(rows.get(id)).toHaveLength(5);
    for (const cell of rows.get(id) ?? []) expect(cell).not.toBe('');
  });
  test('ids are unique', () => expect(new Set(ids).size).toBe(ids.length));
  test('each row of docs/detectors.md names a detector, once', () => {
    const named = [...read('docs/detectors.md').matchAll(/^\| `([^`]+)`/gm)].map(([, id]) => id);
    expect([...named].sort()).toEqual([...ids].sort());
  });
  test('each file is listed in index.ts', () => {
    const files = readdirSync(join(ROOT, 'src/detectors')).filter(
      (name) => name.endsWith('.ts') && name !== 'index.ts',
    );
    expect(files.sort()).toEqual(ids.map((id) => `${exportNameOf(id)}.ts`).sort());
  });
});

describe('an id names the bad state', () => {
  test.each([
    'Double-Extension',
    'double_extension',
    'spoof',
    '-spoof',
    'spoof--link',
    '',
    '../evil-path',
    'no-sender',
    'is-spoofed',
    'check-links',
  ])('not %j', (id) => expect(faultOf(id)).toBeDefined());
  test.each(['double-extension', 'new-client', 'notary-fraud', 'html5-form'])('%s', (id) =>
    expect(faultOf(id)).toBeUndefined(),
  );
});

describe('npm run new:detector', () => {
  let copy = '';
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'tidemark-detector-'));
    for (const path of [
      'package.json',
      'tsconfig.json',
      'src',
      'models',
      'docs/detectors.md',
      'bench/new-detector.ts',
    ]) {
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    }
    for (const path of ['test/messages.ts', 'test/detectors/table.ts', 'biome.json', '.gitignore'])
      cpSync(join(ROOT, path), join(copy, path));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const run = (id: string) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(copy, 'bench/new-detector.ts'), id], {
      encoding: 'utf8',
    });

  test('writes a detector that compiles and passes the linter', () => {
    expect(run('scaffold-example')).toMatchObject({ status: 0, stderr: '' });
    const index = readFileSync(join(copy, 'src/detectors/index.ts'), 'utf8');
    expect(index).toContain("import { scaffoldExample } from './scaffoldExample.ts';");
    expect(index.match(/\bscaffoldExample\b/g)).toHaveLength(3);
    expect(readFileSync(join(copy, 'docs/detectors.md'), 'utf8')).toMatch(/^\| `scaffold-example` \|(?:[^|]+\|){5}$/m);
    const written = ['src/detectors/scaffoldExample.ts', 'test/detectors/scaffoldExample.test.ts'];
    execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['check', ...written, 'src/detectors/index.ts'], {
      cwd: copy,
      stdio: 'pipe',
    });
    const types = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect(types.stdout.split('\n').filter((line) => /scaffoldExample|detectors\/index/.test(line))).toEqual([]);
  });
  test.each([
    [
      'double_extension',
      "new:detector: 'double_extension' is not kebab-case of two or more words, like lookalike-own-domain\n",
    ],
    ['no-signature', "new:detector: 'no-signature' names no bad state: it begins with no-\n"],
    ['reply-to-diversion', "new:detector: 'reply-to-diversion' is taken: src/detectors/replyToDiversion.ts\n"],
    ['', "new:detector: '' is not kebab-case of two or more words, like lookalike-own-domain\n"],
  ])('refuses %j in one line', (id, line) => {
    expect(run(id)).toMatchObject({ status: 2, stdout: '', stderr: line });
    expect(existsSync(join(copy, `src/detectors/${exportNameOf(id)}.ts`))).toBe(id === 'reply-to-diversion');
  });
});
