/** Authentication-Results (RFC 8601) of a message: what Tidemark writes where it has verified one. */
import type { AuthenticationClaim } from './mail.ts';

const MAX_SIGNATURES = 10; // of DKIM; more are verified by nobody

/** The field's value in pieces: `authservId`, then one result each. Of their properties only plain domain names are written: the sender chose them. */
export function authenticationResults(authservId: string, claim: AuthenticationClaim): readonly string[] {
  const { spf, spfDomain, dkim, dmarc, dmarcDomain, arc } = claim;
  const signatures = dkim.length === 0 ? [{ result: 'none', domain: undefined }] : dkim.slice(0, MAX_SIGNATURES);
  return [
    authservId,
    ...(spf === undefined ? [] : [`spf=${spf}${property('smtp.mailfrom', spfDomain)}`]),
    ...signatures.map(({ result, domain }) => `dkim=${result}${property('header.d', domain)}`),
    ...(dmarc === undefined ? [] : [`dmarc=${dmarc}${property('header.from', dmarcDomain)}`]),
    ...(arc === undefined ? [] : [`arc=${arc}`]),
  ];
}

const property = (name: string, domain: string | undefined): string =>
  domain !== undefined && /^[\w.-]{1,255}$/.test(domain) ? ` ${name}=${domain}` : '';
