/** GET and DELETE /v1/mailboxes/{address}/baseline */
import type { Tally } from '../domain/baseline.ts';
import type { BaselineSummary, Service } from '../domain/service.ts';
import type { Baseline, Erasure, Tally as TallyJson } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { Refusal } from './problem.ts';
import { toRfc3339 } from './times.ts';

export function mailboxes(service: Service, now: () => number): Pick<Handlers, 'getBaseline' | 'eraseBaseline'> {
  return {
    async getBaseline({ tenant, fields: { address } }) {
      const summary = await service.describeBaseline(tenant, address, now());
      if (summary === undefined) {
        throw new Refusal('unknown-mailbox', 'no message of this mailbox has been learned', 'address');
      }
      return { json: baselineJson(summary) };
    },

    async eraseBaseline({ tenant, fields: { address } }) {
      return { json: { erasedCount: await service.eraseMailbox(tenant, address) } satisfies Erasure };
    },
  };
}

function baselineJson(summary: BaselineSummary): Baseline {
  const { mailbox, maturity, received, sent, correspondents, domains, linkDomains, attachmentKinds } = summary;
  return {
    mailbox,
    maturity,
    ...trafficJson(received, sent),
    correspondents: correspondents.map(({ received, sent, ...known }) => ({
      ...known,
      ...trafficJson(received, sent),
    })),
    domains: domains.map(({ orgDomain, received, sent }) => ({ orgDomain, ...trafficJson(received, sent) })),
    linkDomains,
    attachmentKinds,
  };
}

const trafficJson = (received: Tally | undefined, sent: Tally | undefined): Pick<Baseline, 'received' | 'sent'> => ({
  ...(received === undefined ? {} : { received: tallyJson(received) }),
  ...(sent === undefined ? {} : { sent: tallyJson(sent) }),
});

const tallyJson = ({ firstAt, lastAt, ...counts }: Tally): TallyJson => ({
  ...counts,
  firstAt: toRfc3339(firstAt),
  lastAt: toRfc3339(lastAt),
});
