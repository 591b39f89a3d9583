/** Each dialogue goes word for word as it is written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { play } from './dialogue.ts';

const DIR = join(import.meta.dirname, 'dialogues');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-milter-'));
afterAll(() => rmSync(dir, { recursive: true }));

const written = readdirSync(DIR).map((name): [string, string] => [
  name,
  readFileSync(join(DIR, name), 'utf8').trimEnd(),
]);

test.each(written)('%s', async (name, dialogue) => {
  const { text, problems } = await play(dialogue, join(dir, `${name}.sock`));
  expect(text).toBe(dialogue);
  const expected = dialogue.match(/^@ problems (.*)$/m)?.[1]?.split(', ') ?? [];
  expect(problems).toEqual(expected);
});
