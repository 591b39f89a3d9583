import { detector } from '../domain/finding.ts';
import type { FromCandidate } from '../domain/message.ts';
import { orgDomainOf } from './history/relations.ts';

/**
 * How surely two mail programs show different writers. Of 26,000 list and SpamAssassin ham mails none has a second From or a second address
 * in it: detection.md §7 asks a floor for each.
 */
const READING_STRENGTH: Readonly<Record<FromCandidate['reading'], number>> = {
  'first-address': 1,
  'other-address': 1,
  'other-from-header': 1,
  'after-nul': 1,
  route: 1,
  'encoded-word': 0.9,
  raw: 0.9,
  comment: 0.7,
  // A Sender header is legal and normal (86 % of list mail); a name that shows an address is address-in-display-name's business.
  'sender-header': 0,
  'in-display-name': 0,
};
const SAME_ORGANISATION = 0.3; // people write their own other address beside their name
const HARMLESS_AT_HOME: ReadonlySet<FromCandidate['reading']> = new Set(['comment', 'encoded-word', 'raw']);

/**
 * From can be read as more than one address.
 * One indicator per reading; strength by the reading. Source: RFC 5322 §3.6.2; Chen+ 2020 "Composition Kills"; espoofer.
 */
export const fromAmbiguity = detector({
  id: 'from-ambiguity',
  family: 'identity',
  attack: 'T1672',
  needs: ['sender'],
  detect({ sender }) {
    return sender.otherReadings
      .map(({ address, reading }) => {
        const isAtHome = HARMLESS_AT_HOME.has(reading) && orgDomainOf(address) === sender.orgDomain;
        return {
          strength: READING_STRENGTH[reading] * (isAtHome ? SAME_ORGANISATION : 1),
          evidence: [{ where: 'From', quote: `${address} (${reading})`, expected: sender.address }],
        };
      })
      .filter(({ strength }) => strength > 0);
  },
});
