/** POST /v1/messages */
import type { Service } from '../domain/service.ts';
import type { Handlers } from './exchange.ts';
import { readIntakeRequest } from './intakeRequest.ts';
import type { Metrics } from './metrics.ts';
import { verdictJson } from './verdictJson.ts';

export function messages(service: Service, metrics: Metrics, maxMessageBytes: number): Pick<Handlers, 'scoreMessage'> {
  return {
    async scoreMessage(call) {
      const verdict = await service.score(await readIntakeRequest(call, maxMessageBytes));
      metrics.recordVerdict(verdict);
      return { json: verdictJson(verdict) };
    },
  };
}
