/** What is known about one mailbox, for a person to read. */
import type {
  CorrespondentRecord,
  DomainRecord,
  LinkRecord,
  RecordKind,
  Records,
  RecordTypes,
  TopK,
} from '../domain/observation.ts';
import type { BaselineStore } from '../domain/ports.ts';
import type { BaselineExport, BaselineSummary, Frequency, KnownCorrespondent, Relation } from '../domain/service.ts';
import { EMPTY_TOP, tallyOf, valuesOf } from './counts.ts';
import { keyOf, recordOf } from './keys.ts';
import { maturityOf, toCorrespondent, toDomainHistory } from './recall.ts';
import { baselineInWords, relationInWords } from './words.ts';

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
  const maturity = maturityOf(record, now);
  return {
    mailbox,
    maturity,
    inWords: baselineInWords(maturity, received, sent, correspondents.size),
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

/** undefined: the mailbox does not know them. */
export async function describeCorrespondent(
  store: Pick<BaselineStore, 'recall'>,
  tenant: string,
  mailbox: string,
  address: string,
  now: number,
): Promise<Relation | undefined> {
  const key = keyOf(mailbox, 'correspondent', address);
  const record = recordOf(await store.recall(tenant, [key]), key);
  if (record === undefined) return undefined;
  const relation = known(address, record, now);
  return {
    ...relation,
    inWords: relationInWords(relation),
    replyTo: [...toCorrespondent(address, record, now).replyToOrgDomains],
    attachmentKinds: frequencies(record.kinds),
    intents: frequencies(record.intents),
    besides: frequencies(record.beside),
  };
}

const EXPORTED_KINDS: readonly RecordKind[] = [
  'mailbox',
  'correspondent',
  'domain',
  'name',
  'link',
  'actor',
  'account',
];
const MAX_EXPORTED = 100_000; // of one kind: more than any mailbox has

/** undefined: the tenant knows nothing about the mailbox. */
export async function exportMailbox(
  store: Pick<BaselineStore, 'list'>,
  tenant: string,
  mailbox: string,
): Promise<BaselineExport | undefined> {
  const lists = await Promise.all(EXPORTED_KINDS.map((kind) => store.list(tenant, mailbox, kind, MAX_EXPORTED)));
  const records = lists.flatMap((list, at) =>
    [...list].map(([id, value]) => ({
      kind: EXPORTED_KINDS[at] ?? 'mailbox',
      key: id.slice(id.lastIndexOf('\n') + 1),
      value,
    })),
  );
  return records.length === 0 ? undefined : { mailbox, records };
}

const frequencies = (top: TopK = EMPTY_TOP): readonly Frequency[] =>
  valuesOf(top).map(([value, messageCount]) => ({ value, messageCount }));

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
