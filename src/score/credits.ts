/**
 * Trust credits: what speaks for a message. Each is 0–1 and saturates early, because trust is earned by what an attacker cannot make
 * alone (replies of the owner, distinct days, authentication): detection.md §2. None counts against what contradicts the identity:
 * score.ts shrinks them by the findings that say so.
 */
import { type Baseline, isSolicited, type Tally } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';

export interface Credit {
  readonly id: CreditId;
  readonly value: number;
  readonly sentence: string;
  /** True, and no reason for a person to trust the mail. */
  readonly isHollow?: true;
}

export const CREDIT_IDS = [
  'known-sender',
  'known-for-days',
  'written-to',
  'replied-to',
  'own-thread',
  'known-thread',
  'usual-client',
  'known-domain',
  'known-to-tenant',
  'authenticated',
  'list-mail',
] as const;
export type CreditId = (typeof CREDIT_IDS)[number];

const PLATEAU_MESSAGES = 32; // detection plateaus at 16–32 mails per sender: detection.md §9 D
const PLATEAU_DAYS = 20;
const PLATEAU_REPLIES = 5;
const PLATEAU_MAILBOXES = 5;
const HEARD_DAYS = 2; // from then on a mailbox counts among those that the sender writes to: baseline/tenantLessons.ts
const USUAL_SHARE = 0.2; // of a sender's mail, from which a value is one of its usual ones
const UNSOLICITED = 0.3; // that someone unasked is still the same someone says little about what they want
const USUAL_CLIENT_MESSAGES = 5; // fewer mails than this show no habit

/** ln-scaled share of a plateau, 0–1. */
const share = (count: number, plateau: number): number => Math.min(1, Math.log1p(count) / Math.log1p(plateau));

const days = (tally: Tally | undefined): number => tally?.distinctDays ?? 0;

/** The credits that are not zero. */
export function creditsOf(message: Message, baseline: Baseline): readonly Credit[] {
  const { correspondent, domain, profile } = baseline;
  const received = correspondent?.received?.messageCount ?? 0;
  const sent = correspondent?.sent?.messageCount ?? 0;
  const replied = correspondent?.repliedCount ?? 0;
  const domainCount = message.sender?.isFreemail
    ? 0
    : (domain?.received?.messageCount ?? 0) + (domain?.sent?.messageCount ?? 0);
  const isHeardHere = sent > 0 || days(correspondent?.received) >= HEARD_DAYS;
  const mailboxes = Math.max(0, (profile?.mailboxCount ?? 0) - (isHeardHere ? 1 : 0)); // but this one
  const thread = threadCredit(message, baseline);
  const credits: readonly Credit[] = [
    {
      id: 'known-sender',
      value: share(received, PLATEAU_MESSAGES),
      sentence: `the sender wrote to this mailbox ${times(received)} before`,
    },
    {
      id: 'known-for-days',
      value: share(days(correspondent?.received), PLATEAU_DAYS),
      sentence: `on ${days(correspondent?.received)} separate days`,
    },
    { id: 'written-to', value: share(sent, PLATEAU_REPLIES), sentence: `the owner wrote to the sender ${times(sent)}` },
    {
      id: 'replied-to',
      value: share(replied, PLATEAU_REPLIES),
      sentence: `the owner answered the sender ${times(replied)}`,
    },
    ...thread,
    {
      id: 'usual-client',
      value: usualClient(message, baseline),
      sentence: 'it was written with the program the sender always uses',
    },
    {
      id: 'known-domain',
      value: share(domainCount, PLATEAU_MESSAGES),
      sentence: `${domainCount} mails exchanged with ${domain?.orgDomain ?? ''}`,
    },
    {
      id: 'known-to-tenant',
      value: share(mailboxes, PLATEAU_MAILBOXES),
      sentence: `the sender writes to ${mailboxes === 1 ? 'one other mailbox' : `${mailboxes} other mailboxes`} of the organisation`,
    },
    authenticated(message, baseline),
    {
      id: 'list-mail',
      value: message.bulk?.isList === true ? 1 : 0,
      sentence: 'it came through a mailing list, or says so',
      isHollow: true,
    },
  ];
  return credits.filter((credit) => credit.value > 0);
}

/**
 * A thread proves something only when the writer took part in it (anyone can copy a Message-ID, detection.md §0.4) and somebody of the
 * organisation began it: two addresses of one attacker have threads of their own.
 */
function threadCredit(message: Message, { threads }: Baseline): readonly Credit[] {
  const writer = message.sender?.address ?? '';
  const joined = [...threads.values()].filter((thread) => thread.isFromInside && thread.participants.has(writer));
  if (joined.some((thread) => thread.isOwn))
    return [{ id: 'own-thread', value: 1, sentence: 'it answers a mail that the owner wrote' }];
  return joined.length > 0
    ? [{ id: 'known-thread', value: 1, sentence: 'it answers a mail that somebody of the organisation wrote' }]
    : [];
}

function authenticated(message: Message, baseline: Baseline): Credit {
  const { isAligned = false, vouchedBy, authservId = '' } = message.authentication ?? {};
  const as = `authenticated as ${message.sender?.orgDomain ?? ''} by ${vouchedBy ?? authservId}`;
  const credit = { id: 'authenticated', value: isAligned ? 1 : 0 } as const;
  return saysWho(message, baseline)
    ? { ...credit, sentence: as }
    : { ...credit, sentence: `${as}, which says nothing of who has it`, isHollow: true };
}

/** Whether authentication of the sender's address tells anything: one at a freemail provider, or at a domain that is not known here, is anybody's to have. */
export function saysWho({ sender }: Message, { correspondent, domain }: Baseline): boolean {
  const tallies = [correspondent?.received, correspondent?.sent, domain?.received, domain?.sent];
  return sender?.isFreemail !== true && tallies.some((tally) => (tally?.messageCount ?? 0) > 0);
}

/** No credit for doing as the unauthenticated mail in its name usually does: a forger who takes his time does so too. */
function usualClient({ authentication }: Message, { habits, profile, correspondent }: Baseline): number {
  if (authentication?.isAligned === false && (profile?.alignedCount ?? 0) > 0) return 0;
  const known = habits.filter((habit) => habit.senderCount >= USUAL_CLIENT_MESSAGES);
  if (known.length === 0) return 0;
  const share = known.filter((habit) => habit.seenCount / habit.senderCount >= USUAL_SHARE).length / known.length;
  return isSolicited(correspondent) ? share : share * UNSOLICITED;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
