/** How many of the sentences in requests/ the phrases of models/intents.json and unspaced-intents.json find, and that they are silent on the ordinary ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findIntentCues } from '../../src/text/intents.ts';

const VARIANTS = 12; // of a line with `{one|another}` in it
const ORDINARY = 'none';

/** Lines by the intent of their heading. */
function sentencesOf(language: string): ReadonlyMap<string, readonly string[]> {
  const lines = readFileSync(join(import.meta.dirname, 'requests', `${language}.txt`), 'utf8').split('\n');
  const headings = lines.flatMap((line, at) => (line.startsWith('# ') ? [at] : []));
  return new Map(
    headings.map((at, nth) => [
      lines[at]?.slice(2) ?? '',
      lines
        .slice(at + 1, headings[nth + 1])
        .filter(Boolean)
        .flatMap(variantsOf),
    ]),
  );
}

/** The same each time, and each word of each choice in one of them. */
function variantsOf(line: string): readonly string[] {
  const variants = Array.from({ length: VARIANTS }, (_, nth) => {
    let place = 0;
    return line.replaceAll(/\{([^}]*)\}/g, (_choice, words: string) => {
      const choices = words.split('|');
      return choices[(nth + place++ * Math.floor(nth / choices.length)) % choices.length] ?? '';
    });
  });
  return [...new Set(variants)];
}

/** Announcing an invoice asks for nothing. */
const foundIn = (sentence: string): readonly string[] =>
  findIntentCues(sentence).flatMap(({ intent }) => (intent === 'trade-document' ? [] : [intent]));

describe.each(['en', 'de', 'nl', 'fr', 'es', 'pt', 'ja', 'zh'])('in %s', (language) => {
  const sections = sentencesOf(language);
  const requests = [...sections].filter(([intent]) => intent !== ORDINARY);

  test.each(requests)('%s: most is found', (intent, sentences) => {
    const found = sentences.filter((sentence) => foundIn(sentence).includes(intent));
    expect(found.length / sentences.length).toBeGreaterThanOrEqual(0.7);
  });

  test('ordinary sentences ask for nothing', () => {
    const ordinary = sections.get(ORDINARY) ?? [];
    expect(ordinary.length).toBeGreaterThan(40);
    expect(ordinary.filter((sentence) => foundIn(sentence).length > 0)).toEqual([]);
  });
});
