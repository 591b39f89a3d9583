/** What is known about one mailbox, for a person to read. */
import type { CorrespondentRecord, DomainRecord, LinkRecord, Records, RecordTypes } from '../domain/observation.ts';
import type { BaselineStore } from '../domain/ports.ts';
import type { BaselineSummary, KnownCorrespondent } from '../domain/service.ts';
import { EMPTY_TOP, tallyOf, valuesOf } from './counts.ts';
import { keyOf, recordOf } from './keys.ts';
import { maturityOf, toCorrespondent, toDomainHistory } from './recall.ts';

const MAX_SHOWN = 50;
const MAX_READ = 5_000; // of the most recently touched: who wrote most stands among them

/** undefined: the tenant knows nothing about the mailbox. `now` in milliseconds. */
export async function describeBaseline(
  store: Pick<BaselineStore, 'recall' | 'list'>,
  tenant: string,
  mailbox: string,
  now: number,
): Promise<BaselineSummary | undefined> {
  const own = keyOf(mailbox, 'mailbox', '');
  const record = recordOf(await store.recall(tenant, [own]), own);
  if (record === undefined) return undefined;
  const [correspondents, domains, links] = await Promise.all([
    store.list(tenant, mailbox, 'correspondent', MAX_READ),
    store.list(tenant, mailbox, 'domain', MAX_READ),
    store.list(tenant, mailbox, 'link', MAX_READ),
  ]);
  const received = tallyOf(record.in, now);
  const sent = tallyOf(record.out, now);
  return {
    mailbox,
    maturity: maturityOf(record, now),
    ...(received === undefined ? {} : { received }),
    ...(sent === undefined ? {} : { sent }),
    correspondents: mostFrequent<CorrespondentRecord>(correspondents, exchanged).map(([address, one]) =>
      known(address, one, now),
    ),
    domains: mostFrequent<DomainRecord>(domains, exchanged).map(([orgDomain, one]) => {
      const { senderCount: _, ...history } = toDomainHistory(orgDomain, one, now);
      return history;
    }),
    linkDomains: mostFrequent<LinkRecord>(links, ({ c }) => c.n).map(([orgDomain, { c }]) => ({
      orgDomain,
      messageCount: c.n,
    })),
    attachmentKinds: valuesOf(record.kinds ?? EMPTY_TOP).map(([kind, messageCount]) => ({ kind, messageCount })),
  };
}

const exchanged = (record: Pick<DomainRecord, 'in' | 'out'>): number => (record.in?.n ?? 0) + (record.out?.n ?? 0);

/** [key, record], most frequent first; ties by key. */
function mostFrequent<T extends RecordTypes[keyof RecordTypes]>(
  records: Records,
  countOf: (record: T) => number,
): readonly (readonly [key: string, record: T])[] {
  return [...records]
    .map(([id, record]) => [id.slice(id.lastIndexOf('\n') + 1), record as T] as const)
    .sort(([a, one], [b, other]) => countOf(other) - countOf(one) || (a < b ? -1 : 1))
    .slice(0, MAX_SHOWN);
}

function known(address: string, record: CorrespondentRecord, now: number): KnownCorrespondent {
  const { received, sent, repliedCount, reportedCount, releasedCount } = toCorrespondent(address, record, now);
  return {
    address,
    ...(received === undefined ? {} : { received }),
    ...(sent === undefined ? {} : { sent }),
    repliedCount,
    reportedCount,
    releasedCount,
  };
}
