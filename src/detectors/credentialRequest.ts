import { detector } from '../domain/finding.ts';
import type { Attachment, Links, Sender } from '../domain/message.ts';
import { webLinks } from './payload/links.ts';
import { requestOf, scaled } from './payload/requests.ts';

const NOTHING_TO_OPEN = 0.5; // words without a place to type the password: talk, or the first of two mails
const OWN_SITE = 0.6; // every link stays with the sender's organisation: sign-up and reset mails are so

/**
 * It asks to sign in, to confirm an account or to renew a password.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually; half without link or file, weaker when all links stay
 * with the sender's organisation. Who that is, others must judge. Source: detection.md §3 "Intent"; Liu+ 2025 (PiMRef).
 */
export const credentialRequest = detector({
  id: 'credential-request',
  family: 'request',
  attack: 'T1598',
  needs: ['content', 'bulk', 'links', 'attachments', 'sender'],
  detect({ content, bulk, links, attachments, sender, direction }, baseline) {
    const request = requestOf('credential-request', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, placeFactor(links, attachments, sender))];
  },
});

function placeFactor(links: Links, attachments: readonly Attachment[], { orgDomain, isFreemail }: Sender): number {
  const leading = webLinks(links);
  if (attachments.some(({ isInline }) => !isInline)) return 1;
  if (leading.length === 0) return NOTHING_TO_OPEN;
  return !isFreemail && leading.every((link) => link.orgDomain === orgDomain) ? OWN_SITE : 1;
}
