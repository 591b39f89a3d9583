import { alignedShare } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import type { Authentication } from '../domain/message.ts';
import { whereVerified } from './history/authenticated.ts';
import { invitedThrough, THROUGH_CALENDAR } from './history/invitedThrough.ts';

const MIN_CHECKED = 5; // mails: the posterior mean below is 0.86 for five of five
const USUALLY = 0.8; // share of authenticated mail from which a failure surprises
const TRANSIENT = 0.3; // the border's DNS failed, not the sender
const ON_LIST = 0.3; // lists break SPF and DKIM by rewriting: RFC 7960

/**
 * This sender (or, for a new one, its domain) is nearly always authenticated, and this mail is not.
 * 0 or 1 indicator; strength 0.6–1 grows with share and number of the mails that were (mean of the Beta posterior, detection.md §3).
 * Catches what DMARC does not: domains without a policy that sign all the same.
 */
export const authenticationRegression = detector({
  id: 'authentication-regression',
  family: 'transport',
  attack: 'T1672',
  needs: ['sender', 'authentication', 'bulk'],
  detect(message, { profile, domainProfile }) {
    const { sender, authentication, bulk } = message;
    const history = [profile, domainProfile].find((one) => (one?.checkedCount ?? 0) >= MIN_CHECKED);
    if (history === undefined) return skip('too few checked mails of this sender');
    const usual = alignedShare(history);
    if (authentication.isAligned || usual < USUALLY) return [];
    const strength =
      (2 * usual - 1) *
      (isTransient(authentication) ? TRANSIENT : 1) *
      (bulk.isList ? ON_LIST : 1) *
      (invitedThrough(message) ? THROUGH_CALENDAR : 1);
    const { spf, dkim, dmarc } = authentication;
    return [
      {
        strength,
        evidence: [
          {
            where: whereVerified(authentication),
            quote: `spf=${spf} dkim=${dkim} dmarc=${dmarc}`,
            messageCount: history.alignedCount,
            ofCount: history.checkedCount,
            expected: `authenticated as ${sender.orgDomain}`,
          },
        ],
      },
    ];
  },
});

const isTransient = ({ spf, dkim, dmarc }: Authentication): boolean => [spf, dkim, dmarc].includes('temperror');
