/** Who stands behind a From that somebody else's server wrote. */
import type { Bulk, Sender } from '../../domain/message.ts';
import { brandBehindSender } from '../payload/brandOwners.ts';

/**
 * The sender's address, and the author's where a list that rewrites From, or a signing or sharing service, shows the author's name over an
 * address of its own. Elsewhere the header that names an author is anybody's word.
 */
export function sendersOwnAddresses(sender: Sender, { isList }: Bulk): ReadonlySet<string> {
  const showsAuthors = isList || brandBehindSender(sender) !== undefined;
  const author = showsAuthors ? sender.originalAuthor?.address : undefined;
  return new Set([sender.address, ...(author === undefined ? [] : [author])]);
}
