import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Authentication } from '../domain/message.ts';
import { changeIn } from './history/habits.ts';

const DMARC_FAIL = 1; // deterministic: detection.md §4 "certain layer"
const SPF_FAIL = 0.9;
const UNAUTHENTICATED = 0.6; // neither pass nor fail: a printer, a web form, or a forger who knows that nothing is published
const DNS_ERROR = 0.3;
const ON_LIST = 0.6; // a colleague's post comes back with a broken signature (RFC 7960); but anyone can write a List-Id
const KNOWN_ROUTE = 0.3; // a list, a forwarder or a hosted tool that delivers the organisation's mail unauthenticated
const NORMAL_AFTER = 3; // unauthenticated mails delivered before: detection.md §2 "Learning rules"
const USUAL_HOST = 0.5; // change of the sending host, 0–1, below which it is a usual one

/**
 * From is the organisation's own domain (or the mailbox itself), the mail comes from outside, nobody logged in and nothing aligned passed.
 * 0 or 1 indicator; strength 1 for a DMARC failure; weaker for lists and known forwarders. Skipped when authentication is not known.
 */
export const ownDomainSpoof = detector({
  id: 'own-domain-spoof',
  family: 'identity',
  attack: 'T1672',
  needs: ['sender', 'authentication', 'bulk'],
  detect({ sender, authentication, bulk, direction, envelope }, baseline) {
    const isOwn = sender.isOwnDomain || sender.address === baseline.mailbox;
    if (!isOwn || direction !== 'inbound' || envelope.user !== undefined || authentication.isAligned) return [];
    const { strength, result } = claimOf(authentication);
    const weakened = isKnownRoute(baseline) ? KNOWN_ROUTE : bulk.isList ? ON_LIST : 1;
    const evidence = [{ where: 'From', quote: `${sender.address}, ${result}`, expected: 'mail from inside' }];
    return [{ strength: strength * weakened, evidence }];
  },
});

function claimOf({ dmarc, spf }: Authentication): { readonly strength: number; readonly result: string } {
  if (dmarc === 'fail') return { strength: DMARC_FAIL, result: 'dmarc=fail' };
  if (spf === 'fail' || spf === 'softfail') return { strength: SPF_FAIL, result: `spf=${spf}` };
  if (dmarc === 'temperror' || spf === 'temperror') return { strength: DNS_ERROR, result: 'not checked (temperror)' };
  return { strength: UNAUTHENTICATED, result: `spf=${spf} dmarc=${dmarc}` };
}

/** Such mail was let through before, and by such a host: a host alone proves nothing where the organisation shares a provider with others. */
function isKnownRoute({ habits, profile, domainProfile }: Baseline): boolean {
  const wasUnauthenticated = [profile, domainProfile].some(
    (one) =>
      one !== undefined && Math.max(one.checkedCount - one.alignedCount, one.unauthenticatedDays) >= NORMAL_AFTER,
  );
  return (
    wasUnauthenticated && habits.some((habit) => habit.trait === 'sendingOrgDomain' && changeIn(habit) < USUAL_HOST)
  );
}
