/** What a way in that holds mail is handed: keep this, and say whether it is kept. */
import { createHash } from 'node:crypto';
import type { Custody, HeldContent, Keep } from '../domain/custody.ts';
import { releasedContent } from './content.ts';

/** Of messages kept already nothing is said: for who asks, they are kept. */
export const createKeep =
  (custody: Pick<Custody, 'keep'>, maxTotalBytes: number, now: () => number): Keep =>
  async (request, content) => {
    const contentHash = await releasedContent(content);
    const verdictId = request.verdictId ?? nameOf(contentHash, content);
    const original = { ...request, verdictId, contentHash, keptAt: now() };
    const outcome = await custody.keep(original, content.raw, maxTotalBytes);
    return outcome === 'full' ? 'full' : 'kept';
  };

const OF_ONE_MAIL = /^(?:message-id|date)$/i;

/** The same for the same mail tried again, another for the next mail of the same words. */
function nameOf(contentHash: string, { headers }: HeldContent): string {
  const own = headers.filter(({ name }) => OF_ONE_MAIL.test(name)).map(({ value }) => value);
  return `u${createHash('sha256')
    .update([contentHash, ...own].join('\n'))
    .digest('hex')
    .slice(0, 32)}`;
}
