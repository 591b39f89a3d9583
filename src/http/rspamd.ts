/** POST /checkv2, GET /checkv2 (as rspamd's proxy asks), POST /symbols, GET /ping: rspamd's HTTP protocol. */
import type { DirectionFor } from '../domain/mail.ts';
import type { ScoredMessage, Service } from '../domain/service.ts';
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
  readonly directionFor: DirectionFor;
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
  const { service, metrics, maxMessageBytes, holdFallback, directionFor } = parts;
  const request = await readRspamdRequest(call, maxMessageBytes);
  const client = rspamdClient(call.request);
  const startedAt = performance.now();
  const { verdict, stripped }: ScoredMessage = client.takesMessage
    ? await service.scoreAndStrip(request)
    : { verdict: await service.score(request) };
  metrics.recordVerdict(verdict);
  const rewritten = stripped?.isRewritten && canBeTold(client, stripped) ? stripped : undefined;
  const about: RspamdAnswerParts = {
    client,
    holdFallback,
    isLeaving: directionFor({ ...request, rcptTo: request.rcptTo ?? [] }) === 'outbound',
    seconds: (performance.now() - startedAt) / 1000,
    ...(rewritten === undefined ? {} : { rewritten }),
  };
  return [rspamdReply(verdict, about), about];
}
