/** Wires store, reader, model and policy into the one Service that every interface is handed. */
import knownForest from '../models/known.json' with { type: 'json' };
import modelData from '../models/score.json' with { type: 'json' };
import strangerForest from '../models/stranger.json' with { type: 'json' };
import { createRestore, isRestorable, type Release } from './custody/restore.ts';
import { detectors } from './detectors/index.ts';
import type { DirectionFor } from './domain/mail.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Antivirus, Authenticator, Sealer, Store } from './domain/ports.ts';
import type { IntakeRequest, Service } from './domain/service.ts';
import type { LockPage } from './domain/strip.ts';
import type { Policy } from './domain/verdict.ts';
import { checkedAddress, directionsIn, toSubmission } from './intake.ts';
import { createLockDesk } from './lockDesk.ts';
import type { Read } from './read.ts';
import { createReview, type Review } from './review.ts';
import { CREDIT_IDS } from './score/credits.ts';
import { checkedModel, type Model } from './score/model.ts';
import type { Strip } from './stripApart.ts';
import { createTriage } from './triage.ts';

export interface ServiceParts {
  readonly store: Store;
  /** Absent: nothing is verified here. */
  readonly authenticator?: Authenticator;
  readonly read: Read;
  /** Absent: on the service's own thread. */
  readonly strip?: Strip;
  /** Absent: locked links lead nowhere, unless who asks brings a page. */
  readonly lockPage?: LockPage;
  /** Absent: what is rewritten goes unsigned. */
  readonly sealer?: Sealer;
  readonly antivirus?: Antivirus;
  /** How originals get out of custody; absent: they do not. */
  readonly release?: Release;
  readonly organisation: Organisation;
  /** Stands in for an absent direction; absent: mail of logged-in users goes out, or stays inside. */
  readonly directionFor?: DirectionFor;
  readonly policy: Policy;
  readonly model?: Model;
  /** Milliseconds that a delivered message waits before it teaches. */
  readonly learnDelayMs: number;
  /** Stands in for an absent receivedAt; milliseconds. */
  readonly now: () => number;
}

/** The model that ships. Throws when the files and the detectors do not fit. */
export const shippedModel = (): Model =>
  checkedModel(
    { ...modelData, forests: { known: knownForest, stranger: strangerForest } },
    new Set(detectors.map((detector) => detector.id)),
    new Set<string>(CREDIT_IDS),
  );

export function createService(parts: ServiceParts): Service {
  const {
    store,
    authenticator,
    read,
    strip,
    lockPage,
    sealer,
    antivirus,
    release,
    organisation,
    directionFor = directionsIn(organisation),
    policy,
    model = shippedModel(),
    learnDelayMs,
    now,
  } = parts;
  const triage = createTriage({
    store,
    ...(authenticator === undefined ? {} : { authenticator }),
    read,
    ...(strip === undefined ? {} : { strip }),
    ...(lockPage === undefined ? {} : { lockPage }),
    ...(sealer === undefined ? {} : { sealer }),
    ...(antivirus === undefined ? {} : { antivirus }),
    model,
    policy,
    organisation,
    learnDelayMs,
  });
  const review = createReview(store, organisation);
  const restore = createRestore({ custody: store.custody, ...(release === undefined ? {} : { release }), now });
  const submissionOf = (request: IntakeRequest) => toSubmission(request, now(), directionFor);
  return {
    async score(request, options) {
      return triage.score(submissionOf(request), request.learn, options);
    },
    async scoreAndStrip(request, options) {
      return triage.scoreAndStrip(submissionOf(request), request.learn, options);
    },
    async observe(request) {
      return triage.observe(submissionOf(request));
    },
    learnDue: () => triage.learnDue(now()),
    checkReady: () => store.ping(),
    ...createLockDesk(store, now),
    ...withCheckedAddresses(review),
    async restore(tenant, id, { again, feedback }) {
      const outcome = await restore(tenant, id, again);
      // An original outlives its verdict where another mailbox of it was erased.
      if (outcome.kind === 'nothing-kept' && (await review.verdict(tenant, id)) === undefined) {
        return { kind: 'unknown-verdict' };
      }
      if (outcome.kind === 'restored' && feedback !== undefined) await review.giveFeedback(tenant, id, feedback);
      return outcome;
    },
    async original(tenant, id) {
      const [first] = (await store.custody.find(tenant, id)).filter(isRestorable);
      return first === undefined ? undefined : { sizeBytes: first.sizeBytes, bytes: store.custody.read(first) };
    },
  };
}

/** Addresses in any spelling of theirs; throws IntakeError for what is none. */
const withCheckedAddresses = (review: Review): Review => ({
  ...review,
  findVerdicts: async (tenant, { mailbox, ...query }) =>
    review.findVerdicts(tenant, {
      ...query,
      ...(mailbox === undefined ? {} : { mailbox: checkedAddress(mailbox, 'mailbox') }),
    }),
  describeBaseline: async (tenant, mailbox, now) =>
    review.describeBaseline(tenant, checkedAddress(mailbox, 'address'), now),
  exportMailbox: async (tenant, mailbox) => review.exportMailbox(tenant, checkedAddress(mailbox, 'address')),
  eraseMailbox: async (tenant, mailbox) => review.eraseMailbox(tenant, checkedAddress(mailbox, 'address')),
  describeCorrespondent: async (tenant, mailbox, address, now) =>
    review.describeCorrespondent(
      tenant,
      checkedAddress(mailbox, 'address'),
      checkedAddress(address, 'correspondent'),
      now,
    ),
  eraseCorrespondent: async (tenant, mailbox, address) =>
    review.eraseCorrespondent(tenant, checkedAddress(mailbox, 'address'), checkedAddress(address, 'correspondent')),
});
