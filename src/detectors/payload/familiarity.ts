/** How new a sender, and what it links to, is for the mailbox. */
import type { Baseline, Correspondent, Maturity } from '../../domain/baseline.ts';
import type { Direction } from '../../domain/mail.ts';
import type { Bulk, Link } from '../../domain/message.ts';
import { isFreeHosting } from '../../text/lists.ts';
import { countOf, isSolicited, weightOf } from '../history/relations.ts';

const STEADY_MESSAGES = 200; // a mailbox knows its normal from here on: detection.md §2 "Cold start"
const STEADY_DAYS = 14; // likewise
const NEW_HERE = 0.4; // colleagues get links there: other people's normal is half of an explanation

const UNSOLICITED = 0.8; // a patient attacker can send harmless mails for months: that relaxes no check, detection.md §2 "Learning rules"

/** 1 for someone who never wrote to the mailbox, 0 for whom its owner writes to, and for the owner; 0.8 at least for who only writes. */
export function strangeness(direction: Direction, correspondent: Correspondent | undefined): number {
  if (direction === 'outbound' || isSolicited(correspondent)) return 0;
  return Math.max(UNSOLICITED, 1 - weightOf(countOf(correspondent?.received)));
}

const IN_BULK = 0.5; // newsletters are read, seldom acted on; their tools shorten, count and host what they lead to

/** Of a lure that people use too: 1 from a stranger, `fromKnown` from a correspondent, half in newsletters. */
export const lureStrength = (
  fromKnown: number,
  direction: Direction,
  correspondent: Correspondent | undefined,
  bulk: Bulk,
): number => (fromKnown + (1 - fromKnown) * strangeness(direction, correspondent)) * (isNewsletter(bulk) ? IN_BULK : 1);

/** 0–1: how much "never seen" means for a mailbox that has seen so little. */
export function experienceOf({ stage, messageCount, ageDays }: Maturity): number {
  if (stage === 'steady') return 1;
  return stage === 'blank' ? 0 : Math.min(1, messageCount / STEADY_MESSAGES, Math.max(0.5, ageDays / STEADY_DAYS));
}

/** 1 when nobody in the tenant was sent links to it, 0.4 when only this mailbox was not, 0 when seen or not looked up. */
export function linkNovelty(orgDomain: string, { linkDomains }: Baseline): number {
  const seen = linkDomains.get(orgDomain);
  if (seen === undefined || seen.mailboxCount > 0) return 0;
  return seen.tenantCount > 0 ? NEW_HERE : 1;
}

/** The mailbox is sent links to whoever is behind it. Links to Google say nothing of the pages that strangers have at sites.google.com. */
export const isFamiliarLink = ({ host, orgDomain }: Link, { linkDomains }: Baseline): boolean =>
  (linkDomains.get(orgDomain)?.mailboxCount ?? 0) > 0 && (!isFreeHosting(host) || isFreeHosting(orgDomain));

/**
 * Sent by a bulk mailer to many. A discussion list is none: it adds the unsubscribe header to whatever anyone posts, threats included.
 * The header proves nothing (18 % of phishing_pot carry it), so that newsletters are judged more mildly, never let off.
 */
export const isNewsletter = ({ hasUnsubscribe, isList }: Bulk): boolean => hasUnsubscribe && !isList;
