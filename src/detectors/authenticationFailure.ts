import type { SenderProfile } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Authentication, Sender } from '../domain/message.ts';
import { whereVerified } from './history/authenticated.ts';
import { invitedThrough, THROUGH_CALENDAR } from './history/invitedThrough.ts';
import { brandBehindSender } from './payload/brandOwners.ts';

const DMARC_FAIL = 1; // the domain's owner published a policy and this mail breaks it: RFC 9989
const SPF_FAIL = 0.6; // "not authorised", RFC 7208 §8.4; forwarding breaks it too, and there is no DMARC policy that counts on it
const SPF_SOFTFAIL = 0.4; // "probably not authorised", RFC 7208 §8.5
const UNPROVED_BRAND = 0.6; // a company that people know signs all it sends: who names its domain without a proof is somebody else
const ON_LIST = 0.4; // lists break SPF and DKIM by rewriting: RFC 7960
const MIN_CHECKED = 5; // mails of this sender before "it always fails" means something
const USUAL_FLOOR = 0.3; // a domain that never authenticates can be forged by anyone: never silent

/**
 * DMARC failed, or SPF failed with no aligned signature, or nothing proves a known brand's domain.
 * 0 or 1 indicator; strength by the kind of failure, weaker for list mail and for senders who usually fail. `none` is no failure of any other
 * domain, DNS errors are none at all. Source: RFC 8601 §2.7, RFC 9989, RFC 7208.
 */
export const authenticationFailure = detector({
  id: 'authentication-failure',
  family: 'transport',
  attack: 'T1672',
  needs: ['sender', 'authentication', 'bulk'],
  detect(message, { profile }) {
    const { sender, authentication, bulk } = message;
    const failure = failureOf(authentication, sender);
    if (failure === undefined) return [];
    const strength =
      failure.strength *
      (bulk.isList ? ON_LIST : 1) *
      (invitedThrough(message) ? THROUGH_CALENDAR : 1) *
      unusualness(profile);
    const history = profile === undefined ? {} : { messageCount: profile.alignedCount, ofCount: profile.checkedCount };
    const quote = `${failure.what} for ${sender.orgDomain}`;
    return [
      {
        strength,
        evidence: [{ where: whereVerified(authentication), quote, expected: 'an aligned pass', ...history }],
      },
    ];
  },
});

function failureOf(
  { dmarc, dmarcPolicy, spf, dkim, isAligned }: Authentication,
  sender: Sender,
): { strength: number; what: string } | undefined {
  if (isAligned) return undefined;
  if (dmarc === 'fail')
    return { strength: DMARC_FAIL, what: `dmarc=fail${dmarcPolicy === undefined ? '' : ` (p=${dmarcPolicy})`}` };
  if (spf === 'fail') return { strength: SPF_FAIL, what: 'spf=fail, no aligned signature' };
  if (spf === 'softfail') return { strength: SPF_SOFTFAIL, what: 'spf=softfail, no aligned signature' };
  if (sender.isProved === false && brandBehindSender(sender) !== undefined)
    return { strength: UNPROVED_BRAND, what: `spf=${spf} dkim=${dkim} dmarc=${dmarc}` };
  return undefined;
}

/** Share of this sender's mail that was authenticated; 1 while that is not known. */
function unusualness(profile: SenderProfile | undefined): number {
  if (profile === undefined || profile.checkedCount < MIN_CHECKED) return 1;
  return Math.max(USUAL_FLOOR, profile.alignedCount / profile.checkedCount);
}
