/** What attackers of each mailbox may know and copy: latest mails of its correspondents, a pool of mails of all, threads. Bounded in bytes. */
import type { Scene } from './graft.ts';
import { headerOf, mailerOf } from './mail.ts';
import type { Random } from './random.ts';
import type { Delivered } from './transport.ts';

const POOL = 3000; // mails an attacker may copy from, the latest
const THREADS = 200; // of each mailbox, the latest
const MAX_SUBJECT = 998; // RFC 5322 §2.1.1
const MIN_VICTIM_MESSAGES = 3; // an attacker impersonates someone the mailbox knows
const MAX_SENDERS = 50_000; // of each mailbox; above, the half is forgotten that has been silent longest
const MAX_BYTES = 96 * 1024 * 1024; // of the pool, and of all latest mails

interface Correspondent {
  readonly count: number;
  /** Its latest mail; absent when that was too large, or long ago when memory was short. */
  readonly latest?: Delivered;
  readonly at: number;
}

interface Known {
  receivedCount: number;
  lastAt: number;
  readonly senders: Map<string, Correspondent>;
  threads: readonly { readonly messageId: string; readonly subject: string }[];
}

interface Pooled {
  readonly delivered: Delivered;
  readonly sender: string;
  readonly domain: string;
  readonly isFromInside: boolean;
}

/** A mail as attackers would see it. */
export interface Remembered {
  readonly delivered: Delivered;
  readonly mailboxes: readonly string[];
  readonly direction: 'inbound' | 'outbound';
  readonly at: number;
  /** It never crossed the border: nobody outside has such servers. */
  readonly isFromInside: boolean;
  /** false: it is known of, but its text is not at hand. */
  readonly isWhole: boolean;
}

export interface Memory {
  receivedCount(mailbox: string): number;
  mailboxes(): readonly { readonly mailbox: string; readonly receivedCount: number; readonly lastAt: number }[];
  /** Who could be impersonated now, and with what. undefined when too little is known. */
  scene(mailbox: string, carrier: Delivered, at: number, random: Random): VictimScene | undefined;
  /** What there is to copy: the latest mail of each sender of the mailbox with how many came, and the pool. */
  copyable(mailbox: string): Copyable;
  remember(mail: Remembered): void;
}

export interface Copyable {
  readonly known: ReadonlyMap<string, { readonly count: number; readonly latest?: Delivered }>;
  readonly pool: readonly { readonly delivered: Delivered; readonly sender: string }[];
}

export interface VictimScene extends Scene {
  readonly victimAddress: string;
  /** Mails of theirs that the mailbox had got. */
  readonly victimCount: number;
}

export function openMemory(): Memory {
  const known = new Map<string, Known>();
  const pool: Pooled[] = [];
  let pooledBytes = 0;
  let latestBytes = 0;

  function pooled(one: Pooled): void {
    pool.push(one);
    pooledBytes += bytesOf(one.delivered);
    while (pool.length > POOL || pooledBytes > MAX_BYTES)
      for (const { delivered } of pool.splice(0, Math.ceil(pool.length / 4))) pooledBytes -= bytesOf(delivered);
  }

  function heardFrom(sender: string, { senders }: Known, { delivered, at, isWhole }: Remembered): void {
    const before = senders.get(sender);
    latestBytes += (isWhole ? bytesOf(delivered) : 0) - bytesOf(before?.latest);
    senders.set(sender, { count: (before?.count ?? 0) + 1, at, ...(isWhole ? { latest: delivered } : {}) });
    if (senders.size <= MAX_SENDERS) return;
    const longestSilent = [...senders].sort(([, a], [, b]) => a.at - b.at).slice(0, MAX_SENDERS / 2);
    for (const [address, { latest }] of longestSilent) {
      latestBytes -= bytesOf(latest);
      senders.delete(address);
    }
  }

  /** The quarter of the mails that is the oldest. */
  function dropOldest(): void {
    const kept = [...known.values()].flatMap(({ senders }) =>
      [...senders].flatMap(([address, one]) => (one.latest === undefined ? [] : [{ senders, address, ...one }])),
    );
    for (const { senders, address, count, at, latest } of kept.sort((a, b) => a.at - b.at).slice(0, kept.length / 4)) {
      latestBytes -= bytesOf(latest);
      senders.set(address, { count, at });
    }
  }

  return {
    receivedCount: (mailbox) => known.get(mailbox)?.receivedCount ?? 0,

    mailboxes: () => [...known].map(([mailbox, { receivedCount, lastAt }]) => ({ mailbox, receivedCount, lastAt })),

    scene(mailbox, carrier, at, random) {
      const { senders, threads } = known.get(mailbox) ?? newKnown();
      const victims = [...senders].filter(
        ([address, { count, latest }]) => count >= MIN_VICTIM_MESSAGES && latest !== undefined && address !== mailbox,
      );
      const [victimAddress, victim] = random.pick(victims) ?? [];
      if (victimAddress === undefined || victim?.latest === undefined) return undefined;
      const domain = domainOf(victimAddress);
      const writer = (isWanted: (one: Pooled) => boolean) =>
        random.pick(pool.filter((one) => one.sender !== victimAddress && isWanted(one)))?.delivered;
      const stranger = writer((one) => one.domain !== domain && !one.isFromInside);
      if (stranger === undefined) return undefined;
      const colleague = writer((one) => one.domain === domain);
      const freemailer = writer((one) => one.domain === 'gmail.com');
      return {
        mailbox,
        at,
        carrierOfRecipients: carrier.mail,
        victim: victim.latest,
        stranger,
        ...(colleague === undefined ? {} : { colleague }),
        ...(freemailer === undefined ? {} : { freemailer }),
        threads,
        victimAddress,
        victimCount: victim.count,
      };
    },

    copyable: (mailbox) => ({ known: known.get(mailbox)?.senders ?? new Map(), pool }),

    remember(mail) {
      const { delivered, mailboxes, direction, at, isFromInside, isWhole } = mail;
      const isInbound = direction === 'inbound';
      const sender = mailerOf(headerOf(delivered.mail, 'from'))?.address ?? '';
      const messageId = headerOf(delivered.mail, 'message-id');
      const subject = (headerOf(delivered.mail, 'subject') ?? '').slice(0, MAX_SUBJECT);
      for (const mailbox of mailboxes) {
        const one = known.get(mailbox) ?? newKnown();
        known.set(mailbox, one);
        one.lastAt = at;
        if (messageId !== undefined) one.threads = [...one.threads.slice(1 - THREADS), { messageId, subject }];
        if (!isInbound) continue;
        one.receivedCount += 1;
        heardFrom(sender, one, mail);
      }
      if (latestBytes > MAX_BYTES) dropOldest();
      if (isInbound && isWhole) pooled({ delivered, sender, domain: domainOf(sender), isFromInside });
    },
  };
}

const newKnown = (): Known => ({ receivedCount: 0, lastAt: 0, senders: new Map(), threads: [] });

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);

/** As it lies in memory, give or take: text in bytes. */
function bytesOf(delivered: Delivered | undefined): number {
  if (delivered === undefined) return 0;
  const { mail, transport } = delivered;
  return [...mail.headers, ...transport.trace].reduce((sum, [, value]) => sum + value.length + 32, mail.body.length);
}
