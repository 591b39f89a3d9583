/** Goes through the log of verdicts, newest first. */
import type { HuntEnd, HuntHit, Indicator } from '../domain/hunt.ts';
import type { Service } from '../domain/service.ts';
import { matchesInVerdict } from './match.ts';

const PAGE = 200; // verdicts in memory

export async function huntVerdicts(
  { findVerdicts }: Pick<Service, 'findVerdicts'>,
  { tenant, mailbox }: { readonly tenant: string; readonly mailbox?: string },
  indicators: readonly Indicator[],
  heard: (hit: HuntHit) => void,
): Promise<HuntEnd> {
  let readCount = 0;
  let after: string | undefined;
  for (;;) {
    const page = await findVerdicts(tenant, {
      limit: PAGE,
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(after === undefined ? {} : { after }),
    });
    for (const verdict of page) {
      const { id, receivedAt, messageId, subject, from, action, mailboxes } = verdict;
      const about = {
        verdictId: id,
        action,
        at: receivedAt,
        messageId,
        subject,
        ...(from === undefined ? {} : { from }),
      };
      for (const match of matchesInVerdict(verdict, indicators))
        heard({ ...match, ...about, mailboxes: mailboxes.map((one) => one.mailbox) });
    }
    readCount += page.length;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return { readCount, skippedCounts: {} };
  }
}
