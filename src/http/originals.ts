/** POST /v1/verdicts/{id}/restore, GET /v1/verdicts/{id}/original: what is kept of held and stripped messages. */
import type { IncomingMessage } from 'node:http';
import type { RestoreOutcome } from '../domain/custody.ts';
import type { Service } from '../domain/service.ts';
import type { Restoration, RestoreRequest } from './api.generated.ts';
import { type Call, type Handlers, mediaType } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';

const MAX_RESTORE_BYTES = 1024;

export function originals(
  service: Service,
  metrics: Pick<Metrics, 'recordFeedback'>,
): Pick<Handlers, 'restoreMessage' | 'getOriginal'> {
  return {
    async restoreMessage(call) {
      const { tenant, fields } = call;
      const { again = false, feedback } = await readRequest(call);
      const before = await service.verdict(tenant, fields.id);
      const wanted = { again, ...(feedback === undefined ? {} : { feedback }) };
      const recipients = recipientsOf(await service.restore(tenant, fields.id, wanted), fields.id);
      if (feedback !== undefined && before !== undefined && before.feedback !== feedback)
        metrics.recordFeedback(feedback);
      return { json: { recipients } satisfies Restoration };
    },

    async getOriginal({ tenant, fields: { id } }) {
      const original = await service.original(tenant, id);
      if (original === undefined) {
        throw (await service.verdict(tenant, id)) === undefined ? unknownVerdict(id) : nothingKept(id);
      }
      return {
        stream: () => original.bytes,
        sizeBytes: original.sizeBytes,
        type: 'message/rfc822',
        headers: { 'Content-Disposition': `attachment; filename="${id}.eml"` }, // letters, digits, - and _ only
      };
    },
  };
}

async function readRequest({ request, readBody, checkBody }: Call<unknown>): Promise<RestoreRequest> {
  if (!hasBody(request)) return {};
  if (mediaType(request) !== 'application/json') {
    throw new Refusal('unsupported-media-type', 'send application/json, or no body', 'Content-Type', {
      Accept: 'application/json',
    });
  }
  const body = parseJson(await readBody({ bytes: MAX_RESTORE_BYTES, tooLarge: 'body-too-large', copies: 1 }));
  checkBody(body);
  return body as RestoreRequest;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function recipientsOf(outcome: RestoreOutcome, id: string): Restoration['recipients'] {
  switch (outcome.kind) {
    case 'restored':
      return outcome.recipients;
    case 'unknown-verdict':
      throw unknownVerdict(id);
    case 'nothing-kept':
      throw nothingKept(id);
    case 'already-restored':
      throw new Refusal('already-restored', 'every recipient has it; {"again": true} delivers it once more');
    case 'being-restored':
      throw new Refusal('being-restored', 'somebody else is restoring it; read again what became of it');
    case 'not-configured':
      throw new Refusal('not-configured', 'RELEASE_SMTP and RELEASE_SECRET are not set');
    case 'refused':
      throw new Refusal('release-refused', outcome.said);
    case 'unreachable':
      throw new Refusal('release-unreachable', outcome.said);
  }
}

const unknownVerdict = (id: string) => new Refusal('unknown-verdict', `there is no verdict ${id}`, 'id');
const nothingKept = (id: string) => new Refusal('nothing-kept', `no original of ${id} is kept`, 'id');
