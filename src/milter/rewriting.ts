/** What a message that is to be stripped becomes by the service. */
import type { Service } from '../domain/service.ts';
import { type Rewrite, splitHeaders } from './mail.ts';

/** Asks for the same verdict once more, with the message: few are stripped, and all others need no copy. */
export const rewriteBy =
  ({ scoreAndStrip }: Pick<Service, 'scoreAndStrip'>): Rewrite =>
  async (submission) => {
    const { stripped } = await scoreAndStrip(submission);
    if (stripped === undefined || !stripped.isRewritten) return undefined;
    const { bytes, body } = stripped;
    return { headers: splitHeaders(bytes.subarray(0, bytes.length - body.length)), body };
  };
