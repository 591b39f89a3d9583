import type { Baseline } from '../domain/baseline.ts';
import { detector, type Evidence } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Sender } from '../domain/message.ts';
import { countOf, exchangedCount, isSolicited, OUTBOUND } from './history/relations.ts';

// Strength is how rare the state is in business mail: ratios of −ln of detection.md §9 E. 24.4 % of mail is a first contact, 13.4 % from
// an address new to the tenant as well, 7.0 % from a new domain.
const KNOWN_TO_TENANT = 0.7; // ln 0.244 / ln 0.134
const KNOWN_DOMAIN = 0.5; // ln 0.244 / ln 0.070
const COLLEAGUE = 0.3; // inside the organisation everybody is expected
/** First contacts are 67 % of a mailbox's first 30 mails, 40 % of the next 170, 25 % of the rest (Enron, 82 inboxes): −ln relative to steady. */
const MATURITY = { blank: 0.3, learning: 0.65, steady: 1 } as const;

/** By separate days on which the sender wrote before, unasked: an acquaintance takes three (as for the gate of score/score.ts). */
const NEWNESS = [1, 0.7, 0.4];

/**
 * The mailbox has never exchanged mail with the sender, or only got some on one or two days.
 * 0 or 1 indicator; strength 0–1, weaker when the mailbox or the tenant knows the address or its (not freemail) domain, and while the
 * mailbox knows few people at all.
 */
export const unknownSender = detector({
  id: 'unknown-sender',
  family: 'identity',
  needs: ['sender'],
  detect({ sender, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const newness = newnessOf(baseline);
    if (newness === 0 || sender.address === baseline.mailbox) return [];
    const acquaintances = acquaintancesOf(sender, direction, baseline);
    const familiarity = Math.min(1, ...acquaintances.map(({ strength }) => strength));
    const messageCount = countOf(baseline.correspondent?.received);
    const first: Evidence = { where: 'From', quote: sender.address, messageCount };
    return [
      {
        strength: familiarity * newness * MATURITY[baseline.maturity.stage],
        evidence: [first, ...acquaintances.map(({ evidence }) => evidence)],
      },
    ];
  },
});

const newnessOf = ({ correspondent }: Baseline): number =>
  isSolicited(correspondent) ? 0 : (NEWNESS[correspondent?.received?.distinctDays ?? 0] ?? 0);

interface Acquaintance {
  readonly strength: number;
  readonly evidence: Evidence;
}

function acquaintancesOf(sender: Sender, direction: Direction, baseline: Baseline): readonly Acquaintance[] {
  const inMailbox = exchangedCount(baseline.domain);
  const inTenant = countOf(baseline.profile?.received);
  const domainInTenant = countOf(baseline.domainProfile?.received);
  const known: Acquaintance[] = [];
  const add = (strength: number, quote: string, messageCount: number) =>
    known.push({ strength, evidence: { where: 'baseline', quote, messageCount } });
  if (direction === 'internal' && sender.isOwnDomain)
    add(COLLEAGUE, `${sender.orgDomain} is the own domain`, inMailbox);
  if (inTenant > 0) add(KNOWN_TO_TENANT, `${sender.address} wrote to other mailboxes of the organisation`, inTenant);
  if (sender.isFreemail) return known;
  if (inMailbox > 0) add(KNOWN_DOMAIN, `${sender.orgDomain} exchanged mail with this mailbox`, inMailbox);
  else if (domainInTenant > 0) add(KNOWN_TO_TENANT, `${sender.orgDomain} wrote to the organisation`, domainInTenant);
  return known;
}
