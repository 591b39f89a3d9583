/** POST /v1/observations */
import type { Service } from '../domain/service.ts';
import type { ObservationReceipt } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { readIntakeRequest } from './intakeRequest.ts';
import type { Metrics } from './metrics.ts';

export function observations(
  service: Service,
  metrics: Metrics,
  maxMessageBytes: number,
): Pick<Handlers, 'observeMessage'> {
  return {
    async observeMessage(call) {
      const receipt = await service.observe(await readIntakeRequest(call, maxMessageBytes));
      if (receipt.isNew) metrics.recordLearned('observation');
      const { messageId, mailboxes, isNew } = receipt;
      return { json: { messageId, mailboxes, isNew } satisfies ObservationReceipt };
    },
  };
}
