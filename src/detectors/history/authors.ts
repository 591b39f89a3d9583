/** Who stands behind a From that somebody else's server wrote. */
import { type Actor, actorAddresses, type Bulk, type Sender } from '../../domain/message.ts';
import { brandBehindSender } from '../payload/brandOwners.ts';

/**
 * The sender's address, the author's where a list that rewrites From, or a signing or sharing service, shows the author's name over an
 * address of its own, and that of whoever acts through a platform. Elsewhere the header that names an author is anybody's word.
 */
export function sendersOwnAddresses(sender: Sender, { isList }: Bulk, actors: readonly Actor[]): ReadonlySet<string> {
  const showsAuthors = isList || brandBehindSender(sender) !== undefined;
  const author = showsAuthors ? sender.originalAuthor?.address : undefined;
  return new Set([sender.address, ...(author === undefined ? [] : [author]), ...actorAddresses(actors)]);
}
