/** Who sent the mail: as this service verified it, else as the receiving organisation's own border said (RFC 8601). */
import type { ArcSet, AuthenticationClaim, ParsedMail, Verification } from '../domain/mail.ts';
import type { Authentication } from '../domain/message.ts';
import type { Organisation } from '../domain/organisation.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';

type Trust = Pick<Organisation, 'authservIds' | 'trustedArcSealers'>;

/**
 * The own verification, unless DNS left it without an answer that matters; else the border's word, which is the topmost header of a
 * configured authserv-id, wherever it stands: those of the same id below it may have come with the mail (RFC 8601 §7.1). undefined when
 * neither knows: an outage is no fault of the mail. A header without authserv-id is nobody's word.
 */
export function authentication(
  mail: ParsedMail,
  { authservIds, trustedArcSealers = [] }: Trust,
  verification?: Verification,
): Authentication | undefined {
  const own = verification === undefined ? undefined : toAuthentication(verification, mail, trustedArcSealers);
  if (own !== undefined && verification !== undefined) {
    if (own.isAligned || !isOpen(verification, mail, trustedArcSealers)) return own;
  }
  const border = borderClaim(mail, authservIds);
  return border === undefined ? undefined : toAuthentication(border, mail, trustedArcSealers);
}

/**
 * Something that DNS did not answer could have made the mail aligned: an identity of its own, or the seals of a forward; but only where each
 * sealer is one whose word would count, or a forger would name a slow one.
 */
function isOpen({ isIncomplete, arc }: Verification, mail: ParsedMail, trustedSealers: readonly string[]): boolean {
  if (isIncomplete || arc !== 'temperror') return isIncomplete;
  const { newestToSee, areAll } = sealersWhoSawItAligned(mail.arcSets, trustedSealers, mail.from?.orgDomain ?? '');
  return newestToSee !== undefined && areAll;
}

function borderClaim(mail: ParsedMail, authservIds: readonly string[]): AuthenticationClaim | undefined {
  const trusted = new Set(authservIds.map((id) => id.toLowerCase()));
  const { authenticationClaims: claims } = mail;
  const top = claims.findIndex(({ authservId }) => authservId !== '' && trusted.has(authservId));
  return top < 0 ? undefined : spreadClaim(claims.slice(top), adjacentCount(mail, top));
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

function toAuthentication(
  claim: AuthenticationClaim & Partial<Verification>,
  mail: ParsedMail,
  trustedSealers: readonly string[],
): Authentication {
  const fromOrgDomain = mail.from?.orgDomain ?? '';
  const passes = claim.dkim.filter(({ result }) => result === 'pass');
  const dkimPassDomains = [...new Set(passes.flatMap(({ domain }) => domain ?? []))];
  const canAlign = fromOrgDomain !== '' && claim.hasManyAuthors !== true;
  const isSealed = canAlign && claim.arc === 'pass';
  const vouchedBy = isSealed
    ? sealersWhoSawItAligned(mail.arcSets, trustedSealers, fromOrgDomain).newestToSee
    : undefined;
  const aligns = vouchedBy !== undefined || (canAlign && isAligned(claim, fromOrgDomain));
  return {
    authservId: claim.authservId,
    spf: claim.spf ?? 'none',
    ...(claim.spfDomain === undefined ? {} : { spfDomain: claim.spfDomain }),
    dkimPassDomains,
    dkim: passes.length > 0 ? 'pass' : (claim.dkim[0]?.result ?? 'none'),
    dmarc: claim.dmarc ?? 'none',
    ...(claim.dmarcPolicy === undefined ? {} : { dmarcPolicy: claim.dmarcPolicy }),
    ...(vouchedBy === undefined ? {} : { vouchedBy }),
    ...(aligns || !isComplete(claim, fromOrgDomain) ? {} : { isDisowned: true }),
    isAligned: aligns,
  };
}

/** All was looked at that could have aligned. An outage of a domain that is not From's leaves nothing open: a forger would name a slow one. */
function isComplete({ spf, spfDomain, dkim, dmarc }: AuthenticationClaim, fromOrgDomain: string): boolean {
  if (dmarc === 'fail') return true;
  const isOpen = (result: string | undefined, domain: string | undefined): boolean =>
    result === 'temperror' && domain !== undefined && organisationalDomain(domain) === fromOrgDomain;
  if (dmarc === 'temperror' || isOpen(spf, spfDomain)) return false;
  if (dkim.some(({ result, domain }) => isOpen(result, domain))) return false;
  return dmarc !== undefined || (spf !== undefined && dkim.length > 0);
}

interface Sealers {
  readonly newestToSee?: string;
  /** Every sealer of the chain is trusted. */
  readonly areAll: boolean;
}

/**
 * RFC 8617 §5.2, §7.2: from the newest set down, as far as the sealers are trusted; behind one who is not, anything may be made up.
 * `newestToSee` is the first whose results say that an aligned mechanism passed for the domain that From shows now.
 */
function sealersWhoSawItAligned(sets: readonly ArcSet[], trusted: readonly string[], fromOrgDomain: string): Sealers {
  const isTrusted = ({ sealer }: ArcSet): boolean =>
    trusted.some((domain) => sealer === domain || sealer.endsWith(`.${domain}`));
  const end = sets.findIndex((set) => !isTrusted(set));
  const believed = end < 0 ? sets : sets.slice(0, end);
  // A DMARC pass without header.from does not say for whom.
  const saw = believed.find(
    ({ claim }) => !(claim.dmarc === 'pass' && claim.dmarcDomain === undefined) && isAligned(claim, fromOrgDomain),
  );
  return { ...(saw === undefined ? {} : { newestToSee: saw.sealer }), areAll: end < 0 };
}

/** Relaxed alignment (RFC 9989). With several From addresses the border may have checked another one than is shown. */
function isAligned(claim: AuthenticationClaim, fromOrgDomain: string): boolean {
  const isHome = (domain: string | undefined): boolean =>
    domain !== undefined && organisationalDomain(domain) === fromOrgDomain;
  // A border that failed DMARC has looked at both: a pass beside it can only be forged below (docs/adr/0003), or DMARC asks for
  // strict alignment.
  if (claim.dmarc === 'fail') return false;
  if (claim.dmarc === 'pass' && (claim.dmarcDomain === undefined || isHome(claim.dmarcDomain))) return true;
  return (
    (claim.spf === 'pass' && isHome(claim.spfDomain)) ||
    claim.dkim.some(({ result, domain }) => result === 'pass' && isHome(domain))
  );
}
