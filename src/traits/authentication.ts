/** What the receiving organisation's own border said about the mail (RFC 8601). */
import type { AuthenticationClaim, ParsedMail } from '../domain/mail.ts';
import type { Authentication } from '../domain/message.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';

/**
 * The topmost header of a configured authserv-id: those below it may have come with the mail (RFC 8601 §7.1). undefined when none of them
 * spoke; a header without authserv-id is nobody's word.
 */
export function authentication(mail: ParsedMail, authservIds: readonly string[]): Authentication | undefined {
  const trusted = new Set(authservIds.map((id) => id.toLowerCase()));
  const { authenticationClaims: claims } = mail;
  const top = claims.findIndex(({ authservId }) => authservId !== '' && trusted.has(authservId));
  if (top < 0) return undefined;
  return toAuthentication(spreadClaim(claims.slice(top), adjacentCount(mail, top)), mail.from?.orgDomain ?? '');
}

/**
 * OpenDKIM, OpenDMARC and Proton write one header per method, one below the other. As long as each holds a single method that was not there
 * yet, the next ones of the same authserv-id add theirs; a border that puts all into one header is taken at that alone.
 */
function spreadClaim(claims: readonly AuthenticationClaim[], adjacent: number): AuthenticationClaim {
  const [first = NO_CLAIM, ...rest] = claims.slice(0, adjacent);
  let merged = first;
  const seen = new Set(methodsOf(first));
  for (const claim of rest) {
    const [method, ...others] = methodsOf(claim);
    const isOneMore = method !== undefined && others.length === 0 && !seen.has(method);
    if (claim.authservId !== first.authservId || methodsOf(first).length !== 1 || !isOneMore) break;
    seen.add(method);
    merged = { ...merged, ...claim, dkim: [...merged.dkim, ...claim.dkim] };
  }
  return merged;
}

const NO_CLAIM: AuthenticationClaim = { authservId: '', dkim: [] };

const methodsOf = ({ spf, dkim, dmarc, arc }: AuthenticationClaim): readonly string[] =>
  Object.entries({ spf, dkim: dkim[0], dmarc, arc }).flatMap(([method, result]) =>
    result === undefined ? [] : method,
  );

/** Headers that follow each other with nothing between: the claim at `top` and those right below it. */
function adjacentCount({ headers }: ParsedMail, top: number): number {
  const positions = headers.flatMap(({ name }, i) => (name === 'authentication-results' ? [i] : []));
  const start = positions[top] ?? 0;
  const next = positions.slice(top).findIndex((position, i) => position !== start + i);
  return Math.max(1, next < 0 ? positions.length - top : next);
}

function toAuthentication(claim: AuthenticationClaim, fromOrgDomain: string): Authentication {
  const passes = claim.dkim.filter(({ result }) => result === 'pass');
  const dkimPassDomains = [...new Set(passes.flatMap(({ domain }) => domain ?? []))];
  return {
    authservId: claim.authservId,
    spf: claim.spf ?? 'none',
    ...(claim.spfDomain === undefined ? {} : { spfDomain: claim.spfDomain }),
    dkimPassDomains,
    dkim: passes.length > 0 ? 'pass' : (claim.dkim[0]?.result ?? 'none'),
    dmarc: claim.dmarc ?? 'none',
    isAligned: fromOrgDomain !== '' && isAligned(claim, dkimPassDomains, fromOrgDomain),
  };
}

/** Relaxed alignment (RFC 9989). With several From addresses the border may have checked another one than is shown. */
function isAligned(claim: AuthenticationClaim, dkimPassDomains: readonly string[], fromOrgDomain: string): boolean {
  const isHome = (domain: string | undefined): boolean =>
    domain !== undefined && organisationalDomain(domain) === fromOrgDomain;
  // A border that failed DMARC has looked at both: a pass beside it can only be forged below (docs/adr/0003).
  if (claim.dmarc === 'fail') return false;
  if (claim.dmarc === 'pass' && (claim.dmarcDomain === undefined || isHome(claim.dmarcDomain))) return true;
  return (claim.spf === 'pass' && isHome(claim.spfDomain)) || dkimPassDomains.some(isHome);
}
