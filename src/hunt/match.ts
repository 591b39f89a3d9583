/** Indicators against a message as it was read, or against a verdict as it was kept. */
import type { HuntHit, Indicator } from '../domain/hunt.ts';
import type { Message } from '../domain/message.ts';
import type { Verdict } from '../domain/verdict.ts';

type Place = Pick<HuntHit, 'where' | 'quote'>;
type Match = Place & Pick<HuntHit, 'indicator'>;

/** One for each place. */
export const matchesInMessage = (message: Message, indicators: readonly Indicator[]): readonly Match[] =>
  indicators.flatMap((indicator) => placesInMessage(message, indicator).map((place) => ({ indicator, ...place })));

export const matchesInVerdict = (verdict: Verdict, indicators: readonly Indicator[]): readonly Match[] =>
  indicators.flatMap((indicator) => placesInVerdict(verdict, indicator).map((place) => ({ indicator, ...place })));

function placesInMessage(message: Message, indicator: Indicator): readonly Place[] {
  switch (indicator.kind) {
    case 'address':
      return addressesIn(message).filter(({ quote }) => quote === indicator.address);
    case 'domain':
      return [
        ...addressesIn(message).filter(({ quote }) => isBelow(domainOf(quote), indicator.domain)),
        ...(message.links?.all ?? [])
          .filter(({ host }) => isBelow(host, indicator.domain))
          .map(({ url }) => ({ where: 'link', quote: url })),
      ];
    case 'sha256':
      return (message.attachments ?? [])
        .filter(({ sha256 }) => sha256 === indicator.sha256)
        .map(({ fileName = '' }) => ({ where: 'attachment', quote: fileName }));
    case 'subject':
      return subjectWith(message, indicator.part);
  }
}

const isBelow = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

const subjectWith = ({ subject }: { readonly subject: string }, part: string): readonly Place[] =>
  subject.toLowerCase().includes(part) ? [{ where: 'Subject', quote: subject }] : [];

function addressesIn({ sender }: Message): readonly Place[] {
  if (sender === undefined) return [];
  const { address, otherReadings, replyTo, returnPath } = sender;
  return [
    { where: 'From', quote: address },
    ...otherReadings.map((reading) => ({ where: 'From', quote: reading.address })),
    ...replyTo.map((one) => ({ where: 'Reply-To', quote: one.address })),
    ...(returnPath === undefined ? [] : [{ where: 'Return-Path', quote: returnPath.address }]),
  ];
}

/** A verdict keeps the sender, the subject, what was quoted as evidence, and what else the mail held (traces; older verdicts: of that, what findings named). */
function placesInVerdict(verdict: Verdict, indicator: Indicator): readonly Place[] {
  if (indicator.kind === 'subject') return subjectWith(verdict, indicator.part);
  const sought = inText(indicator);
  const from = verdict.from === undefined ? [] : [{ where: 'From', quote: verdict.from }];
  const evidence = firedIn(verdict).flatMap((finding) =>
    finding.evidence.map(({ where, quote }) => ({ where, quote })),
  );
  const quoted = [...from, ...evidence].filter(({ quote }) => sought.test(quote));
  const isQuoted = (place: Place): boolean =>
    quoted.some(({ where, quote }) => where === place.where || quote.includes(place.quote));
  return [...quoted, ...placesInTraces(verdict, indicator).filter((place) => !isQuoted(place))];
}

const firedIn = ({ findings }: Verdict): Verdict['findings'] => findings.filter(({ outcome }) => outcome === 'fired');

const FILE = 'sha256:';

function placesInTraces(
  verdict: Verdict,
  indicator: Exclude<Indicator, { readonly kind: 'subject' }>,
): readonly Place[] {
  const { hosts = [], files = [], addresses = [] } = verdict.traces ?? {};
  const named = new Set(firedIn(verdict).flatMap(({ targets = [] }) => targets));
  const others = addresses.map((quote) => ({ where: 'other address', quote }));
  switch (indicator.kind) {
    case 'address':
      return others.filter(({ quote }) => quote === indicator.address);
    case 'domain':
      return [
        ...others.filter(({ quote }) => isBelow(domainOf(quote), indicator.domain)),
        ...[...new Set([...hosts, ...named])]
          .filter((host) => isBelow(host, indicator.domain))
          .map((quote) => ({ where: 'link', quote })),
      ];
    case 'sha256':
      return files.includes(indicator.sha256) || named.has(`${FILE}${indicator.sha256}`)
        ? [{ where: 'attachment', quote: indicator.sha256 }]
        : [];
  }
}

/** Not as a part of a longer name. */
function inText(indicator: Exclude<Indicator, { readonly kind: 'subject' }>): RegExp {
  switch (indicator.kind) {
    case 'domain':
      return new RegExp(`(?<![\\w-])${escaped(indicator.domain)}(?![\\w-]|\\.\\w)`, 'i');
    case 'address':
      return new RegExp(`(?<![\\w.+-])${escaped(indicator.address)}(?![\\w-]|\\.\\w)`, 'i');
    case 'sha256':
      return new RegExp(indicator.sha256, 'i');
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
