/** Spellings of one address. */
import { domainToASCII } from 'node:url';

/**
 * ana+news@ is ana@ (RFC 5233). A local part that is nothing but a tag stays: +a@ and +b@ are not one mailbox. What stands before the
 * last @ is the local part, also when it holds an @ of its own.
 */
export function withoutTag(address: string): string {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address;
}

const PLAIN_DOMAIN = /^[\x21-\x7e]+$/;

/** Lower-case, punycode, without the root's dot; '' for what is no domain. */
export function asciiDomain(domain: string): string {
  const bare = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  return PLAIN_DOMAIN.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
}
