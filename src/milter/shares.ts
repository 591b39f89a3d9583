/** One message for several mailboxes that is held for some of them: who it is held for, and what the others get. */
import type { Action, MailboxVerdict, Verdict } from '../domain/verdict.ts';
import type { Mail } from './answer.ts';
import type { Agreement } from './negotiate.ts';

export interface Shares {
  /** As the MTA wrote them, with angle brackets if it did. */
  readonly heldPaths: readonly string[];
  readonly heldMailboxes: readonly string[];
  readonly otherPaths: readonly string[];
  readonly otherMailboxes: readonly string[];
  /** As it is for the others. */
  readonly verdict: Verdict;
}

/**
 * MTAs take off whom they find by what they made of the path: with a route, a name or other oddities in it they find nobody, and the message
 * would go to whom it is held for.
 */
const PLAIN = /^<?[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)*>?$/i;

const FOR_OTHERS = 'It was held for another recipient.';

/** undefined: it is held for all, or for none; or who is who is not known; or the MTA takes nobody off a message, or not surely. */
export function sharesOf(
  verdict: Verdict,
  { said, request }: Pick<Mail, 'said' | 'request'>,
  agreement: Agreement,
): Shares | undefined {
  const isSplittable = verdict.action === 'hold' && agreement.mayDeleteRecipients && request.direction === 'inbound';
  if (!isSplittable || !said.hasAllRecipients) return undefined;
  const byMailbox = new Map(verdict.mailboxes.map((one) => [one.mailbox, one]));
  const held: [path: string, one: MailboxVerdict][] = [];
  const others: [path: string, one: MailboxVerdict][] = [];
  for (const { path, mailbox } of said.recipients) {
    const one = byMailbox.get(mailbox);
    if (one === undefined) return undefined;
    (one.action === 'hold' ? held : others).push([path, one]);
  }
  const [first, ...rest] = others.map(([, one]) => one);
  if (held.length === 0 || first === undefined || !held.every(([path]) => PLAIN.test(path))) return undefined;
  return {
    heldPaths: held.map(([path]) => path),
    heldMailboxes: held.map(([, { mailbox }]) => mailbox),
    otherPaths: others.map(([path]) => path),
    otherMailboxes: others.map(([, { mailbox }]) => mailbox),
    verdict: forOthers(verdict, [first, ...rest]),
  };
}

/** The most severe of them acts for all of them. */
function forOthers(verdict: Verdict, others: readonly [MailboxVerdict, ...MailboxVerdict[]]): Verdict {
  const action: Action = others.some((one) => one.action === 'strip') ? 'strip' : 'deliver';
  const score = Math.max(...others.filter((one) => one.action === action).map((one) => one.score));
  return { ...verdict, action, enacted: action, proposed: action, score, mailboxes: others, reason: FOR_OTHERS };
}
