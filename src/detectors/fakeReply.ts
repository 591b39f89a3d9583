import { detector, skip } from '../domain/finding.ts';
import { exchangedCount, OUTBOUND } from './history/relations.ts';

/** "Re:" without any reference header: 13 % of the threats on the development lists, 0.3 % of their ham (2019–21). */
const NO_ANCESTORS = 0.8;
const UNKNOWN_ANCESTORS = 0.4; // threads begin before a baseline, and in other people's mailboxes
const NO_QUOTE = 0.6; // nothing of the claimed conversation is shown: only a prefix
const MAX_QUOTE = 200; // characters: domain/finding.ts
const KNOWN_SENDER = 0.4; // people type "Re:" into a new mail, and take us into their threads

/**
 * The subject claims a reply and no such thread is known.
 * 0 or 1 indicator; strength 0.1–0.8. Forwards are excluded; unknown ancestors count only in a steady mailbox and outside lists.
 * Source: RFC 5322 §3.6.4; sublime-rules "fake thread".
 */
export const fakeReply = detector({
  id: 'fake-reply',
  family: 'conversation',
  attack: 'T1656',
  needs: ['sender', 'thread', 'content', 'bulk'],
  detect({ thread, content, bulk, direction, subject }, { threads, maturity, correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    if (!thread.claimsReply || thread.isForward || threads.size > 0) return [];
    const hasAncestors = thread.ancestors.length > 0;
    if (hasAncestors && bulk.isList) return [];
    if (hasAncestors && maturity.stage !== 'steady') return skip('the mailbox is too young to know its threads');
    const isQuoting = content.newText.length < content.text.length;
    const strength =
      (hasAncestors ? UNKNOWN_ANCESTORS : NO_ANCESTORS) *
      (isQuoting ? 1 : NO_QUOTE) *
      (exchangedCount(correspondent) > 0 ? KNOWN_SENDER : 1);
    const expected = hasAncestors ? 'an ancestor known here' : 'In-Reply-To or References';
    return [{ strength, evidence: [{ where: 'Subject', quote: subject.slice(0, MAX_QUOTE), expected }] }];
  },
});
