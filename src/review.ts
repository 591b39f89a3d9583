/** What a person does after a verdict: release or confirm it, read and erase what is known about a mailbox. */
import { describeBaseline } from './baseline/describe.ts';
import { lessonsOf } from './baseline/observe.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Feedback, LoggedVerdict, Store } from './domain/ports.ts';
import type { Service } from './domain/service.ts';
import { lessonsFor } from './triage.ts';

type Review = Pick<Service, 'verdict' | 'findVerdicts' | 'giveFeedback' | 'describeBaseline' | 'eraseMailbox'>;

export function createReview(store: Store, organisation: Organisation): Review {
  return {
    verdict: (tenant, id) => store.verdicts.get(tenant, id),
    findVerdicts: (tenant, query) => store.verdicts.find(tenant, query),

    async giveFeedback(tenant, id, feedback) {
      const entry = await store.verdicts.get(tenant, id);
      if (entry === undefined || entry.feedback === feedback) return entry;
      const isLearned = await teach(tenant, entry, feedback);
      await store.verdicts.annotate(tenant, id, feedback, isLearned);
      return store.verdicts.get(tenant, id);
    },

    describeBaseline: (tenant, mailbox, now) => describeBaseline(store, tenant, mailbox, now),

    async eraseMailbox(tenant, mailbox) {
      const [records, verdicts] = await Promise.all([
        store.erase(tenant, mailbox),
        store.verdicts.erase(tenant, mailbox),
      ]);
      return records + verdicts;
    },
  };

  /** A release teaches what the verdict kept back; a report marks the sender. Answers whether the message counts as learned. */
  async function teach(tenant: string, { verdict, observation }: LoggedVerdict, feedback: Feedback): Promise<boolean> {
    if (observation === undefined) return verdict.isLearned;
    const mailboxes = verdict.mailboxes.map((one) => one.mailbox);
    const what = feedback === 'safe' ? 'released' : 'reported';
    const marks = mailboxes.flatMap((mailbox) => lessonsOf(observation, mailbox, what));
    const history = feedback === 'safe' && !verdict.isLearned ? lessonsFor(observation, mailboxes, organisation) : [];
    await store.learn(tenant, [...marks, ...history], 'durable');
    return verdict.isLearned || feedback === 'safe';
  }
}
