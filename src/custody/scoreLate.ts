/** Mail that was delivered before it could be scored is scored once that works: too late for its readers, not for who looks after them. */
import type { Custody, KeptOriginal } from '../domain/custody.ts';
import { IntakeError, type Service } from '../domain/service.ts';
import type { Verdict } from '../domain/verdict.ts';

export interface LateScoringParts {
  readonly service: Pick<Service, 'score' | 'checkReady'>;
  readonly custody: Custody;
  readonly now: () => number;
  readonly watcher: {
    scored(verdict: Verdict): void;
    failed(error: unknown): void;
  };
}

const BATCH = 200;
const ROUND_MS = 10_000; // then other housekeeping has its turn
const AGAIN_MS = 3_600_000; // what fails is tried again after an hour, until its time in custody is over
const MAX_FAILURES = 3; // in a round: then it is not the messages

/** One round over what waits, one message at a time, until `isStopping`. Rejects when the service cannot work now. */
export const createScoreLate =
  ({ service, custody, now, watcher }: LateScoringParts) =>
  async (isStopping: () => boolean): Promise<void> => {
    const endsAt = now() + ROUND_MS;
    const waiting = await custody.unscored(now(), BATCH);
    if (waiting.length > 0) await service.checkReady();
    let failures = 0;
    for (const original of waiting) {
      if (failures === MAX_FAILURES || isStopping() || now() >= endsAt) return;
      if (!(await custody.claim(original, now(), now() + AGAIN_MS))) continue;
      try {
        watcher.scored(await service.score(await requestOf(original, custody), { wasDelivered: true }));
        await custody.remove(original);
      } catch (error) {
        watcher.failed(error);
        if (error instanceof IntakeError)
          await custody.remove(original); // no time makes it better
        else failures++;
      }
    }
  };

async function requestOf(original: KeptOriginal, custody: Custody): Promise<Parameters<Service['score']>[0]> {
  const { tenant, envelope, keptAt } = original;
  const { rcptTo, mailFrom, clientIp, helo, user } = envelope;
  const pieces: Buffer[] = [];
  for await (const piece of custody.read(original)) pieces.push(piece);
  return {
    tenant,
    raw: Buffer.concat(pieces),
    mailboxes: [],
    rcptTo,
    ...(mailFrom === undefined ? {} : { mailFrom }),
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(helo === undefined ? {} : { helo }),
    ...(user === undefined ? {} : { user }),
    receivedAt: keptAt,
    learn: 'auto',
  };
}
