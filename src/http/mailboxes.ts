/** /v1/mailboxes/{address}/baseline, …/correspondents/{correspondent}, …/export, and DELETE /v1/tenant */
import type { Tally } from '../domain/baseline.ts';
import type { Jobs } from '../domain/jobs.ts';
import type { BaselineSummary, Service } from '../domain/service.ts';
import type { Baseline, Erasure, Relation, Tally as TallyJson } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { Refusal } from './problem.ts';
import { toRfc3339 } from './times.ts';

type Operations =
  | 'getBaseline'
  | 'eraseBaseline'
  | 'getCorrespondent'
  | 'eraseCorrespondent'
  | 'exportBaseline'
  | 'eraseTenant';

export function mailboxes(
  service: Service,
  jobs: Pick<Jobs, 'eraseTenant' | 'stopLearning'>,
  now: () => number,
): Pick<Handlers, Operations> {
  return {
    async getBaseline({ tenant, fields: { address } }) {
      const summary = await service.describeBaseline(tenant, address, now());
      if (summary === undefined) throw unknownMailbox();
      return { json: baselineJson(summary) };
    },

    async getCorrespondent({ tenant, fields: { address, correspondent } }) {
      const relation = await service.describeCorrespondent(tenant, address, correspondent, now());
      if (relation === undefined) {
        throw new Refusal('unknown-correspondent', 'this mailbox knows nobody of that address', 'correspondent');
      }
      const { received, sent, ...known } = relation;
      return { json: { ...known, ...trafficJson(received, sent) } satisfies Relation };
    },

    async exportBaseline({ tenant, fields: { address } }) {
      const all = await service.exportMailbox(tenant, address);
      if (all === undefined) throw unknownMailbox();
      return { json: all };
    },

    async eraseCorrespondent({ tenant, fields: { address, correspondent } }) {
      await jobs.stopLearning(tenant, address, correspondent);
      return {
        json: {
          erasedCount: await service.eraseCorrespondent(tenant, address, correspondent),
        } satisfies Erasure,
      };
    },

    async eraseTenant({ tenant }) {
      await jobs.eraseTenant(tenant);
      return { json: { erasedCount: await service.eraseTenant(tenant) } satisfies Erasure };
    },

    async eraseBaseline({ tenant, fields: { address } }) {
      await jobs.stopLearning(tenant, address);
      return { json: { erasedCount: await service.eraseMailbox(tenant, address) } satisfies Erasure };
    },
  };
}

const unknownMailbox = (): Refusal =>
  new Refusal('unknown-mailbox', 'no message of this mailbox has been learned', 'address');

function baselineJson(summary: BaselineSummary): Baseline {
  const { mailbox, maturity, inWords, received, sent, correspondents, domains, linkDomains, attachmentKinds } = summary;
  return {
    mailbox,
    maturity,
    inWords,
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
