/**
 * What `rescore`, `learn` and `eval` find in a folder of test files, by kind, against what stands in them; each difference by name.
 * node bench/imports.ts FOLDER
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportError } from '../src/domain/history.ts';
import { findMessages } from '../src/exports/find.ts';
import { type FileKind, recognise } from '../src/exports/recognise.ts';
import { openUnpacking } from '../src/exports/unpacking.ts';

interface Line {
  fileCount: number;
  expectedCount: number;
  foundCount: number;
  readonly differing: string[];
}

/** Of an mbox, lines that may open a message; a PST tells nobody without a reader of its own. */
function expectedIn(kind: FileKind, content: Buffer): number | undefined {
  if (kind === 'mbox') return content.toString('latin1').match(/^From /gm)?.length ?? 0;
  if (kind === 'outlook-store') return undefined;
  return kind === 'other' || kind === 'empty' ? 0 : 1;
}

async function foundIn(path: string, unpacking: ReturnType<typeof openUnpacking>) {
  const counts: Record<string, number> = {};
  try {
    for await (const found of findMessages(path, unpacking)) {
      const what = 'skipped' in found ? found.skipped : 'mail';
      counts[what] = (counts[what] ?? 0) + 1;
    }
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    counts[error.message.slice(path.length + 1)] = 1;
  }
  return counts;
}

const [root = '/var/tmp/corpora/fixtures'] = process.argv.slice(2);
const spoolDir = mkdtempSync(join(tmpdir(), 'tidemark-imports-'));
const unpacking = openUnpacking(spoolDir);
const lines = new Map<FileKind, Line>();
for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
  const path = join(root, name);
  if (!statSync(path).isFile()) continue;
  const content = readFileSync(path);
  const kind = recognise(content.subarray(0, 64 * 1024));
  const { mail = 0, ...others } = await foundIn(path, unpacking);
  const expected = expectedIn(kind, content) ?? mail;
  const line = lines.get(kind) ?? { fileCount: 0, expectedCount: 0, foundCount: 0, differing: [] };
  line.fileCount += 1;
  line.expectedCount += expected;
  line.foundCount += mail;
  if (mail !== expected) line.differing.push(`${name}: ${mail} of ${expected} ${JSON.stringify(others)}`);
  lines.set(kind, line);
}
await unpacking.close();
rmSync(spoolDir, { recursive: true });
for (const [kind, { fileCount, expectedCount, foundCount, differing }] of lines) {
  console.log(`${kind}: ${fileCount} files, ${expectedCount} messages expected, ${foundCount} found`);
  for (const one of differing) console.log(`  ${one}`);
}
