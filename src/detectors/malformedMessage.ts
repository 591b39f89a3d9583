import { detector } from '../domain/finding.ts';
import type { DefectCode } from '../domain/mail.ts';
import { strangeness } from './payload/familiarity.ts';

/**
 * How much a defect looks like intent. Counted on the headers of 20,827 list ham, 4,139 SpamAssassin ham and 2,607 phishing_pot mails: ham
 * has no second From, no NUL, no missing Date, From or Message-ID; 0.01 % a duplicate header; 0.8–12 % bytes that are not UTF-8; up to 1.7 %
 * long lines. phishing_pot has long lines in 4.6 %, no Message-ID in 0.5 %, no From in 0.1 %.
 */
const DEFECT_STRENGTH: Readonly<Record<DefectCode, number>> = {
  'multiple-from': 1, // two readers show two writers: Chen+ 2020, espoofer A8–A11
  'no-from': 0.9,
  'nul-byte': 0.8, // readers differ on where the text ends: espoofer A3
  'malformed-header': 0.6,
  'no-header': 0.6,
  'duplicate-header': 0.5,
  'missing-boundary': 0.5, // readers differ on what the parts are
  'size-limit': 0.4, // part of it was not looked at
  'unverified-signatures': 0.4, // likewise
  'unsigned-content': 0.2, // anyone may have added to it; some old lists and gateways sign so
  'bare-cr': 0.3,
  'no-message-id': 0.3,
  'no-date': 0.3,
  empty: 0.3,
  'too-many-recipients': 0.2,
  'invalid-utf8': 0.05,
  'long-line': 0.05,
  unparseable: 0, // unparseable-message's business
  'time-limit': 0,
  'unread-pictures': 0.2, // our own lack of time, unless it was made so
  'odd-archive': 0.3, // a byte behind the end is enough, and happens; so does a list cut short
  'unread-files': 0.2,
};
/** What honest mail has in a burst, by its size, or from what carried it: from strangers it may be meant so. */
const MILD: ReadonlySet<DefectCode> = new Set(['odd-archive', 'unread-pictures', 'unread-files']);

/**
 * The message breaks the format in a way that mail programs read differently, or part of it could not be looked at. One indicator per defect;
 * pictures and files left unread count less the better the sender is known. Source: RFC 5322 §3.6.
 */
export const malformedMessage = detector({
  id: 'malformed-message',
  family: 'form',
  attack: 'T1027',
  needs: [],
  detect({ defects, direction }, { correspondent }) {
    const distance = strangeness(direction, correspondent);
    return defects
      .map(({ code, detail }) => ({
        strength: DEFECT_STRENGTH[code] * (MILD.has(code) ? distance : 1),
        evidence: [{ where: code, quote: detail }],
      }))
      .filter(({ strength }) => strength > 0);
  },
});
