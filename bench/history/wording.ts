/** What people write about: subjects and sentences by language and topic, from samples/wording.json. */
import data from '../../samples/wording.json' with { type: 'json' };
import type { Random } from '../random.ts';
import type { Person } from './draft.ts';

export const TOPICS = [
  'orders',
  'logistics',
  'project',
  'office',
  'it',
  'board',
  'newsletter',
  'forum',
  'notice',
] as const;
export type Topic = (typeof TOPICS)[number];
export type WordingLanguage = keyof typeof data;

interface Wish {
  readonly topic: Topic;
  readonly language: WordingLanguage;
  readonly subject?: readonly string[] | undefined;
  readonly text?: readonly string[] | undefined;
  readonly linksTo: readonly string[];
}

interface Wording {
  readonly greetings: readonly string[];
  readonly closings: readonly string[];
  readonly topics: Readonly<
    Partial<Record<Topic, { readonly subjects: readonly string[]; readonly sentences: readonly string[] }>>
  >;
}

const SENTENCES = 3;
const FIRST_NUMBER = 2100; // of orders, invoices and tickets: '{n}' in subjects and sentences

/** Throws when wording.json has nothing for the topic in that language and the line brings no words of its own. */
export function wordsFor(
  wish: Wish,
  from: Person,
  to: Person,
  index: number,
  random: Random,
): { subject: string; text: string; fileStem: string } {
  const wording: Wording = data[wish.language];
  const topic = wording.topics[wish.topic];
  const subjects = wish.subject ?? topic?.subjects;
  const sentences = topic?.sentences ?? [];
  if (subjects === undefined || (wish.text === undefined && sentences.length === 0)) {
    throw new Error(`samples/wording.json has no topic '${wish.topic}' in '${wish.language}'`);
  }
  const number = FIRST_NUMBER + index;
  const fill = (text: string) => text.replaceAll('{n}', String(number));
  const chosen = wish.text === undefined ? someOf(sentences, random) : [random.pick(wish.text) ?? ''];
  const link =
    wish.linksTo.length === 0
      ? []
      : [`https://${random.pick(wish.linksTo)}/${random.pick(['news', 'documents', 'status', 'article'])}/${number}`];
  const greeting = (random.pick(wording.greetings) ?? '').replace('{name}', firstNameOf(to));
  const closing = `${random.pick(wording.closings) ?? ''}\n${from.name}`;
  const subject = fill(random.pick(subjects) ?? '');
  return {
    subject,
    text: [greeting, ...chosen.map(fill), ...link, closing].join('\n\n'),
    fileStem: fileStemOf(subject),
  };
}

function someOf(sentences: readonly string[], random: Random): readonly string[] {
  const first = random.below(sentences.length);
  return Array.from(
    { length: Math.min(SENTENCES, sentences.length) },
    (_, step) => sentences[(first + step) % sentences.length] ?? '',
  );
}

const firstNameOf = ({ name, address }: Person): string => name.split(' ')[0] || (address.split('@')[0] ?? '');
const fileStemOf = (subject: string): string =>
  subject
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 40) || 'document';
