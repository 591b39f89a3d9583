/** ARC sets (RFC 8617 §4) as they read: who sealed, and what the sealer says it saw. Genuine or not is verified elsewhere. */
import type { ArcSet } from '../domain/mail.ts';
import { readAuthenticationResults, signatureDomain, signatureTag } from './authenticationResults.ts';

const MAX_SETS = 50; // RFC 8617 §4.2.1
const INSTANCE = /^\s*i\s*=\s*(\d{1,2})\s*;/;

/** Sets that have both a seal and results, newest first. */
export function readArcSets(seals: readonly string[], results: readonly string[]): readonly ArcSet[] {
  const claims = new Map<number, string>();
  for (const value of results.slice(0, MAX_SETS)) {
    const instance = INSTANCE.exec(value);
    if (instance !== null && !claims.has(Number(instance[1])))
      claims.set(Number(instance[1]), value.slice(instance[0].length));
  }
  const sets = seals.slice(0, MAX_SETS).flatMap((value) => {
    const instance = Number(signatureTag(value, 'i'));
    const sealer = signatureDomain(value);
    const claim = claims.get(instance);
    return sealer === undefined || claim === undefined
      ? []
      : [{ instance, sealer, claim: readAuthenticationResults(claim) }];
  });
  return sets.sort((a, b) => b.instance - a.instance);
}
