/** Names for an address and for an account that do not name them. */
import { hash } from 'node:crypto';

const LENGTH = 12; // hex digits: two mailboxes of a tenant of a million share one with a chance of 0.2 %, and then count as one

/** Stands for an address where others count it, so that erasing a mailbox leaves no address there. */
export const addressMark = (address: string): string => hash('sha256', address).slice(0, LENGTH);

/**
 * Hex digits, 32 bits: the few accounts of one holder differ in them (two of eight are alike with a chance of 7 in a thousand million), and
 * tens of thousands of account numbers share each, so that none can be had from it by trying all.
 */
const ACCOUNT_LENGTH = 8;

/** Stands for an account number among those of one holder. */
export const accountMark = (holder: string, kind: string, number: string): string =>
  hash('sha256', `${holder}\n${kind}\n${number}`).slice(0, ACCOUNT_LENGTH);
