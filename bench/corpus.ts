/**
 * Mail laid out as labels.tsv + mailboxes.tsv beside the files (tab-separated, with a header line): the development mail's layout. Mail that
 * the tables call harmless and that no reader would (mislabelled.tsv: drugs and cloned cards for sale, advance-fee fraud, phishing) counts as
 * spam of its list: no false hold if it is stopped, no detection either, and never learned.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const SPAM = { set: 'list-spam-other', label: 'spam' };
const MISLABELLED = fileURLToPath(new URL('mislabelled.tsv', import.meta.url));

/** As the tables give them, or as the mail was read. */
export type Labels = 'given' | 'read';

/** Of the option --labels. */
export function labelsNamed(name: string): Labels {
  if (name !== 'given' && name !== 'read') throw new Error(`--labels ${name}: given or read`);
  return name;
}

/** Throws with the name of what is missing. */
export function openCorpus(dir: string, labels: Labels = 'read'): Corpus {
  for (const table of ['labels.tsv', 'mailboxes.tsv']) {
    if (!existsSync(join(dir, table))) throw new Error(`--corpus ${dir}: there is no ${table} in it`);
  }
  const spam = new Set(labels === 'read' ? rows(MISLABELLED).map(([path]) => path) : []);
  return {
    dir,
    files: rows(join(dir, 'labels.tsv')).map(([path = '', set = '', label = '', campaign = '', date = '']) => ({
      ...{ path, set, label, campaign, date },
      ...(spam.has(path) ? SPAM : {}),
    })),
    mailboxes: rows(join(dir, 'mailboxes.tsv')).flatMap(([mailbox = '', direction, path = '']) =>
      spam.has(path)
        ? []
        : [{ mailbox, direction: direction === 'outbound' ? ('outbound' as const) : ('inbound' as const), path }],
    ),
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
