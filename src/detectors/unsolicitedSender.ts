import { detector } from '../domain/finding.ts';
import { countOf, isSolicited, OUTBOUND } from './history/relations.ts';

/**
 * The owner has never written to the sender, however often the sender wrote.
 * 0 or 1 indicator; strength 1, on lists too: anyone can write their headers. Says nothing alone (newsletters and notifications are so): it is what a dangerous file, a
 * link or a request is weighed with, because harmless mails sent ahead must not relax any check. Silent for colleagues inside and the
 * mailbox itself. Source: detection.md §2 "Learning rules"; sublime-rules `solicited`.
 */
export const unsolicitedSender = detector({
  id: 'unsolicited-sender',
  family: 'identity',
  needs: ['sender'],
  detect({ sender, direction }, { mailbox, correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    const isInside = direction === 'internal' && sender.isOwnDomain;
    if (isInside || sender.address === mailbox || isSolicited(correspondent)) return [];
    const messageCount = countOf(correspondent?.received);
    const evidence = [{ where: 'From', quote: sender.address, messageCount }];
    return [{ strength: 1, evidence }];
  },
});
