/**
 * What has moved the score without a finding or credit that says it, in a sentence with the baseline's numbers where there are some. Trees
 * weigh things beside each other, so what is so may weigh against its own sentence ("no mail from the sender" lowers beside a first
 * contact that counts in full): then it is told as it is, and marked.
 */
import { type Baseline, CLIENT_HABITS, type Habit, type HabitName, TRANSPORT_HABITS } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import { saysWho } from './credits.ts';
import {
  holders,
  isInOwnThread,
  isSurprising,
  newIntents,
  newKinds,
  otherReaders,
  repliesElsewhere,
} from './measures.ts';
import { titleOf } from './sentences.ts';

export interface Circumstance {
  readonly sentence: string;
  /** It weighs the other way than its sentence speaks. */
  readonly isContrary: boolean;
}

interface Told {
  readonly sentence: string;
  readonly speaksFor: boolean;
}
/** What is so; where it is a matter of degree, two readings: for what raised the score and for what lowered it. */
type Reading = (message: Message, baseline: Baseline) => Told | readonly [raised: string, lowered: string];

export function circumstanceOf(group: string, raised: boolean, message: Message, baseline: Baseline): Circumstance {
  const told = (readings[group] ?? notFired(group))(message, baseline);
  if ('sentence' in told) return { sentence: told.sentence, isContrary: told.speaksFor === raised };
  return { sentence: told[raised ? 0 : 1], isContrary: false };
}

const inFavour = (sentence: string): Told => ({ sentence, speaksFor: true });
const against = (sentence: string): Told => ({ sentence, speaksFor: false });

/** A detector of which trees ask only whether it fired: it did not. */
const notFired =
  (group: string): Reading =>
  () =>
    inFavour(`Not the case: ${titleOf(group)}`);

/** Whichever way it weighs. */
const asItIs = (sentence: string): Told | readonly [string, string] => [sentence, sentence];

const DAY_MS = 86_400_000;

const byFact =
  (isBad: (message: Message, baseline: Baseline) => boolean, bad: string, good: string): Reading =>
  (message, baseline) =>
    isBad(message, baseline) ? against(bad) : inFavour(good);

/** How the mail that came from the sender reads beside `raised` and `lowered`. */
const byReceived =
  (raised: string, lowered: string): Reading =>
  (_, { correspondent }) => {
    const { messageCount = 0, distinctDays = 0 } = correspondent?.received ?? {};
    if (messageCount === 0) return against('This mailbox has had no mail from the sender');
    const history = `${plural(messageCount, 'mail')} from the sender on ${plural(distinctDays, 'day')}`;
    return [`${raised}: ${history}`, `${lowered}: ${history}`];
  };

/** What was counted: a matter of degree, but for nothing at all. */
const byCount =
  (
    countOf: (baseline: Baseline) => number | undefined,
    little: string,
    much: string,
    nothing: string = little,
  ): Reading =>
  (_, baseline) =>
    (countOf(baseline) ?? 0) === 0 ? against(nothing) : [little, much];

/** The trait that surprises most, with how often the sender had it. */
const byOddest =
  (names: readonly HabitName[], what: string): Reading =>
  (_, { habits }) => {
    const [oddest] = habits.filter(({ trait }) => names.includes(trait)).sort((a, b) => b.surprise - a.surprise);
    if (oddest === undefined || oddest.senderCount === 0)
      return against(`Nothing is known of the ${what} this sender uses`);
    const isOdd = isSurprising(oddest) || oddest.seenCount < RARE_SHARE * oddest.senderCount;
    return isOdd
      ? against(`The ${what} look unusual: ${seen(oddest)}`)
      : inFavour(`The ${what} look as usual: ${seen(oddest)}`);
  };

const RARE_SHARE = 0.1; // of a sender's mail: what is rarer is nothing usual
const seen = ({ trait, value, seenCount, senderCount }: Habit): string =>
  `${habitWords[trait]} “${value}” in ${seenCount} of ${plural(senderCount, 'mail')}`;
const habitWords: Readonly<Record<HabitName, string>> = {
  mailer: 'program',
  timeZone: 'time zone',
  messageIdDomain: 'Message-ID at',
  messageIdPattern: 'form of Message-ID',
  headerOrder: 'order of headers',
  structure: 'parts',
  boundaryPattern: 'form of part boundaries',
  contentTypeForm: 'form of Content-Type',
  quoteForm: 'way of quoting',
  signOff: 'closing',
  sendingOrgDomain: 'sending domain',
  sendingNetwork: 'sending network',
  relayPath: 'path of servers',
  firstRelay: 'first server',
  dkimDomains: 'signed by',
  mailFromOrgDomain: 'envelope sender of',
};

const byAlignment: Reading = (message, baseline) => {
  const { authentication } = message;
  if (authentication === undefined) return against('Nothing is known of its authentication');
  if (!authentication.isAligned) return against('The authentication results are weak');
  return saysWho(message, baseline)
    ? inFavour('The authentication results are good')
    : against('The authentication results are good, which says nothing of who has the address');
};

const byMailFrom: Reading = ({ route, sender }) => {
  if (route?.mailFromOrgDomain === undefined) return against('It has no envelope sender');
  return route.mailFromOrgDomain === sender?.orgDomain
    ? inFavour('The envelope sender is the sender’s own')
    : against('The envelope sender is another organisation’s');
};

