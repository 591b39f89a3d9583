/** POST /checkv2, GET /checkv2 (as rspamd's proxy asks), POST /symbols, GET /ping: rspamd's HTTP protocol. */
import { afterRelease } from '../domain/released.ts';
import type { Rewrite } from '../domain/rewrite.ts';
import type { Service } from '../domain/service.ts';
import type { HoldFallback } from '../domain/spamScale.ts';
import type { RspamdReply } from './api.generated.ts';
import type { Answer, Call, Handlers } from './exchange.ts';
import type { Metrics } from './metrics.ts';
import { canBeTold, type RspamdAnswerParts, rspamdAnswer, rspamdReply } from './rspamdAnswer.ts';
import { readRspamdRequest, rspamdClient } from './rspamdRequest.ts';

export interface RspamdParts {
  readonly service: Service;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  readonly holdFallback: HoldFallback;
  /** Rewrites what is to be stripped. Absent: it is delivered marked. */
  readonly rewrite?: Rewrite;
}

type RspamdHandlers = Pick<Handlers, 'rspamdCheck' | 'rspamdProxiedCheck' | 'rspamdSymbols' | 'rspamdPing'>;

export function rspamd(parts: RspamdParts): RspamdHandlers {
  const check = async (call: Call<unknown>): Promise<Answer> => {
    const [reply, about] = await scored(parts, call);
    return rspamdAnswer(reply, about);
  };
  return {
    rspamdCheck: check,
    rspamdProxiedCheck: check,

    async rspamdSymbols(call) {
      const [{ symbols, is_skipped, score, required_score, action, ...rest }] = await scored(parts, call);
      const metric = { is_spam: action === 'reject', is_skipped, score, required_score, action, ...symbols };
      return { json: { default: metric, ...rest } };
    },

    async rspamdPing() {
      return { text: 'pong\r\n', type: 'text/plain' };
    },
  };
}

async function scored(parts: RspamdParts, call: Call<unknown>): Promise<[RspamdReply, RspamdAnswerParts]> {
  const { service, metrics, maxMessageBytes, holdFallback, rewrite } = parts;
  const request = await readRspamdRequest(call, maxMessageBytes);
  const client = rspamdClient(call.request);
  const startedAt = performance.now();
  const verdict = await afterRelease(service, await service.score(request));
  metrics.recordVerdict(verdict);
  const found =
    verdict.action === 'strip' && client.takesMessage && rewrite !== undefined
      ? await rewrite(request, verdict)
      : undefined;
  const rewritten = found !== undefined && canBeTold(client, found) ? found : undefined;
  const about: RspamdAnswerParts = {
    client,
    holdFallback,
    isLeaving: request.user !== undefined,
    seconds: (performance.now() - startedAt) / 1000,
    ...(rewritten === undefined ? {} : { rewritten }),
  };
  return [rspamdReply(verdict, about), about];
}
