/**
 * Gascon+ 2018, "Reading Between the Lines" (RAID), written anew from the paper over the traits that this service has: content-agnostic
 * traits of behaviour, composition and transport as a bag of "name=value", k nearest neighbours. A mail is suspicious as far as it is from
 * the nearest mails of the sender it claims, less how far it is from the nearest of anybody else (their classifier asks whose mail is
 * nearest; this is its margin, so that it has a threshold). Profiles are of the tenant, theirs of one mailbox: more mail than they had.
 */
import type { Message } from '../../src/domain/message.ts';
import { type Comparator, UNSCORED } from './comparator.ts';

const NEIGHBOURS = 3;
const MIN_PROFILE = 3; // mails, as for who may be impersonated
const MAX_PROFILE = 64; // the latest of a sender
const MAX_OTHERS = 600; // the latest of everybody

type Bag = Int32Array; // numbers of traits, ascending

export function gascon(): Comparator {
  const numbers = new Map<string, number>();
  const profiles = new Map<string, Bag[]>();
  const latest: { readonly sender: string; readonly bag: Bag }[] = [];

  const numberOf = (trait: string): number => {
    const known = numbers.get(trait);
    if (known !== undefined) return known;
    numbers.set(trait, numbers.size);
    return numbers.size - 1;
  };
  const bagOf = (message: Message): Bag => Int32Array.from(new Set(traitsOf(message).map(numberOf))).sort();

  return {
    score(message) {
      const sender = message.sender?.address ?? '';
      const profile = profiles.get(sender) ?? [];
      if (profile.length < MIN_PROFILE) return { gascon: UNSCORED };
      const bag = bagOf(message);
      const others = latest.filter((one) => one.sender !== sender).map((one) => one.bag);
      return { gascon: nearest(bag, profile) - (others.length < NEIGHBOURS ? 1 : nearest(bag, others)) };
    },
    learn(message) {
      const sender = message.sender?.address;
      if (sender === undefined) return;
      const bag = bagOf(message);
      profiles.set(sender, [...(profiles.get(sender) ?? []).slice(1 - MAX_PROFILE), bag]);
      latest.push({ sender, bag });
      if (latest.length > MAX_OTHERS) latest.splice(0, MAX_OTHERS / 4);
    },
  };
}

/** Mean distance to the nearest few. */
function nearest(bag: Bag, mails: readonly Bag[]): number {
  const distances = mails.map((one) => distance(bag, one)).sort((a, b) => a - b);
  const few = distances.slice(0, NEIGHBOURS);
  return few.reduce((sum, one) => sum + one, 0) / few.length;
}

/** Jaccard: share of the traits of both that only one has. */
function distance(a: Bag, b: Bag): number {
  let i = 0;
  let j = 0;
  let both = 0;
  while (i < a.length && j < b.length) {
    const difference = (a[i] ?? 0) - (b[j] ?? 0);
    if (difference === 0) both += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return 1 - both / Math.max(1, a.length + b.length - both);
}

/** Size of a count, so that near ones are alike. */
const scale = (count: number): number => Math.round(Math.log2(1 + count));

/** Their three groups, as far as this service reads them; nothing of what the mail says. Exported for its test. */
export function traitsOf(message: Message): readonly string[] {
  const { client, route, authentication, recipients, thread, attachments = [], content, bulk, links } = message;
  const composition = Object.entries(client ?? {}).map(([name, value]) => `${name}=${value}`);
  const files = [...new Set(attachments.map(({ extension, kind }) => `file=${kind}.${extension}`))];
  const hops = route?.hops ?? [];
  return [
    // behaviour
    `to=${scale(recipients?.to.length ?? 0)}`,
    `cc=${scale(recipients?.cc.length ?? 0)}`,
    ...(recipients?.to ?? []).slice(0, 8).map(({ address }) => `to-whom=${address}`),
    ...(recipients?.cc ?? []).slice(0, 8).map(({ address }) => `cc-whom=${address}`),
    `reply=${thread?.claimsReply ?? false}`,
    `forward=${thread?.isForward ?? false}`,
    `depth=${scale(thread?.ancestors.length ?? 0)}`,
    `hour=${Math.floor(new Date(message.receivedAt).getUTCHours() / 4)}`,
    // composition
    ...composition,
    ...files,
    `files=${scale(attachments.length)}`,
    `html=${scale(content?.htmlToTextRatio ?? 0)}`,
    `language=${content?.language ?? 'unknown'}`,
    `length=${scale(content?.wordCount ?? 0)}`,
    `new-text=${scale(content?.newText.length ?? 0)}`,
    `links=${scale(links?.totalCount ?? 0)}`,
    `name=${message.sender?.name ?? ''}`,
    `reply-to=${(message.sender?.replyTo ?? []).map(({ address }) => address).join(',')}`,
    `list=${bulk?.isList ?? false}`,
    // transport
    `server=${route?.sendingOrgDomain ?? 'none'}`,
    `network=${(route?.sendingIp ?? 'none').split('.').slice(0, 3).join('.')}`,
    `signed-by=${(route?.dkimDomains ?? []).join(',')}`,
    `envelope=${route?.mailFromOrgDomain ?? 'none'}`,
    `hops=${hops.length}`,
    ...hops.slice(0, 4).map(({ fromHost, protocol }, at) => `hop${at}=${organisationIn(fromHost)}/${protocol ?? ''}`),
    `spf=${authentication?.spf ?? 'none'}`,
    `dkim=${authentication?.dkim ?? 'none'}`,
    `dmarc=${authentication?.dmarc ?? 'none'}`,
  ];
}

const organisationIn = (host = 'none'): string => host.toLowerCase().split('.').slice(-2).join('.');
