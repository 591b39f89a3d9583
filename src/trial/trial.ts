/**
 * Mail in the order of its arrival, judged with what was known when it came and only then learned; attacks are put into the same stream
 * and never learned. One trial is one organisation.
 */
import type { Message } from '../domain/message.ts';
import type { Observation } from '../domain/observation.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { Lesson, Store } from '../domain/ports.ts';
import type { Gate } from '../domain/verdict.ts';
import type { Read } from '../read.ts';
import type { Model } from '../score/model.ts';
import { judge } from '../triage.ts';
import type { Judgement } from '../verdict/decide.ts';
import type { Scene } from './graft.ts';
import { threadOf } from './mail.ts';
import { type Memory, openMemory, type Remembered } from './memory.ts';
import { withLink } from './payload.ts';
import type { Random } from './random.ts';
import type { Delivered } from './transport.ts';

/** A mail of the stream. */
export interface Arrival extends Remembered {
  /** What is judged, as bytes and as read. */
  readonly raw: Buffer;
  readonly message: Message;
  /** What it teaches, with how rare its score was. */
  readonly lessonsWith: (rarity: Observation['rarity']) => readonly Lesson[];
  /** Those of them that never wait. */
  readonly lessonsAtOnce: readonly Lesson[];
}

/** One kind of attack that is put into the stream. */
export interface Attack {
  readonly kind: string;
  /** Chance that an inbound message draws one. */
  readonly rate: number;
  /** undefined when the scene lacks what it needs. */
  readonly make: (scene: Scene, random: Random) => Delivered | undefined;
  /** Half of those whose text can be written into get a link that nobody here has seen, and are called so. */
  readonly mayCarryLink: boolean;
}

export interface TrialParts {
  readonly tenant: string;
  /** Each mailbox by itself, as if nobody else were there; attackers still copy from all. */
  readonly isEachAlone?: boolean;
  readonly store: Store;
  readonly model: Model;
  readonly organisation: Organisation;
  readonly read: Read;
  readonly random: Random;
  readonly attacks: readonly Attack[];
  /** How long a mail waits before it teaches, by the time of the mails; nothing unless told. */
  readonly learnDelayMs?: number;
  /** An attack as the border would have handed it on. */
  readonly handOn: (delivered: Delivered, at: number) => Buffer;
}

/** A judged message. */
export interface Tried {
  /** HAM, a kind of attack (with PAYLOAD), or what the caller says. */
  readonly kind: string;
  /** What resampling keeps together: thread of ham, campaign of phish, impersonated person. */
  readonly cluster: string;
  readonly mailbox: string;
  readonly at: number;
  readonly raw: Buffer;
  readonly message: Message;
  readonly judgement: Judgement;
  /** Mails of the impersonated person that the mailbox had got. */
  readonly victimCount?: number;
}

export interface Trial {
  /** An inbound mail judged for each mailbox that knows enough, and the attacks that come in its place. Nothing is learned yet. */
  meet(arrival: Arrival): AsyncGenerator<Tried>;
  /** It becomes normal, and something that attackers may copy. */
  learn(arrival: Arrival): Promise<void>;
  /** A message from elsewhere; never learned. */
  judge(about: Pick<Tried, 'kind' | 'cluster' | 'mailbox' | 'at' | 'victimCount'>, made: Delivered): Promise<Tried>;
  /** Mailboxes met so far. */
  mailboxes: Memory['mailboxes'];
  copyable: Memory['copyable'];
  isWarm(mailbox: string): boolean;
}

export const HAM = 'ham';
export const PAYLOAD = '+payload';
export const WARM_UP_MESSAGES = 30; // a mailbox that knows less is `blank`: nothing is measured on it

export function openTrial(parts: TrialParts): Trial {
  const { tenant, store, read, random, handOn, learnDelayMs = 0 } = parts;
  const memory = openMemory();
  const homeOf = (mailbox: string): string => (parts.isEachAlone ? mailbox : tenant);
  /** Of the mail that was judged last, by mailbox. */
  let rarity: Record<string, readonly [gate: Gate, share: number]> = {};
  /** Mail that waits, in the order of its arrival. */
  const waiting: { readonly home: string; readonly dueAt: number; readonly lessons: readonly Lesson[] }[] = [];
  const isWarm = (mailbox: string): boolean => memory.receivedCount(mailbox) >= WARM_UP_MESSAGES;

  async function learnDue(now: number): Promise<void> {
    for (let next = waiting[0]; next !== undefined && next.dueAt <= now; next = waiting[0]) {
      waiting.shift();
      await store.learn(next.home, next.lessons, 'committed');
    }
  }

  async function judgeMade(about: Parameters<Trial['judge']>[0], made: Delivered): Promise<Tried> {
    const { mailbox, at } = about;
    const raw = handOn(made, at);
    const mailboxes = [mailbox];
    const envelope = { rcptTo: [] };
    const { message } = await read({ tenant, raw, envelope, direction: 'inbound', receivedAt: at, mailboxes });
    return { ...about, raw, message, judgement: await judge(parts, homeOf(mailbox), message, mailbox) };
  }

  async function* attacksInPlaceOf({ delivered, at }: Arrival, mailbox: string): AsyncGenerator<Tried> {
    for (const { kind, rate, make, mayCarryLink } of parts.attacks) {
      if (!random.chance(rate)) continue;
      const scene = memory.scene(mailbox, delivered, at, random);
      const made = scene === undefined ? undefined : make(scene, random);
      if (scene === undefined || made === undefined) continue;
      const { victimAddress, victimCount } = scene;
      const linked = mayCarryLink && random.chance(0.5) ? withLink(made.mail, random) : undefined;
      const about = { cluster: `${mailbox} ${victimAddress}`, mailbox, at, victimCount };
      yield await judgeMade(
        { kind: linked === undefined ? kind : kind + PAYLOAD, ...about },
        { ...made, mail: linked ?? made.mail },
      );
    }
  }

  return {
    async *meet(arrival) {
      const { at, raw, message, delivered } = arrival;
      await learnDue(at);
      if (arrival.direction !== 'inbound') return;
      rarity = {};
      for (const mailbox of arrival.mailboxes.filter(isWarm)) {
        const judgement = await judge(parts, homeOf(mailbox), message, mailbox);
        rarity[mailbox] = [judgement.score.gate, judgement.score.falseAlarmShare];
        yield { kind: HAM, cluster: `${mailbox} ${threadOf(delivered.mail)}`, mailbox, at, raw, message, judgement };
        yield* attacksInPlaceOf(arrival, mailbox);
      }
    },
    async learn(arrival) {
      memory.remember(arrival);
      const home = homeOf(arrival.mailboxes[0] ?? '');
      const lessons = arrival.lessonsWith(rarity);
      rarity = {};
      await store.learn(home, learnDelayMs === 0 ? lessons : arrival.lessonsAtOnce, 'committed');
      if (learnDelayMs > 0) waiting.push({ home, dueAt: arrival.at + learnDelayMs, lessons });
    },
    judge: judgeMade,
    mailboxes: memory.mailboxes,
    copyable: memory.copyable,
    isWarm,
  };
}
