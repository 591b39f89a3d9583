/** Unicode's confusables.txt → models/confusables.json. `node bench/confusables.ts PATH_TO/confusables.txt` */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TARGET = join(import.meta.dirname, '..', 'models', 'confusables.json');
const PAIR = /^\s*([0-9A-F]{4,6})\s*;\s*([0-9A-F ]+?)\s*;\s*MA\b/;

const decoded = (hex: string): string =>
  String.fromCodePoint(...hex.split(' ').map((code) => Number.parseInt(code, 16)));

/** ASCII only: many of these characters are invisible, join their neighbours or run right to left. */
const escaped = (json: string): string =>
  json.replace(/[^\n\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

type Table = Map<string, string>;

const pairsIn = (text: string): readonly (readonly [source: string, prototype: string])[] =>
  text
    .split('\n')
    .map((line) => PAIR.exec(line))
    .filter((found) => found !== null)
    .map(([, source = '', prototype = '']) => [decoded(source), decoded(prototype)]);

const mapped = (text: string, table: Table): string =>
  [...text.normalize('NFD')]
    .map((char) => table.get(char) ?? char)
    .join('')
    .normalize('NFD');

/** Some prototypes decompose into characters that have prototypes of their own: map until nothing changes. */
function close(table: Table): void {
  for (let isOpen = true; isOpen; ) {
    isOpen = false;
    for (const [source, prototype] of table) {
      const next = mapped(prototype, table);
      if (next !== prototype) isOpen = true;
      table.set(source, next);
    }
  }
}

/** What decomposing hides from the table: as a sequence, or as a character where the prototype is one and its look-alike is not. */
function addHidden(pairs: ReturnType<typeof pairsIn>, table: Table): Table {
  const sequences: Table = new Map();
  for (const [source, prototype] of pairs) {
    const [from, to] = [mapped(source, table), mapped(prototype, table)];
    if (from === to) continue;
    if ([...to].length === 1) table.set(to, from);
    else sequences.set(from, to);
  }
  return sequences;
}

function convert(text: string): string {
  const pairs = pairsIn(text);
  if (pairs.length === 0) throw new Error('this is no confusables.txt: it holds no pairs');
  const table: Table = new Map(pairs.filter(([source]) => source.normalize('NFD') === source));
  close(table);
  const sequences = addHidden(pairs, table);
  close(table);
  const byPrototype = Map.groupBy([...table].sort(), ([, prototype]) => prototype);
  const rows = [...byPrototype].sort(([a], [b]) => (a < b ? -1 : 1));
  const version = /^# Version: (\S+)/m.exec(text)?.[1] ?? 'unknown';
  return [
    '{',
    `  "version": ${JSON.stringify(version)},`,
    `  "sequences": ${JSON.stringify(Object.fromEntries(sequences))},`,
    '  "byPrototype": {',
    rows
      .map(
        ([prototype, sources]) =>
          `    ${JSON.stringify(prototype)}: ${JSON.stringify(sources.map(([source]) => source).join(''))}`,
      )
      .join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('name the confusables.txt: https://www.unicode.org/Public/security/latest/');
writeFileSync(TARGET, escaped(convert(readFileSync(path, 'utf8'))));
