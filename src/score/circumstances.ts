/**
 * What a measure has moved, in a sentence, where no finding or credit of its name says it: two readings each, for what raised the score and
 * for what lowered it, with the baseline's numbers where there are some.
 */
import type { Baseline, Habit, HabitName } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import { CLIENT, TRANSPORT } from './measures.ts';

type Reading = (message: Message, baseline: Baseline) => readonly [raised: string, lowered: string];

export function circumstanceOf(group: string, raised: boolean, message: Message, baseline: Baseline): string {
  const reading = readings[group];
  if (reading === undefined) return `${group.replaceAll('-', ' ')}: ${raised ? 'unusual' : 'as usual'}`;
  return reading(message, baseline)[raised ? 0 : 1];
}

const received = ({ correspondent }: Baseline): string => {
  const { messageCount = 0, distinctDays = 0 } = correspondent?.received ?? {};
  return messageCount === 0
    ? 'this mailbox has had no mail from the sender'
    : `this mailbox has had ${plural(messageCount, 'mail')} from the sender on ${plural(distinctDays, 'day')}`;
};

/** The trait that surprises most, with how often the sender had it. */
const oddest = ({ habits }: Baseline, names: readonly HabitName[]): string => {
  const [first] = habits.filter(({ trait }) => names.includes(trait)).sort((a, b) => b.surprise - a.surprise);
  return first === undefined ? 'not known of this sender' : seen(first);
};
const seen = ({ value, seenCount, senderCount }: Habit): string =>
  `“${value}” in ${seenCount} of ${plural(senderCount, 'mail')} of the sender`;

const authenticated = ({ profile, domainProfile }: Baseline): string => {
  const { alignedCount = 0, checkedCount = 0 } = profile ?? domainProfile ?? {};
  return `authenticated in ${alignedCount} of ${plural(checkedCount, 'mail')} before`;
};

const linkDomains = ({ linkDomains: links }: Baseline): string => {
  const fresh = [...links].filter(([, { mailboxCount }]) => mailboxCount === 0).map(([domain]) => domain);
  return fresh.length === 0 ? 'no new link domain' : `new here: ${fresh.slice(0, 3).join(', ')}`;
};

const plain =
  (raised: string, lowered: string): Reading =>
  () => [raised, lowered];

const readings: Readonly<Record<string, Reading>> = {
  'known-sender': (_, b) => [`Not well known: ${received(b)}`, `Known: ${received(b)}`],
  'known-for-days': (_, b) => [`Not known for long: ${received(b)}`, `Known for long: ${received(b)}`],
  'dormant-correspondent': plain('The time since their last mail is unusual', 'They wrote not long ago'),
  'written-to': plain('The owner has hardly written to the sender', 'The owner writes to the sender'),
  'replied-to': plain('The owner has hardly answered the sender', 'The owner answers the sender'),
  'known-domain': plain('Little mail is exchanged with the domain', 'Mail is exchanged with the domain'),
  'known-to-tenant': plain('The organisation hardly knows the sender', 'The organisation knows the sender'),
  'name-bound-elsewhere': plain('Others bear this display name', 'The display name is nobody else’s'),
  'lookalike-correspondent-domain': plain('The domain resembles a known one', 'The domain resembles no known one'),
  'reply-to-diversion': plain('Replies go to another address', 'Replies go to the sender'),
  'authentication-failure': plain('The authentication results are weak', 'The authentication results are good'),
  'authentication-regression': (_, b) => [`Unlike its history, ${authenticated(b)}`, `As ever, ${authenticated(b)}`],
  'mail-from-mismatch': plain(
    'The envelope sender is another organisation’s',
    'The envelope sender is the sender’s own',
  ),
  'new-infrastructure': (_, b) => [
    `Servers are unusual: ${oddest(b, TRANSPORT)}`,
    `Servers are as usual: ${oddest(b, TRANSPORT)}`,
  ],
  'new-client': (_, b) => [
    `The program is unusual: ${oddest(b, CLIENT)}`,
    `The program is as usual: ${oddest(b, CLIENT)}`,
  ],
  'unusual-hour': plain('The hour is unusual for the sender', 'The hour is a usual one'),
  'own-thread': plain('It answers nothing that the owner wrote', 'It answers the owner'),
  'unusual-recipients': plain('The circle of recipients is unusual', 'The circle of recipients is the usual one'),
  'new-link-domain': (_, b) => [
    `Its links are unusual: ${linkDomains(b)}`,
    `Its links are ordinary: ${linkDomains(b)}`,
  ],
  'new-attachment-type': plain('Its attachments are unusual', 'Its attachments, if any, are the usual ones'),
  'credential-request': plain('The sender has not asked for such things before', 'It asks for nothing unusual'),
  'payment-request': plain('It presses for haste', 'It does not press for haste'),
};

const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