const byAuthentication: Reading = (_, { profile, domainProfile }) => {
  const { alignedCount = 0, checkedCount = 0 } = profile ?? domainProfile ?? {};
  if (checkedCount === 0) return against('Nothing is known of how this sender authenticates');
  const history = `authenticated in ${alignedCount} of ${plural(checkedCount, 'mail')} before`;
  return [`Its authentication is unlike its history: ${history}`, `Its authentication is as ever: ${history}`];
};

const byLinks: Reading = (_, { linkDomains }) => {
  const fresh = [...linkDomains].filter(([, { mailboxCount }]) => mailboxCount === 0).map(([domain]) => domain);
  if (linkDomains.size === 0) return inFavour('It has no links');
  return fresh.length === 0
    ? inFavour('Its links are all known here')
    : against(`Links that are new here: ${fresh.slice(0, 3).join(', ')}`);
};

const MIN_MAILS = 5; // of another address before it is said that mail is written as it writes

/** People have more than one address, and write alike from each. */
const byHolder: Reading = (message, { nameBindings, tenantNameBindings, nameHolderHabits }) => {
  if (holders(message, [...nameBindings, ...tenantNameBindings]).length === 0)
    return inFavour('The display name is nobody else’s');
  const isKnown = nameHolderHabits?.some(({ senderCount }) => senderCount >= MIN_MAILS) === true;
  return isKnown && !nameHolderHabits.some(isSurprising)
    ? inFavour('Another address bears this display name, and writes as this is written')
    : against('Another address bears this display name');
};

const readings: Readonly<Record<string, Reading>> = {
  'known-sender': byReceived('Not well known', 'Known'),
  'known-for-days': byReceived('Not known for long', 'Known for long'),
  'dormant-correspondent': (message, { correspondent }) => {
    const lastAt = correspondent?.received?.lastAt;
    if (lastAt === undefined) return against('This mailbox has had no mail from the sender');
    const days = Math.max(0, Math.round((message.receivedAt - lastAt) / DAY_MS));
    return asItIs(`The last mail of the sender came ${days === 0 ? 'today' : `${plural(days, 'day')} ago`}`);
  },
  'written-to': byCount(
    ({ correspondent }) => correspondent?.sent?.messageCount,
    'The owner has hardly written to the sender',
    'The owner writes to the sender',
  ),
  'replied-to': byCount(
    ({ correspondent }) => correspondent?.repliedCount,
    'The owner has hardly answered the sender',
    'The owner answers the sender',
  ),
  'known-domain': byCount(
    ({ domain }) => (domain?.received?.messageCount ?? 0) + (domain?.sent?.messageCount ?? 0),
    'Little mail is exchanged with the domain',
    'Mail is exchanged with the domain',
  ),
  'known-to-tenant': byCount(
    ({ profile, domainProfile }) =>
      (profile?.received?.messageCount ?? 0) + (domainProfile?.received?.messageCount ?? 0),
    'The organisation hardly knows the sender',
    'The organisation knows the sender',
  ),
  'name-bound-elsewhere': byHolder,
  'lookalike-correspondent-domain': byFact(
    (_, { senderResemblances }) => senderResemblances.length > 0,
    'The domain resembles a known one',
    'The domain resembles no known one',
  ),
  'reply-to-diversion': byFact(repliesElsewhere, 'Replies go to another address', 'Replies go to the address shown'),
  'authentication-failure': byAlignment,
  'authentication-regression': byAuthentication,
  'mail-from-mismatch': byMailFrom,
  'new-infrastructure': byOddest(TRANSPORT_HABITS, 'servers'),
  'new-client': byOddest(CLIENT_HABITS, 'ways of writing'),
  'unusual-hour': byCount(
    ({ profile }) => profile?.hours.length,
    'The hour is not one of the sender’s usual ones',
    'The hour is a usual one',
    'Nothing is known of the sender’s hours',
  ),
  'own-thread': byFact(
    ({ sender }, { threads }) => !isInOwnThread(sender?.address, threads),
    'It answers nothing that the owner wrote',
    'It answers the owner',
  ),
  'unusual-recipients': (message, { correspondent, mailbox }) => {
    const beside = otherReaders(message, mailbox);
    if (beside.length === 0) return against('It shows no other reader'); // says nothing for it either
    const known = beside.filter((one) => correspondent?.coRecipients.has(one)).length;
    return asItIs(`The sender has written to ${known} of the ${plural(beside.length, 'other recipient')} before`);
  },
  'new-link-domain': byLinks,
  'new-attachment-type': byFact(
    (message, baseline) => newKinds(message, baseline) > 0,
    'Its attachments are new here',
    'Its attachments, if any, are the usual ones',
  ),
  'credential-request': byFact(
    (message, baseline) => newIntents(message, baseline) > 0,
    'The sender has not asked for such things before',
    'It asks for nothing new',
  ),
  'payment-request': byFact(
    ({ content }) => (content?.pressureQuotes.length ?? 0) > 0,
    'It presses for haste',
    'It does not press for haste',
  ),
};

const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
