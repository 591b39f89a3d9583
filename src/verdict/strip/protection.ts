/** What a change would break: S/MIME (RFC 8551) and PGP (RFC 3156, and the armour in plain text of RFC 9580). DKIM is no such thing. */
import type { Entity } from './entities.ts';

export type Protection = 'signed' | 'encrypted';

const SMIME = /^application\/(?:x-)?pkcs7-mime$/;

/** Of the part itself. */
export function protectionOf({ node }: Entity): Protection | undefined {
  if (node.multipart === 'signed') return 'signed';
  if (node.multipart === 'encrypted') return 'encrypted';
  if (node.contentType === false || !SMIME.test(node.contentType)) return undefined;
  return /smime-type\s*=\s*"?signed-data/i.test(headerOf(node)) ? 'signed' : 'encrypted';
}

const headerOf = (node: Entity['node']): string => node.getHeaders().toString('latin1');

const ARMOUR = /^[ \t]*-----BEGIN PGP (SIGNED )?MESSAGE-----/m;

export function armourIn(text: string): Protection | undefined {
  const match = text.includes('-----BEGIN PGP') ? ARMOUR.exec(text) : null;
  if (match === null) return undefined;
  return match[1] === undefined ? 'encrypted' : 'signed';
}
