/**
 * npm run priors -- --corpus DIR: what mail is like in general → models/priors.json. A value is kept when at least ten senders use it, so
 * that nobody's own habit is in it; its share is of senders, not of mails. Card: models/priors.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { habitValues } from '../src/baseline/habits.ts';
import { HABIT_NAMES } from '../src/domain/baseline.ts';
import { readMessage } from '../src/read.ts';
import { joinMail, splitMail } from '../src/trial/mail.ts';
import { openCorpus, readMail } from './corpus.ts';
import { deliver, deliveredOf } from './eval/border.ts';

const SETS = ['list-ham'];
const MIN_SENDERS = 10;
const ORGANISATION = { ownDomains: [], authservIds: ['mx.eval.example'] };

const { values } = parseArgs({ options: { corpus: { type: 'string' } } });
if (values.corpus === undefined) throw new Error('--corpus DIR is needed');
const corpus = openCorpus(values.corpus);

const bySender = new Map<string, Set<string>>(); // 'trait\nvalue' → senders
const senders = new Map<string, Set<string>>(); // trait → senders that show it
const add = (map: Map<string, Set<string>>, key: string, sender: string) =>
  map.set(key, (map.get(key) ?? new Set()).add(sender));

for (const file of corpus.files.filter(({ set }) => SETS.includes(set))) {
  const bytes = readMail(corpus, file.path);
  if (bytes === undefined) continue;
  // As one border would have delivered it, so that no list server's habit is in it.
  const raw = joinMail(deliver(deliveredOf(splitMail(bytes)), 0));
  const submission = {
    tenant: 't',
    raw,
    envelope: { rcptTo: [] },
    direction: 'inbound',
    receivedAt: 0,
    mailboxes: [],
  } as const;
  const { message } = await readMessage(submission, ORGANISATION);
  const sender = message.sender?.address;
  if (sender === undefined) continue;
  for (const [trait, value] of Object.entries(habitValues(message))) {
    add(bySender, `${trait}\n${value}`, sender);
    add(senders, trait, sender);
  }
}

const priors = Object.fromEntries(
  HABIT_NAMES.map((trait) => {
    const total = senders.get(trait)?.size ?? 1;
    const shares = [...bySender]
      .filter(([key, who]) => key.startsWith(`${trait}\n`) && who.size >= MIN_SENDERS)
      .map(([key, who]) => [key.slice(trait.length + 1), Number((who.size / total).toFixed(4))] as const)
      .sort(([, a], [, b]) => b - a);
    return [trait, Object.fromEntries(shares)];
  }),
);
writeFileSync(new URL('../models/priors.json', import.meta.url), `${JSON.stringify(priors, undefined, 2)}\n`);
for (const trait of HABIT_NAMES)
  console.log(`${trait}: ${Object.keys(priors[trait] ?? {}).length} values of ${senders.get(trait)?.size} senders`);
