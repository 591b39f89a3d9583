/** What a way in that holds mail is handed: keep this, and say whether it is kept. */
import type { Custody, Keep } from '../domain/custody.ts';
import { releasedContent } from './content.ts';

/** Of messages kept already nothing is said: for who asks, they are kept. */
export const createKeep =
  (custody: Pick<Custody, 'keep'>, maxTotalBytes: number, now: () => number): Keep =>
  async (request, content) => {
    const contentHash = await releasedContent(content);
    const verdictId = request.verdictId ?? `u${contentHash.slice(0, 32)}`;
    const original = { ...request, verdictId, contentHash, keptAt: now() };
    const outcome = await custody.keep(original, content.raw, maxTotalBytes);
    return outcome === 'full' ? 'full' : 'kept';
  };
