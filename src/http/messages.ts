/** POST /v1/messages */
import type { Service } from '../domain/service.ts';
import type { Handlers } from './exchange.ts';
import { readMessageCall } from './intakeRequest.ts';
import type { Metrics } from './metrics.ts';
import { strippedJson, verdictJson } from './verdictJson.ts';

export function messages(service: Service, metrics: Metrics, maxMessageBytes: number): Pick<Handlers, 'scoreMessage'> {
  return {
    async scoreMessage(call) {
      const { request, returns } = await readMessageCall(call, maxMessageBytes);
      const { verdict, stripped } =
        returns === 'stripped'
          ? await service.scoreAndStrip(request)
          : { verdict: await service.score(request), stripped: undefined };
      metrics.recordVerdict(verdict);
      return {
        json: { ...verdictJson(verdict), ...(stripped === undefined ? {} : { stripped: strippedJson(stripped) }) },
      };
    },
  };
}
