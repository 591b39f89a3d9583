/** What a person does after a verdict: release or confirm it, read and erase what is known about a mailbox. */
import { describeBaseline, describeCorrespondent, exportMailbox } from './baseline/describe.ts';
import { lessonsOf, marksOf, unlessonsOf } from './baseline/observe.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Feedback, Lesson, LoggedVerdict, Store } from './domain/ports.ts';
import type { Service } from './domain/service.ts';
import { alarmLessons, partiesOf } from './lessons.ts';

export type Review = Pick<
  Service,
  | 'verdict'
  | 'findVerdicts'
  | 'giveFeedback'
  | 'describeBaseline'
  | 'describeCorrespondent'
  | 'exportMailbox'
  | 'eraseMailbox'
  | 'eraseCorrespondent'
  | 'eraseTenant'
>;

const MAX_ATTEMPTS = 5; // somebody else's word came between; each try reads what is so now

export function createReview(store: Store, organisation: Organisation): Review {
  return {
    verdict: (tenant, id) => store.verdicts.get(tenant, id),
    findVerdicts: (tenant, query) => store.verdicts.find(tenant, query),

    async giveFeedback(tenant, id, feedback) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const entry = await store.verdicts.get(tenant, id);
        if (entry === undefined || entry.feedback === feedback) return entry;
        const { lessons, isLearned } = teaching(entry, feedback);
        if (await store.verdicts.annotate(entry, { feedback, isLearned }, lessons)) break;
      }
      return store.verdicts.get(tenant, id);
    },

    describeBaseline: (tenant, mailbox, now) => describeBaseline(store, tenant, mailbox, now),
    describeCorrespondent: (tenant, mailbox, address, now) =>
      describeCorrespondent(store, tenant, mailbox, address, now),
    exportMailbox: (tenant, mailbox) => exportMailbox(store, tenant, mailbox),
    eraseCorrespondent: (tenant, mailbox, address) => store.eraseCorrespondent(tenant, mailbox, address),
    eraseTenant: (tenant) => store.eraseTenant(tenant),

    async eraseMailbox(tenant, mailbox) {
      // Verdicts first: what waits to be learned would bring records back, also from another process.
      const verdicts = await store.verdicts.erase(tenant, mailbox);
      const originals = await store.custody.erase(tenant, mailbox);
      const records = await store.erase(tenant, mailbox);
      return records + verdicts + originals;
    },
  };

  /** A release teaches what the verdict kept back; a report takes back what was learned. */
  function teaching(
    { verdict, observation }: LoggedVerdict,
    feedback: Feedback,
  ): { readonly lessons: readonly Lesson[]; readonly isLearned: boolean } {
    if (observation === undefined) return { lessons: [], isLearned: verdict.isLearned };
    const isLearned = feedback === 'safe';
    const mailboxes = verdict.mailboxes.map((one) => one.mailbox);
    const parties = partiesOf(observation, mailboxes, organisation);
    const marks = marksOf(observation, parties.readers, isLearned ? 'released' : 'reported');
    const alarms = alarmLessons(verdict, feedback);
    return {
      lessons: [...marks, ...alarms, ...(isLearned ? lessonsOf : unlessonsOf)(observation, parties)],
      isLearned,
    };
  }
}
