/**
 * Addresses of an SMTP envelope as mail software passes them on. An odd one is bent into a form that no check refuses: a client that gets no
 * verdict because of it would deliver the message unseen.
 */
import { domainToASCII } from 'node:url';

const MAX_LOCAL_LENGTH = 64; // RFC 5321 §4.5.3.1.1

/** '<>' for a bounce. */
export function envelopeSender(path: string): string {
  const bare = bareOf(path);
  if (bare === '') return '<>';
  return envelopeRecipient(bare) ?? localOf(bare);
}

/** undefined for a name without a domain ('root'): it is nobody's mailbox here. A quoted local part or an address literal loses what is odd about it. */
export function envelopeRecipient(path: string): string | undefined {
  const bare = bareOf(path);
  const at = bare.lastIndexOf('@');
  return at < 0 ? undefined : `${localOf(bare.slice(0, at))}@${domainOf(bare.slice(at + 1))}`;
}

const bareOf = (path: string): string =>
  path
    .trim()
    .replace(/^<(.*)>$/s, '$1')
    .trim();

const localOf = (local: string): string => local.replace(/[\s\p{Cc}<>,;"\\]/gu, '_').slice(0, MAX_LOCAL_LENGTH) || '_';

function domainOf(written: string): string {
  const domain = domainToASCII(written.replace(/^\[(?:IPv6:)?(.*)\]$/i, '$1').replaceAll(':', '-'));
  return /^[\w.-]{1,255}$/.test(domain) ? domain : 'invalid';
}

/** As it is, or in front of a port ('192.0.2.9:12345', '[2001:db8::9]:25'); the caller checks that it is one. */
export const withoutPort = (text: string): string => {
  const [, v6, v4] = /^(?:\[(.+)\]|([\d.]+))(?::\d{1,5})?$/.exec(text.trim()) ?? [];
  return v6 ?? v4 ?? text.trim();
};
