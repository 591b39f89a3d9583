/**
 * `npm run new:detector <id>`: writes the skeleton of a detector with everything the meta-test asks for: file, table, line in index.ts,
 * row in docs/detectors.md. Its table fails until the detector does what it is for.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Openings that say what the code does or what is missing; an id names the bad state: docs/ARCHITECTURE.md, vocabulary. */
const FOREIGN_OPENINGS = ['no', 'not', 'is', 'has', 'can', 'check', 'detect', 'find'];

/** What is wrong with an id, in words; undefined when nothing is. */
export function faultOf(id: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(id))
    return 'is not kebab-case of two or more words, like lookalike-own-domain';
  const opening = id.slice(0, id.indexOf('-'));
  return FOREIGN_OPENINGS.includes(opening) ? `names no bad state: it begins with ${opening}-` : undefined;
}

export const exportNameOf = (id: string): string =>
  id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Writes the four places under `root`. Throws with one line when the id is bad or taken. */
export function writeDetector(root: string, id: string): readonly string[] {
  const fault = faultOf(id);
  if (fault !== undefined) throw new Error(`'${id}' ${fault}`);
  const name = exportNameOf(id);
  const source = `src/detectors/${name}.ts`;
  const table = `test/detectors/${name}.test.ts`;
  const index = 'src/detectors/index.ts';
  const rows = 'docs/detectors.md';
  if (existsSync(join(root, source))) throw new Error(`'${id}' is taken: ${source}`);
  const edited = [
    [source, sourceOf(id, name)],
    [table, tableOf(name)],
    [index, withEntry(readFileSync(join(root, index), 'utf8'), name)],
    [rows, withRow(readFileSync(join(root, rows), 'utf8'), id)],
  ] as const;
  for (const [path, text] of edited) writeFileSync(join(root, path), text);
  const written = edited.map(([path]) => path);
  const files = [source, table, index];
  execFileSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', '--linter-enabled=false', ...files], {
    cwd: root,
    stdio: 'pipe',
  });
  return written;
}

const sourceOf = (id: string, name: string): string => `import { detector } from '../domain/finding.ts';

/**
 * What is so when it fires, in one sentence.
 * 0 or 1 indicator; what strength means, from where to where; when it is silent. Source: RFC, paper or rule.
 */
export const ${name} = detector({
  id: '${id}',
  family: 'form',
  needs: ['sender'],
  detect(_message, _baseline) {
    return [];
  },
});
`;

const tableOf = (name: string): string => `import { ${name} } from '../../src/detectors/${name}.ts';
import { baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

detectorTable(${name}, [
  ['the case it is for', message(), baseline(), 1],
  ['near-miss: the benign twin', message(), baseline(), 'clear'],
  ['near-miss: what comes closest', message(), baseline(), 'clear'],
]);
`;

/** The import and the last entry of the list; biome sorts and wraps them. */
function withEntry(index: string, name: string): string {
  const start = index.indexOf('export const detectors');
  const end = index.indexOf('];', start);
  if (start < 0 || end < 0) throw new Error('src/detectors/index.ts has no list of detectors');
  const list = index.slice(start, end).trimEnd().replace(/,$/, '');
  return `import { ${name} } from './${name}.ts';\n${index.slice(0, start)}${list}, ${name}${index.slice(end)}`;
}

/** A row after the last one of the table. */
function withRow(page: string, id: string): string {
  const lines = page.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('| `'));
  if (last < 0) throw new Error('docs/detectors.md has no table of detectors');
  const row = `| \`${id}\` | what it catches | what it stays silent on | evidence shown | – | source |`;
  return lines.toSpliced(last + 1, 0, row).join('\n');
}

if (process.argv[1] === import.meta.filename) {
  try {
    const [id = ''] = process.argv.slice(2);
    console.log(
      `${writeDetector(join(import.meta.dirname, '..'), id).join('\n')}\nIts table fails until the detector is written.`,
    );
  } catch (error) {
    console.error(`new:detector: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
