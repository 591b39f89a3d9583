/** The whole path of a message on one screen: authenticate → read (parse → traits) → recall → detect → score → decide → observe. */
import { createHash } from 'node:crypto';
import { observationOf } from './baseline/observe.ts';
import { recallFrom } from './baseline/recall.ts';
import { runDetectors } from './detectors/index.ts';
import type { Submission, Verification } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Observation } from './domain/observation.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Antivirus, Authenticator, LoggedVerdict, Sealer, Store } from './domain/ports.ts';
import { afterRelease } from './domain/released.ts';
import type { ObservationReceipt, ScoredMessage, ScoreOptions, StripOptions } from './domain/service.ts';
import type { LockPage, Stripped, StripRefusal, StripWording } from './domain/strip.ts';
import type { Policy, Verdict } from './domain/verdict.ts';
import { mailboxesOf, ownDomainsFor } from './intake.ts';
import { createLateLearning } from './lateLearning.ts';
import { lessonsAtOnce, lessonsFor, treatmentLessons } from './lessons.ts';
import type { Read, Reading } from './read.ts';
import type { Model } from './score/model.ts';
import { score } from './score/score.ts';
import type { Strip } from './stripApart.ts';
import { type Decision, decide, type Judgement, RELEASED } from './verdict/decide.ts';
import { heldWhole } from './verdict/heldWhole.ts';
import { lockPageFor } from './verdict/lockPage.ts';
import { isKnownSigner } from './verdict/signers.ts';
import { strip as stripHere, withTopFields } from './verdict/strip.ts';
import { stripPlan } from './verdict/stripPlan.ts';
import { tracesOf } from './verdict/traces.ts';

export interface TriageParts {
  readonly store: Store;
  /** Absent: the border's word is all there is. */
  readonly authenticator?: Authenticator;
  readonly read: Read;
  /** Absent: on this thread. */
  readonly strip?: Strip;
  /** Where locked links lead, unless who asks has a page; absent: nowhere. */
  readonly lockPage?: LockPage;
  /** Signs what is rewritten; absent without a key. */
  readonly sealer?: Sealer;
  /** Asked about each new message that is scored; absent when none is configured. */
  readonly antivirus?: Antivirus;
  readonly model: Model;
  readonly policy: Policy;
  readonly organisation: Organisation;
  /** How long a delivered message waits before it teaches, so that a report comes first. 0: it teaches at once. */
  readonly learnDelayMs: number;
}

export interface Triage {
  score(submission: Submission, learn: 'auto' | 'never', options?: ScoreOptions): Promise<Verdict>;
  /** The same, with what was verified of the message, and without what is dangerous where the action is 'strip'. */
  scoreAndStrip(submission: Submission, learn: 'auto' | 'never', options?: StripOptions): Promise<ScoredMessage>;
  observe(submission: Submission): Promise<ObservationReceipt>;
  /** Learns what was delivered and has waited long enough by `before` (ms), in all tenants. */
  learnDue(before: number): Promise<void>;
}

interface VerifiedReading extends Reading {
  readonly verification?: Verification;
  readonly authenticateMs?: number;
}

interface Judged {
  readonly verdict: Verdict;
  readonly message: Message;
  readonly verification: Verification | undefined;
  /** Stripped in the caller's wording, where that was tried to decide. */
  readonly tried?: Stripped;
}

