/** A name for a mailbox that does not name it. */
import { hash } from 'node:crypto';

const LENGTH = 12; // hex digits: two mailboxes of a tenant of a million share one with a chance of 0.2 %, and then count as one

/** Stands for a mailbox in what its tenant counts, so that erasing the mailbox leaves no address there. */
export const mailboxMark = (mailbox: string): string => hash('sha256', mailbox).slice(0, LENGTH);
