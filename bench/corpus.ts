/** Mail laid out as labels.tsv + mailboxes.tsv beside the files (tab-separated, with a header line): the development mail's layout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LabelledFile {
  readonly path: string;
  readonly set: string;
  readonly label: string;
  /** Mails of one campaign share it; '' when unknown. */
  readonly campaign: string;
  /** YYYY-MM-DD, or ''. */
  readonly date: string;
}

export interface MailboxLine {
  readonly mailbox: string;
  readonly direction: 'inbound' | 'outbound';
  readonly path: string;
}

export interface Corpus {
  readonly dir: string;
  readonly files: readonly LabelledFile[];
  readonly mailboxes: readonly MailboxLine[];
}

/** Throws with the name of what is missing. */
export function openCorpus(dir: string): Corpus {
  for (const table of ['labels.tsv', 'mailboxes.tsv']) {
    if (!existsSync(join(dir, table))) throw new Error(`--corpus ${dir}: there is no ${table} in it`);
  }
  return {
    dir,
    files: rows(join(dir, 'labels.tsv')).map(([path = '', set = '', label = '', campaign = '', date = '']) => ({
      path,
      set,
      label,
      campaign,
      date,
    })),
    mailboxes: rows(join(dir, 'mailboxes.tsv')).map(([mailbox = '', direction, path = '']) => ({
      mailbox,
      direction: direction === 'outbound' ? 'outbound' : 'inbound',
      path,
    })),
  };
}

const rows = (file: string): readonly (readonly string[])[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line) => line.split('\t'));

/** undefined when the table names a file that is not there. */
export function readMail({ dir }: Corpus, path: string): Buffer | undefined {
  const file = join(dir, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}