export function createTriage(parts: TriageParts): Triage {
  const {
    store,
    authenticator,
    read,
    strip = stripHere,
    lockPage,
    sealer,
    antivirus,
    policy,
    organisation,
    learnDelayMs,
  } = parts;
  const late = createLateLearning(store, organisation);
  return {
    learnDue: late.learnDue,

    score: async (submission, learn, options) => (await judged(submission, learn, options)).verdict,

    async scoreAndStrip(submission, learn, { wording, isSplittable = false, isRewordable = false, onDecided } = {}) {
      const { verdict, message, verification, tried } = await judged(submission, learn, {
        ...(wording === undefined ? {} : { wording }),
        ...(onDecided === undefined ? {} : { onDecided }),
      });
      const scored = { verdict, ...(verification === undefined ? {} : { verification }) };
      const isForOthers =
        isSplittable && verdict.action === 'hold' && verdict.mailboxes.some(({ action }) => action === 'strip');
      if (verdict.action !== 'strip' && !isForOthers) return scored;
      const plan = stripPlan(message, verdict, policy.strip);
      const worded = withLockPage(wording, verdict);
      const rewritten = tried ?? (await strip(submission.raw, plan, worded));
      if (worded?.lockPage !== wording?.lockPage) await keepLocks(rewritten, verdict);
      const seal = (one: Stripped) => sealed(one, verification, submission.receivedAt);
      const stripped = await seal(rewritten);
      const reword = async (restoring: string) => seal(await strip(submission.raw, plan, { ...worded, restoring }));
      return {
        ...scored,
        ...(isForOthers ? { strippedForOthers: stripped } : { stripped }),
        ...(isRewordable && hasLostFile(stripped) ? { reword } : {}),
      };
    },

    async observe(submission) {
      const { message } = await readVerified(submission);
      const mailboxes = mailboxesOf(submission, message, organisation);
      const observation = observationOf(message);
      if (observation === undefined) return { messageId: message.id, mailboxes, isNew: false };
      const outcome = await store.learn(submission.tenant, lessonsFor(observation, mailboxes, organisation), 'durable');
      return { messageId: message.id, mailboxes, isNew: outcome.some(Boolean) };
    },
  };

  async function sealed(stripped: Stripped, seen: Verification | undefined, now: number): Promise<Stripped> {
    if (!stripped.isRewritten || sealer === undefined) return stripped;
    return withTopFields(stripped, await sealer.seal(stripped.bytes, seen, now));
  }

  /** Ours, unless who asks has one. */
  function withLockPage(
    wording: StripWording | undefined,
    verdict: Pick<Verdict, 'tenant' | 'id'>,
  ): StripWording | undefined {
    if (lockPage === undefined || wording?.lockPage !== undefined) return wording;
    return { ...wording, lockPage: lockPageFor(lockPage, verdict) };
  }

  /** What the lock page will be asked for is kept before anybody can ask. */
  async function keepLocks(stripped: Stripped, verdict: Verdict): Promise<void> {
    if (stripped.isRewritten) await store.locks.add(verdict, stripped.locks);
  }

  async function judged(
    submission: Submission,
    learn: 'auto' | 'never',
    {
      wasDelivered = false,
      onDecided = () => undefined,
      wording,
    }: ScoreOptions & Pick<StripOptions, 'onDecided' | 'wording'> = {},
  ): Promise<Judged> {
    const startedAt = performance.now();
    const { message: readMail, parseMs, traitsMs, authenticateMs, verification } = await readVerified(submission);
    const mailboxes = mailboxesOf(submission, readMail, organisation);
    const id = verdictId(submission, readMail, mailboxes);
    const earlier = await store.verdicts.get(submission.tenant, id);
    if (earlier !== undefined) {
      onDecided(afterRelease(earlier.verdict, earlier.feedback).action);
      const verdict = learn === 'auto' ? await learnLate(earlier) : earlier.verdict;
      return { verdict: afterRelease(verdict, earlier.feedback), message: readMail, verification };
    }

    const message = await scanned(readMail, submission.raw, antivirus);
    await late.learnDue(submission.receivedAt, submission.tenant);
    const clock = newClock();
    const judgements: Judgement[] = [];
    for (const mailbox of mailboxes) {
      judgements.push(await judge(parts, submission.tenant, message, mailbox, clock));
    }
    const decided = decide(atLeastOne(judgements), policy, submission.receivedAt);
    onDecided(decided.action);
    const worded = withLockPage(wording, { tenant: submission.tenant, id });
    const tried = await triedToStrip(decided, message, submission.raw, worded);
    const decision = unlessUnchanged(decided, message, judgements, tried);
    const observation = judgedObservation(message, judgements);
    const teaches = learn === 'auto' && isTeaching(decision) && observation !== undefined;
    const isLearned = teaches && learnDelayMs === 0;
    const traces = tracesOf(message, submission.envelope.mailFrom);
    const verdict: Verdict = {
      ...decision,
      id,
      tenant: submission.tenant,
      messageId: message.id,
      subject: message.subject,
      ...(message.sender === undefined ? {} : { from: message.sender.address }),
      receivedAt: submission.receivedAt,
      ...(traces === undefined ? {} : { traces }),
      defects: message.defects.map((defect) => `${defect.code}: ${defect.detail}`),
      timings: {
        ...(authenticateMs === undefined ? {} : { authenticate: authenticateMs }),
        parse: parseMs,
        traits: traitsMs,
        ...clock,
        total: performance.now() - startedAt,
      },
      isLearned,
      ...(wasDelivered ? { wasDelivered } : {}),
      ...(teaches && !isLearned ? { learnsAt: submission.receivedAt + learnDelayMs } : {}),
    };
    await store.verdicts.add(
      { verdict, ...(observation === undefined ? {} : { observation }) },
      teaches
        ? (isLearned ? lessonsFor : lessonsAtOnce)(observation, mailboxes, organisation)
        : learn === 'auto'
          ? treatmentLessons(verdict)
          : [],
    );
    if (verdict.learnsAt !== undefined) late.expect(verdict.tenant, verdict.learnsAt);
    return { verdict, message, verification, ...(tried === undefined ? {} : { tried }) };
  }

  /** undefined: no mailbox is to get it stripped. */
  async function triedToStrip(
    decision: Decision,
    message: Message,
    raw: Buffer,
    wording: StripWording | undefined,
  ): Promise<Stripped | undefined> {
    if (!decision.mailboxes.some(({ action }) => action === 'strip')) return undefined;
    return strip(raw, stripPlan(message, decision, policy.strip), wording);
  }

  /**
   * Whether it can be stripped is seen before the verdict is written: it is the same at every door. What is made so oddly, or so
   * large, that it cannot is held whatever the policy says of signed mail, and so is signed mail of whoever is not known for it: else
   * that would be the way around strip.
   */
  function unlessUnchanged(
    decision: Decision,
    message: Message,
    judgements: readonly Judgement[],
    stripped: Stripped | undefined,
  ): Decision {
    if (stripped === undefined || stripped.isRewritten) return decision;
    const isHeld =
      policy.strip.unchanged === 'hold' ||
      WRITERS_CHOICE.has(stripped.refusal) ||
      (PROTECTED.has(stripped.refusal) && !isFromKnownSigner(decision, message, judgements));
    return isHeld ? heldWhole(decision, stripped.refusal) : decision;
  }

  /** authenticate → read. `verification` and `authenticateMs` only where the service verifies itself. */
  async function readVerified(submission: Submission): Promise<VerifiedReading> {
    if (authenticator === undefined) return read(submission);
    const startedAt = performance.now();
    const verification = await authenticator.verify(submission);
    if (verification === undefined) return read(submission);
    const authenticateMs = performance.now() - startedAt;
    return { ...(await read({ ...submission, verification })), verification, authenticateMs };
  }

  /** A message that was judged without learning, and is handed in again to be learned. */
  async function learnLate(entry: LoggedVerdict): Promise<Verdict> {
    const { verdict, observation, feedback } = entry;
    if (
      verdict.isLearned ||
      verdict.learnsAt !== undefined ||
      feedback !== undefined ||
      observation === undefined ||
      !isTeaching(verdict)
    )
      return verdict;
    const mailboxes = verdict.mailboxes.map(({ mailbox }) => mailbox);
    const lessons = lessonsFor(observation, mailboxes, organisation);
    // What a person says meanwhile wins, and what somebody else has taught meanwhile is taught.
    if (await store.verdicts.annotate(entry, { isLearned: true }, lessons)) return { ...verdict, isLearned: true };
    return (await store.verdicts.get(verdict.tenant, verdict.id))?.verdict ?? verdict;
  }
}

