import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { labelsNamed, openCorpus } from '../../bench/corpus.ts';

const [mislabelled = ''] =
  readFileSync(new URL('../../bench/mislabelled.tsv', import.meta.url), 'utf8')
    .split('\n')[1]
    ?.split('\t') ?? [];

function corpusWith(path: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-corpus-'));
  const files = [
    'path\tset\tlabel\tcampaign\tdate',
    `${path}\tlist-ham\tham\t\t2024-06-01`,
    'a/b.eml\tlist-ham\tham\t\t',
  ];
  const lines = [
    'mailbox\tdirection\tpath',
    `bea@corp.example\tinbound\t${path}`,
    'bea@corp.example\tinbound\ta/b.eml',
  ];
  writeFileSync(join(dir, 'labels.tsv'), `${files.join('\n')}\n`);
  writeFileSync(join(dir, 'mailboxes.tsv'), `${lines.join('\n')}\n`);
  return dir;
}

describe('labels of a corpus', () => {
  test('mail that was read and is not harmless counts as spam of its list, in nobody’s mailbox', () => {
    const { files, mailboxes } = openCorpus(corpusWith(mislabelled));
    expect(files.map(({ set, label }) => [set, label])).toEqual([
      ['list-spam-other', 'spam'],
      ['list-ham', 'ham'],
    ]);
    expect(mailboxes.map(({ path }) => path)).toEqual(['a/b.eml']);
  });

  test('labels as given leave it where the tables have it', () => {
    const { files, mailboxes } = openCorpus(corpusWith(mislabelled), 'given');
    expect(files.map(({ set }) => set)).toEqual(['list-ham', 'list-ham']);
    expect(mailboxes).toHaveLength(2);
  });

  test('labels of another name are refused', () => {
    expect(() => labelsNamed('mine')).toThrow('--labels mine');
  });
});
