import type { Baseline, KnownThread } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Sender } from '../domain/message.ts';
import { daysBetween, exchangedCount, OUTBOUND, orgDomainOf } from './history/relations.ts';

const LOOKALIKE_OF_PARTICIPANT = 1; // hijack from a look-alike: detection.md §8.2
const STRANGER = 0.6; // people are taken into threads by forwarding
const KNOWN_DOMAIN = 0.3; // an unknown colleague of someone known
const COLLEAGUE_OF_PARTICIPANT = 0.2; // the mail was passed on inside the other organisation
const SHOWN_PARTICIPANTS = 3;

/**
 * A known thread is answered by an address that took no part in it and that the mailbox does not know.
 * 0 or 1 indicator; strength 1 when its domain resembles a participant's, 0.2 when it is a participant's own. Silent on lists and for
 * the own domain. A copied Message-ID proves nothing: detection.md §0.4.
 */
export const threadIntruder = detector({
  id: 'thread-intruder',
  family: 'conversation',
  attack: 'T1656',
  needs: ['sender', 'thread', 'bulk'],
  detect({ sender, bulk, direction, receivedAt }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const threads = [...baseline.threads.values()];
    const participants = new Set(threads.flatMap((thread) => [...thread.participants]));
    const isExpected = bulk.isList || sender.isOwnDomain || participants.has(sender.address);
    if (participants.size === 0 || isExpected || exchangedCount(baseline.correspondent) > 0) return [];
    const shown = [...participants].filter((address) => address !== baseline.mailbox).slice(0, SHOWN_PARTICIPANTS);
    return [
      {
        strength: strengthOf(sender, participants, baseline),
        evidence: [
          {
            where: 'References',
            quote: sender.address,
            expected: shown.join(', ') || baseline.mailbox,
            ageDays: Math.max(0, daysBetween(newest(threads), receivedAt)),
          },
        ],
      },
    ];
  },
});

function strengthOf(sender: Sender, participants: ReadonlySet<string>, baseline: Baseline): number {
  const homes = new Set([...participants].map(orgDomainOf));
  if (baseline.senderResemblances.some(({ domain }) => homes.has(orgDomainOf(domain)))) return LOOKALIKE_OF_PARTICIPANT;
  if (sender.isFreemail) return STRANGER;
  if (homes.has(sender.orgDomain)) return COLLEAGUE_OF_PARTICIPANT;
  return exchangedCount(baseline.domain) > 0 ? KNOWN_DOMAIN : STRANGER;
}

const newest = (threads: readonly KnownThread[]): number => Math.max(...threads.map(({ at }) => at));
