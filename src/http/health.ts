/** GET /healthz, /readyz, /metrics: for the machines that watch the service. */
import type { Service } from '../domain/service.ts';
import type { Health, Readiness } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';

const MAX_REASON_LENGTH = 200;

export function health(
  service: Service,
  metrics: Metrics,
  isDraining: () => boolean,
): Pick<Handlers, 'getHealth' | 'getReadiness' | 'getMetrics'> {
  return {
    async getHealth() {
      return { json: { status: 'ok' } satisfies Health };
    },

    async getReadiness() {
      if (isDraining()) throw new Refusal('draining', 'no new work is taken; what was accepted is finished');
      try {
        await service.checkReady();
      } catch (error) {
        throw new Refusal(
          'not-ready',
          String(error instanceof Error ? error.message : error).slice(0, MAX_REASON_LENGTH),
        );
      }
      return { json: { status: 'ready' } satisfies Readiness };
    },

    async getMetrics() {
      return { text: await metrics.text(), type: metrics.contentType };
    },
  };
}
