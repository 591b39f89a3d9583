/**
 * What has moved the score without a finding or credit that says it, in a sentence: two readings each, for what raised it and for what
 * lowered it, with the baseline's numbers where there are some.
 */
import type { Baseline, Habit, HabitName } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import { CLIENT, TRANSPORT } from './measures.ts';
import { titleOf } from './sentences.ts';

type Reading = (message: Message, baseline: Baseline) => readonly [raised: string, lowered: string];

export function circumstanceOf(group: string, raised: boolean, message: Message, baseline: Baseline): string {
  const reading = readings[group];
  // A detector of which trees ask only whether it fired: it did not.
  if (reading === undefined) return `Not the case: ${titleOf(group)}`;
  return reading(message, baseline)[raised ? 0 : 1];
}

/** Where nothing is known, that is all there is to say, whichever way it weighs. */
const alike = (sentence: string): readonly [string, string] => [sentence, sentence];

const plain =
  (raised: string, lowered: string): Reading =>
  () => [raised, lowered];

/** How the mail that came from the sender reads beside `raised` and `lowered`. */
const byReceived =
  (raised: string, lowered: string): Reading =>
  (_, { correspondent }) => {
    const { messageCount = 0, distinctDays = 0 } = correspondent?.received ?? {};
    if (messageCount === 0) return alike('This mailbox has had no mail from the sender');
    const history = `${plural(messageCount, 'mail')} from the sender on ${plural(distinctDays, 'day')}`;
    return [`${raised}: ${history}`, `${lowered}: ${history}`];
  };

/** The trait that surprises most, with how often the sender had it. */
const byOddest =
  (names: readonly HabitName[], what: string): Reading =>
  (_, { habits }) => {
    const [oddest] = habits.filter(({ trait }) => names.includes(trait)).sort((a, b) => b.surprise - a.surprise);
    if (oddest === undefined) return alike(`Nothing is known of the ${what} this sender uses`);
    return [`The ${what} look unusual: ${seen(oddest)}`, `The ${what} look as usual: ${seen(oddest)}`];
  };

const seen = ({ value, seenCount, senderCount }: Habit): string =>
  `“${value}” in ${seenCount} of ${plural(senderCount, 'mail')} of the sender`;

const byAuthentication: Reading = (_, { profile, domainProfile }) => {
  const { alignedCount = 0, checkedCount = 0 } = profile ?? domainProfile ?? {};
  if (checkedCount === 0) return alike('Nothing is known of how this sender authenticates');
  const history = `authenticated in ${alignedCount} of ${plural(checkedCount, 'mail')} before`;
  return [`Its authentication is unlike its history: ${history}`, `Its authentication is as ever: ${history}`];
};

const byLinks: Reading = (_, { linkDomains }) => {
  const fresh = [...linkDomains].filter(([, { mailboxCount }]) => mailboxCount === 0).map(([domain]) => domain);
  if (linkDomains.size === 0) return alike('It has no links');
  return alike(
    fresh.length === 0 ? 'Its links are all known here' : `Links that are new here: ${fresh.slice(0, 3).join(', ')}`,
  );
};

const readings: Readonly<Record<string, Reading>> = {
  'known-sender': byReceived('Not well known', 'Known'),
  'known-for-days': byReceived('Not known for long', 'Known for long'),
  'dormant-correspondent': byReceived('After an unusual pause', 'In touch lately'),
  'written-to': plain('The owner has hardly written to the sender', 'The owner writes to the sender'),
  'replied-to': plain('The owner has hardly answered the sender', 'The owner answers the sender'),
  'known-domain': plain('Little mail is exchanged with the domain', 'Mail is exchanged with the domain'),
  'known-to-tenant': plain('The organisation hardly knows the sender', 'The organisation knows the sender'),
  'name-bound-elsewhere': plain('Others bear this display name', 'The display name is nobody else’s'),
  'lookalike-correspondent-domain': plain('The domain resembles a known one', 'The domain resembles no known one'),
  'reply-to-diversion': plain('Replies go to another address', 'Replies go to the sender'),
  'authentication-failure': plain('The authentication results are weak', 'The authentication results are good'),
  'authentication-regression': byAuthentication,
  'mail-from-mismatch': plain(
    'The envelope sender is another organisation’s',
    'The envelope sender is the sender’s own',
  ),
  'new-infrastructure': byOddest(TRANSPORT, 'servers'),
  'new-client': byOddest(CLIENT, 'ways of the mail program'),
  'unusual-hour': plain('The hour is not one of the sender’s usual ones', 'The hour is a usual one'),
  'own-thread': plain('It answers nothing that the owner wrote', 'It answers the owner'),
  'unusual-recipients': plain('The circle of recipients is not the usual one', 'The circle of recipients is usual'),
  'new-link-domain': byLinks,
  'new-attachment-type': plain('Its attachments are new here', 'Its attachments, if any, are the usual ones'),
  'credential-request': plain('The sender has not asked for such things before', 'It asks for nothing new'),
  'payment-request': plain('It presses for haste', 'It does not press for haste'),
};

const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
