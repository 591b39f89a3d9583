/**
 * More mailboxes out of the same list archives: the people most often addressed on each list, and the list itself as a mailbox that many
 * read. They share their mail with each other, so they are no independent evidence; they give models more to be trained on, and rates
 * below one in a thousand something to be read from.
 */
import { headerOf, mailerOf, splitMail } from '../../src/trial/mail.ts';
import { type Corpus, type MailboxLine, readMail } from '../corpus.ts';

const PEOPLE = 40; // of each list
const MIN_RECEIVED = 100;
const LISTS = /@lists?\.|googlegroups|vger\.|ozlabs\.org$|01\.org$|infradead|-dev@|patchwork|@kernel\.org$/;

/** The corpus with these mailboxes in place of its own. */
export function widened(corpus: Corpus): Corpus {
  const ham = corpus.files.filter(({ set, path }) => set.startsWith('list-ham') && path.includes('/'));
  const byTenant = Map.groupBy(ham, ({ path }) => path.split('/')[1] ?? path);
  const mailboxes = [...byTenant.values()].flatMap((files) => {
    const mails = files.flatMap(({ path }) => {
      const raw = readMail(corpus, path);
      if (raw === undefined) return [];
      const mail = splitMail(raw);
      const readers = new Set(['to', 'cc'].flatMap((name) => addressesIn(headerOf(mail, name))));
      return [{ path, writer: mailerOf(headerOf(mail, 'from'))?.address, readers }];
    });
    const counts = new Map<string, number>();
    for (const { readers } of mails) for (const one of readers) counts.set(one, (counts.get(one) ?? 0) + 1);
    const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const people = ranked.filter(([address, count]) => count >= MIN_RECEIVED && !LISTS.test(address)).slice(0, PEOPLE);
    const [list] = ranked.find(([address]) => LISTS.test(address)) ?? [];
    const chosen = new Set(people.map(([address]) => address));
    return mails.flatMap(({ path, writer, readers }): readonly MailboxLine[] => [
      ...(writer !== undefined && chosen.has(writer)
        ? [{ mailbox: writer, direction: 'outbound' as const, path }]
        : []),
      ...[...chosen]
        .filter((one) => one !== writer && readers.has(one))
        .map((mailbox) => ({ mailbox, direction: 'inbound' as const, path })),
      ...(list === undefined ? [] : [{ mailbox: list, direction: 'inbound' as const, path }]),
    ]);
  });
  return { ...corpus, mailboxes };
}

const addressesIn = (value = ''): readonly string[] =>
  [...value.matchAll(/[^\s<>"(),:;]+@[\w.-]+/g)].map(([address]) => address.toLowerCase());
