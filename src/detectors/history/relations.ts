/** Questions that several detectors ask about who knows whom. Counts are of messages. */
import { type Baseline, type Correspondent, isSolicited, type Tally } from '../../domain/baseline.ts';
import { skip } from '../../domain/finding.ts';
import { withoutTag } from '../../text/address.ts';
import { isFreemail } from '../../text/lists.ts';
import { organisationalDomain } from '../../text/organisationalDomain.ts';

export { isSolicited };

const DAY_MS = 86_400_000;
export const PLATEAU_MESSAGES = 16; // more mails of one sender hardly improve detection: detection.md §9 D, plateau at 16–32
const ESTABLISHED_DAYS = 5; // a burst of counts is cheap to fake, separate days are not: detection.md §2 "Decay"

/** What relation detectors answer for mail that the mailbox's owner wrote. */
export const OUTBOUND = skip('outbound mail');

/** 0–1: what a history of `count` messages is worth; logarithmic, full at the plateau. */
export const weightOf = (count: number): number =>
  Math.min(1, Math.log1p(Math.max(0, count)) / Math.log1p(PLATEAU_MESSAGES));

export const countOf = (tally: Tally | undefined): number => tally?.messageCount ?? 0;

export const exchangedCount = (of: { readonly received?: Tally; readonly sent?: Tally } | undefined): number =>
  countOf(of?.received) + countOf(of?.sent);

export const isEstablished = (correspondent: Correspondent | undefined): boolean =>
  isSolicited(correspondent) ||
  (countOf(correspondent?.received) >= PLATEAU_MESSAGES &&
    (correspondent?.received?.distinctDays ?? 0) >= ESTABLISHED_DAYS);

export const daysBetween = (from: number, to: number): number => (to - from) / DAY_MS;

export const orgDomainOf = (address: string): string =>
  organisationalDomain(address.slice(address.lastIndexOf('@') + 1));

/** Both addresses are one mailbox's or one organisation's; users of a freemail provider are strangers to each other. */
export function isSameParty(one: string, other: string): boolean {
  const orgDomain = orgDomainOf(one);
  return orgDomain === orgDomainOf(other) && (!isFreemail(orgDomain) || withoutTag(one) === withoutTag(other));
}

/** The address belongs to the organisation of the mailbox; a freemail provider is no organisation. */
export function isInside(address: string, { mailbox }: Baseline): boolean {
  const home = orgDomainOf(mailbox);
  return !isFreemail(home) && orgDomainOf(address) === home;
}
