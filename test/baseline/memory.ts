/** Lessons folded into plain maps: what a baseline knows after a short history, without a store. */
import { lessonsOf, marksOf, observationOf, unlessonsOf } from '../../src/baseline/observe.ts';
import { furtherKeys, recall, recallKeys } from '../../src/baseline/recall.ts';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Message } from '../../src/domain/message.ts';
import { type RecordKey, type Records, recordId } from '../../src/domain/observation.ts';
import type { ConfiguredVip } from '../../src/domain/organisation.ts';
import type { Lesson } from '../../src/domain/ports.ts';
import { message } from '../messages.ts';

export const ANA = 'ana@acme.example';
export const DAY_MS = 86_400_000;
export const START = Date.UTC(2026, 0, 5, 9);

type What = 'received' | 'sent' | 'released' | 'reported';

export interface Memory {
  /** Learns the message in each mailbox, as mail that came or went. */
  learn(message: Message, what?: What, mailboxes?: readonly string[]): void;
  /** Takes back what was learned of mail that came. */
  unlearn(message: Message, mailboxes?: readonly string[]): void;
  /** Learns any lesson. */
  teach(lesson: Lesson): void;
  baseline(message: Message, mailbox?: string): Baseline;
  readonly records: Records;
}

export function newMemory(
  ownDomains: readonly string[] = ['acme.example'],
  vips: readonly ConfiguredVip[] = [],
): Memory {
  const records = new Map<string, never>();
  const learned = new Set<string>();
  const read = (keys: readonly RecordKey[]): Records =>
    new Map(keys.map(recordId).flatMap((id) => (records.has(id) ? [[id, records.get(id) as never] as const] : [])));
  const learnOne = ({ id, mailbox, keys, fold, when, unless, undoes }: Lesson) => {
    if (when !== undefined && !when.holds(read(when.keys))) return;
    if (unless !== undefined && learned.has(`${mailbox} ${unless}`)) return;
    if (learned.has(`${mailbox} ${id}`) !== (undoes === true)) return;
    if (undoes) learned.delete(`${mailbox} ${id}`);
    else learned.add(`${mailbox} ${id}`);
    const changed = fold(read(keys));
    const declared = new Set(keys.map(recordId));
    for (const [key, value] of changed) {
      if (!declared.has(key)) throw new Error(`lesson ${id} writes ${JSON.stringify(key)}, which it did not ask for`);
      records.set(key, value as never);
    }
  };
  return {
    records,
    learn(one, what = 'received', mailboxes = [ANA]) {
      const observation = observationOf(one);
      if (observation === undefined) throw new Error('no observation');
      const [writer = ANA] = mailboxes;
      const lessons =
        what === 'received'
          ? lessonsOf(observation, { readers: mailboxes })
          : what === 'sent'
            ? lessonsOf(observation, { writer, readers: [] })
            : marksOf(observation, mailboxes, what);
      for (const lesson of lessons) learnOne(lesson);
    },
    unlearn(one, mailboxes = [ANA]) {
      const observation = observationOf(one);
      if (observation === undefined) throw new Error('no observation');
      for (const lesson of unlessonsOf(observation, { readers: mailboxes })) learnOne(lesson);
    },
    teach: learnOne,
    baseline(one, mailbox = ANA) {
      const first = read(recallKeys(one, mailbox));
      const further = read(furtherKeys(one, mailbox, first));
      return recall(one, mailbox, new Map([...first, ...further]), { ownDomains, vips });
    },
  };
}

/** The n-th mail of a correspondence: its own id, `n` days after START. */
export const mail = (n: number, more: Partial<Message> = {}): Message =>
  message({
    id: `m${n}@partner.example`,
    contentHash: String(n),
    receivedAt: START + n * DAY_MS,
    ...more,
  });
