/** POST /v1/observations: one message, or the mbox of a whole mailbox as it comes. */
import { ExportError, type HistoryRequest, type LearnMbox } from '../domain/history.ts';
import type { Service } from '../domain/service.ts';
import type { MboxReceipt, ObservationReceipt, ObserveMessageFields } from './api.generated.ts';
import { type Call, type Handlers, mediaType } from './exchange.ts';
import { readMessageCall } from './intakeRequest.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';

const MBOX = 'application/mbox';
const MAX_UPLOADS = 2; // each may hold some messages of the largest size, and all share the reading threads

export interface ObservationParts {
  readonly service: Service;
  readonly learnMbox: LearnMbox;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
}

export function observations({
  service,
  learnMbox,
  metrics,
  maxMessageBytes,
}: ObservationParts): Pick<Handlers, 'observeMessage'> {
  let uploadCount = 0;
  return {
    async observeMessage(call) {
      if (mediaType(call.request) === MBOX) return { json: await observeMbox(call) };
      const { request } = await readMessageCall(call, maxMessageBytes, [MBOX]);
      const receipt = await service.observe(request);
      if (receipt.isNew) metrics.recordLearned('observation');
      const { messageId, mailboxes, isNew } = receipt;
      return { json: { messageId, mailboxes, isNew } satisfies ObservationReceipt };
    },
  };

  async function observeMbox(call: Call<ObserveMessageFields>): Promise<MboxReceipt> {
    const request = toHistoryRequest(call);
    if (uploadCount >= MAX_UPLOADS)
      throw new Refusal('overloaded', 'other mailboxes are being learned; try again later');
    uploadCount += 1;
    try {
      const counts = await learnMbox(request, call.streamBody());
      metrics.recordLearned('observation', counts.learnedCount);
      return {
        read: counts.readCount,
        learned: counts.learnedCount,
        known: counts.knownCount,
        skippedCount: counts.readCount - counts.learnedCount - counts.knownCount,
        skipped: [...counts.skipped],
      };
    } catch (error) {
      throw error instanceof ExportError ? refusalOf(error) : error;
    } finally {
      uploadCount -= 1;
    }
  }
}

/** Envelope and time are each message's own. Throws Refusal. */
function toHistoryRequest({ tenant, fields }: Call<ObserveMessageFields>): HistoryRequest {
  const { mailbox, direction, learn: _, return: __, ...others } = fields;
  const [misplaced] = Object.keys(others);
  if (misplaced !== undefined) {
    throw new Refusal('misplaced-field', `an mbox has no ${misplaced} for all of its messages`, misplaced);
  }
  if (mailbox === undefined)
    throw new Refusal('missing-field', 'an mbox needs the mailbox that it belongs to', 'mailbox');
  return { tenant, mailboxes: mailbox, ...(direction === undefined ? {} : { direction }) };
}

const refusalOf = ({ code, message }: ExportError): Refusal =>
  code === 'empty-export' ? new Refusal('empty-body', message) : new Refusal('not-an-mbox', message);
