/**
 * Directed anomaly scoring (Ho+ 2017, "Detecting Credential Spearphishing Attacks in Enterprise Settings", USENIX Security), written anew
 * from the paper. Each sub-detector turns a mail into a few numbers, each the larger the more suspicious, and scores it by the share of
 * earlier mails that are at most as suspicious in every one of them; each has an equal budget of its own. Theirs are name spoofing,
 * previously unseen senders and lateral mail. Lateral needs sign-in logs and all need click logs: neither exists here. In their place: links
 * carried for links clicked, and a sub-detector for address spoofing, which the paper leaves to DMARC and our streams hold.
 */
import type { Message } from '../../src/domain/message.ts';
import { type Comparator, UNSCORED } from './comparator.ts';

export const DAS = ['das-address', 'das-name', 'das-unseen'] as const;
export type DasId = (typeof DAS)[number];

type Suspicion = readonly number[];

const MAX_EVENTS = 2000; // of the latest, to rank among
const DAY_MS = 86_400_000;

interface Days {
  firstDay: number;
  lastDay: number;
  count: number;
}

export function das(): Comparator {
  const days = new Map<string, Days>();
  const events: Readonly<Record<DasId, Suspicion[]>> = { 'das-address': [], 'das-name': [], 'das-unseen': [] };

  const daysOf = (key: string): number => days.get(key)?.count ?? 0;
  function seen(key: string, at: number): void {
    const day = Math.floor(at / DAY_MS);
    const known = days.get(key);
    if (known === undefined) days.set(key, { firstDay: day, lastDay: day, count: 1 });
    else if (day > known.lastDay) {
      known.lastDay = day;
      known.count += 1;
    }
  }

  /** Of the least known link: days on which mail carried it, and days since the first. Mail without links is least suspicious in both. */
  function links(message: Message): Suspicion {
    const domains = linkDomains(message);
    if (domains.length === 0) return [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const today = Math.floor(message.receivedAt / DAY_MS);
    const ages = domains.map((domain) => {
      const first = days.get(`link ${domain}`)?.firstDay;
      return first === undefined ? 0 : today - first;
    });
    return [-Math.min(...domains.map((domain) => daysOf(`link ${domain}`))), -Math.min(...ages)];
  }

  function suspicions(message: Message): Readonly<Partial<Record<DasId, Suspicion>>> {
    const { sender, route, authentication } = message;
    if (sender === undefined) return {};
    const { address } = sender;
    const name = nameOf(message);
    const bound = daysOf(`pair ${name} ${address}`);
    const link = links(message);
    const unseen = [-daysOf(`name ${name}`), -daysOf(`address ${address}`), ...link];
    const isBorrowed = name !== '' && bound === 0 && daysOf(`name ${name}`) > 0;
    return {
      'das-unseen': unseen,
      ...(isBorrowed ? { 'das-name': [-bound, daysOf(`name ${name}`), ...link] } : {}),
      ...(daysOf(`address ${address}`) > 0
        ? {
            'das-address': [
              Number(authentication?.isAligned === false),
              daysOf(`aligned ${address}`),
              -daysOf(`server ${address} ${route?.sendingOrgDomain ?? ''}`),
              ...link,
            ],
          }
        : {}),
    };
  }

  return {
    score(message) {
      const suspicion = suspicions(message);
      return Object.fromEntries(
        DAS.map((id) => {
          const own = suspicion[id];
          return [id, own === undefined ? UNSCORED : shareBelow(own, events[id])];
        }),
      );
    },
    learn(message) {
      for (const [id, suspicion] of Object.entries(suspicions(message))) {
        const ranked = events[id as DasId];
        ranked.push(suspicion);
        if (ranked.length > MAX_EVENTS) ranked.splice(0, MAX_EVENTS / 4);
      }
      const { sender, route, authentication, receivedAt } = message;
      if (sender === undefined) return;
      const name = nameOf(message);
      seen(`address ${sender.address}`, receivedAt);
      seen(`server ${sender.address} ${route?.sendingOrgDomain ?? ''}`, receivedAt);
      if (authentication?.isAligned === true) seen(`aligned ${sender.address}`, receivedAt);
      if (name !== '') {
        seen(`name ${name}`, receivedAt);
        seen(`pair ${name} ${sender.address}`, receivedAt);
      }
      for (const domain of linkDomains(message)) seen(`link ${domain}`, receivedAt);
    },
  };
}

const nameOf = ({ sender }: Message): string => sender?.nameKey ?? sender?.name?.toLowerCase() ?? '';

const linkDomains = ({ links }: Message): readonly string[] => [
  ...new Set((links?.clickable ?? []).map(({ orgDomain }) => orgDomain).filter(Boolean)),
];

function shareBelow(own: Suspicion, events: readonly Suspicion[]): number {
  const count = events.filter((event) => own.every((value, at) => value >= (event[at] ?? 0))).length;
  return count / Math.max(1, events.length);
}

/**
 * One score out of the sub-detectors with equal budgets: the smallest share of ham that any of them ranks as high. Each needs all ham to be
 * known, so this comes last. The more suspicious, the larger; UNSCORED when none speaks.
 */
export function combined<R extends { readonly comparisons: Readonly<Record<string, number>> }>(
  rows: readonly R[],
  isHam: (row: R) => boolean,
): (row: R) => number {
  const hamScores = DAS.map((id) =>
    Float64Array.from(rows.filter(isHam), ({ comparisons }) => comparisons[id] ?? UNSCORED).sort(),
  );
  return ({ comparisons }) =>
    DAS.reduce((most, id, at) => {
      const own = comparisons[id] ?? UNSCORED;
      return own === UNSCORED ? most : Math.max(most, -Math.log(shareFrom(hamScores[at] ?? new Float64Array(), own)));
    }, UNSCORED);
}

/** Share of ascending values that are at least `value`, of one more than there are. */
function shareFrom(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return (values.length - low + 1) / (values.length + 1);
}
