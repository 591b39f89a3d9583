/** One message of the exports, judged by what was known when it came and then learned; or learned, when its owner wrote it. */
import type { Message } from '../domain/message.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { LoggedVerdict, Store } from '../domain/ports.ts';
import type { RescoreMode, RescoreRow } from '../domain/rescore.ts';
import type { Policy } from '../domain/verdict.ts';
import type { RawMail } from '../learnReader.ts';
import { type StoredAbout, submissionOf, taughtBy, whoseIs } from '../learnWorker.ts';
import { lessonsOfStored } from '../lessons.ts';
import type { Model } from '../score/model.ts';
import { createTriage } from '../triage.ts';
import type { Indexed } from './arrivalIndex.ts';
import { scoredRow, sentRow, skippedRow, speaksForThreat } from './row.ts';

export interface JudgeParts {
  /** Both verdict and lesson of a message are written to it in one transaction: a run that goes on finds its own verdicts again. */
  readonly store: Store;
  readonly mode: RescoreMode;
  readonly about: StoredAbout;
  readonly model: Model;
  readonly policy: Policy;
  readonly organisation: Organisation;
}

export type JudgeStored = (mark: Indexed, mail: RawMail, message: Message) => Promise<RescoreRow>;

export function openJudge({ store, mode, about, model, policy, organisation }: JudgeParts): JudgeStored {
  const read = new WeakMap<Buffer, Message>();
  const triage = createTriage({
    store,
    model,
    policy: { ...policy, mode: 'act' },
    organisation,
    learnDelayMs: 0, // the verdicts of people that it waits for will not come
    async read({ raw }) {
      const message = read.get(raw);
      if (message === undefined) throw new Error('a message was judged that was not read');
      return { message, parseMs: 0, traitsMs: 0 };
    },
  });

  async function learnSent(mail: RawMail, message: Message): Promise<void> {
    const taught = taughtBy(message, mail, about, organisation);
    if ('skipped' in taught || mode === 'live') return;
    await store.learn(about.tenant, lessonsOfStored(taught, organisation), 'committed');
  }

  return async (mark, mail, message) => {
    const { owner, mailboxes } = whoseIs(message, mail, about, organisation);
    if (mailboxes === undefined) return skippedRow(mark, 'no-mailbox');
    if (owner !== undefined) {
      if (mark.keptAs === undefined) await learnSent(mail, message);
      return sentRow(mark, mail.raw, message, mailboxes);
    }
    read.set(mail.raw, message);
    const learns = mode !== 'live' && mark.keptAs === undefined;
    const verdict = await triage.score(submissionOf(mail.raw, mail, about), learns ? 'auto' : 'never');
    return scoredRow(mark, mail.raw, message, verdict);
  };
}

/** Judges by what another store knows, and writes nothing to it. */
export const againstLive = (live: Store, scratch: Store): Store => ({
  ...scratch,
  recall: (tenant, keys) => live.recall(tenant, keys),
  async close() {
    await scratch.close();
    await live.close();
  },
});

/** Of a verdict, what a row is made of: a million of them are kept until the run ends. What taught already is not kept to teach later. */
export function keepingLittle(store: Store): Store {
  const { verdicts } = store;
  const slim = ({ verdict: { traces: _, ...verdict }, observation }: LoggedVerdict): LoggedVerdict => ({
    verdict: { ...verdict, findings: [], contributions: verdict.contributions.filter(speaksForThreat) },
    ...(observation === undefined || verdict.isLearned ? {} : { observation }),
  });
  return { ...store, verdicts: { ...verdicts, add: (entry, lessons) => verdicts.add(slim(entry), lessons) } };
}
