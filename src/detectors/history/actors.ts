/** What is asked about who acts through a platform, and how they are quoted. */
import type { Baseline } from '../../domain/baseline.ts';
import type { Actor } from '../../domain/message.ts';
import { isInside, isSolicited } from './relations.ts';

const MAX_QUOTE = 200; // domain/finding.ts

/** 'Anna Kern <anna@kern.example> by google-drive'. */
export function actorQuote({ name, address, platform }: Actor): string {
  const who = [name, address === undefined ? undefined : `<${address.address}>`].filter(Boolean).join(' ');
  return `${who} by ${platform}`.slice(0, MAX_QUOTE);
}

/** Replies go to, or the meeting is held by, somebody of the organisation or to whom the owner writes. An address in words alone proves nothing: names may hold one. */
export const isTrustedActor = ({ address, addressFrom }: Actor, baseline: Baseline): boolean =>
  address !== undefined &&
  addressFrom !== 'words' &&
  (isInside(address.address, baseline) || isSolicited(baseline.actor?.correspondent));