/** Reasons not to rewrite that whoever wrote the message can bring about. */
const WRITERS_CHOICE: ReadonlySet<StripRefusal> = new Set(['untraceable', 'over-limit']);
/** What a change would break. */
const PROTECTED: ReadonlySet<StripRefusal> = new Set(['signed', 'encrypted']);

/** To all mailboxes that it is to be stripped for. */
const isFromKnownSigner = ({ mailboxes }: Decision, message: Message, judgements: readonly Judgement[]): boolean =>
  judgements.every(({ baseline }, at) => mailboxes[at]?.action !== 'strip' || isKnownSigner(message, baseline));

/** Then it says how to get that back. */
const hasLostFile = (stripped: Stripped): boolean =>
  stripped.isRewritten && stripped.changes.some(({ kind }) => kind === 'file');

/** With what the scanner says; as it was when there is no scanner. */
const scanned = async (message: Message, raw: Buffer, antivirus: Antivirus | undefined): Promise<Message> =>
  antivirus === undefined ? message : { ...message, malwareScan: await antivirus.scan(raw) };

/** Mail that was delivered with nothing else proposed, or because a person had released the same. */
const isTeaching = ({ enacted, proposed, enactedBecause }: Decision): boolean =>
  enacted === 'deliver' && (proposed === 'deliver' || enactedBecause === RELEASED);

