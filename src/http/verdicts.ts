/** GET /v1/verdicts, GET /v1/verdicts/{id}, POST /v1/verdicts/{id}/feedback */
import type { LoggedVerdict, VerdictQuery } from '../domain/ports.ts';
import type { Service } from '../domain/service.ts';
import type { FeedbackRequest, ListVerdictsFields, VerdictPage } from './api.generated.ts';
import { type Answer, type Handlers, mediaType } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { DEFAULT_LIMIT, pageOf } from './pages.ts';
import { Refusal } from './problem.ts';
import { toMillis } from './times.ts';
import { verdictJson } from './verdictJson.ts';

const MAX_FEEDBACK_BYTES = 1024;

export function verdicts(
  service: Service,
  metrics: Metrics,
): Pick<Handlers, 'listVerdicts' | 'getVerdict' | 'giveFeedback'> {
  return {
    async listVerdicts({ tenant, fields }) {
      const { limit = DEFAULT_LIMIT } = fields;
      const found = await service.findVerdicts(tenant, toQuery(fields, limit + 1));
      if (found.length === 0) await checkCursor(service, tenant, fields.cursor);
      const { items, next, headers } = pageOf('/v1/verdicts', fields, found, limit);
      return {
        json: { verdicts: items.map((verdict) => verdictJson(verdict)), ...next } satisfies VerdictPage,
        headers,
      };
    },

    async getVerdict({ tenant, fields: { id } }) {
      return answer(id, await service.verdict(tenant, id));
    },

    async giveFeedback({ tenant, fields: { id }, request, readBody, checkBody }) {
      if (mediaType(request) !== 'application/json') {
        throw new Refusal('unsupported-media-type', 'send application/json', 'Content-Type', {
          Accept: 'application/json',
        });
      }
      const body = parseJson(await readBody({ bytes: MAX_FEEDBACK_BYTES, tooLarge: 'body-too-large', copies: 1 }));
      checkBody(body);
      const { feedback } = body as FeedbackRequest;
      const before = await service.verdict(tenant, id);
      const entry = await service.giveFeedback(tenant, id, feedback);
      if (entry !== undefined && before?.feedback !== feedback) metrics.recordFeedback(feedback);
      return answer(id, entry);
    },
  };
}

function answer(id: string, entry: LoggedVerdict | undefined): Answer {
  if (entry === undefined) throw new Refusal('unknown-verdict', `there is no verdict ${id}`, 'id');
  return { json: verdictJson(entry.verdict, entry.feedback) };
}

/** After a verdict that is not there comes nothing: a client would take that for the end. Rejects with a Refusal. */
async function checkCursor(service: Service, tenant: string, cursor: string | undefined): Promise<void> {
  if (cursor === undefined || (await service.verdict(tenant, cursor)) !== undefined) return;
  throw new Refusal(
    'invalid-field',
    `cursor: there is no verdict ${cursor}; take it from next, or begin again without it`,
    'cursor',
  );
}

const toQuery = ({ mailbox, action, since, cursor }: ListVerdictsFields, limit: number): VerdictQuery => ({
  limit,
  ...(mailbox === undefined ? {} : { mailbox }),
  ...(action === undefined ? {} : { action }),
  ...(since === undefined ? {} : { since: toMillis(since, 'since') }),
  ...(cursor === undefined ? {} : { after: cursor }),
});
