/** What a way in that holds mail is handed: keep this, and say whether it is kept. */
import type { Custody, Keep } from '../domain/custody.ts';
import { releasedContent } from './content.ts';

/** Of messages kept already nothing is said: for who asks, they are kept. */
export const createKeep =
  (custody: Pick<Custody, 'keep'>, maxTotalBytes: number, now: () => number): Keep =>
  async (original, content) => {
    const contentHash = await releasedContent(content);
    const outcome = await custody.keep({ ...original, contentHash, keptAt: now() }, content.raw, maxTotalBytes);
    return outcome === 'full' ? 'full' : 'kept';
  };