/** What the message can teach, with how rare its score was in each mailbox. */
export function judgedObservation(message: Message, judgements: readonly Judgement[]): Observation | undefined {
  const observation = observationOf(message);
  const rarities = judgements.map(({ baseline, score }) => [baseline.mailbox, [score.gate, score.falseAlarmShare]]);
  return observation === undefined ? undefined : { ...observation, rarity: Object.fromEntries(rarities) };
}

/** recall → detect → score for one mailbox. Adds the milliseconds of each stage to `clock`. */
export async function judge(
  { store, model, organisation }: Pick<TriageParts, 'store' | 'model' | 'organisation'>,
  tenant: string,
  message: Message,
  mailbox: string,
  clock: StageClock = newClock(),
): Promise<Judgement> {
  const home = { ...organisation, ownDomains: ownDomainsFor(mailbox, organisation) };
  const startedAt = performance.now();
  const baseline = await recallFrom(store, tenant, message, mailbox, home);
  const recalledAt = performance.now();
  const findings = runDetectors(message, baseline);
  const detectedAt = performance.now();
  const scored = score(findings, message, baseline, model);
  clock.recall += recalledAt - startedAt;
  clock.detect += detectedAt - recalledAt;
  clock.score += performance.now() - detectedAt;
  return { baseline, findings, score: scored };
}

type StageClock = Record<'recall' | 'detect' | 'score', number>;
const newClock = (): StageClock => ({ recall: 0, detect: 0, score: 0 });

/** Deterministic, so that the same mail for the same mailboxes has one verdict whatever the interface or the number of tries. */
function verdictId(
  { tenant, direction }: Submission,
  { id, contentHash }: Message,
  mailboxes: readonly string[],
): string {
  const hash = createHash('sha256').update([tenant, direction, id, contentHash, ...[...mailboxes].sort()].join('\n'));
  return `v${hash.digest('hex').slice(0, 32)}`;
}

function atLeastOne(judgements: readonly Judgement[]): readonly [Judgement, ...Judgement[]] {
  const [first, ...rest] = judgements;
  if (first === undefined) throw new Error('a message was judged for no mailbox');
  return [first, ...rest];
}
