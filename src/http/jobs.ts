/** /v1/jobs: exports in, progress and results out. */
import type { IncomingMessage } from 'node:http';
import { type Job, JobError, type JobErrorCode, type Jobs, type ResultFormat } from '../domain/jobs.ts';
import type { CreateJobFields, Job as JobJson, JobPage, JobRemoval, JobRequest, ProblemCode } from './api.generated.ts';
import { type Call, type Handlers, mediaType } from './exchange.ts';
import { parseJson } from './json.ts';
import { DEFAULT_LIMIT, pageOf } from './pages.ts';
import { Refusal } from './problem.ts';
import { toRfc3339 } from './times.ts';

type Operations = 'createJob' | 'listJobs' | 'getJob' | 'removeJob' | 'cancelJob' | 'getJobResults';

const UPLOAD = 'application/octet-stream';
const MAX_REQUEST_BYTES = 2 * 1024 * 1024; // 1000 paths of 1024 characters with their mailboxes
const MAX_SHOWN = 20; // mailboxes

const TYPES: Readonly<Record<ResultFormat, string>> = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  html: 'text/html; charset=utf-8',
};

/** The report brings a stricter policy of its own; this one lets its style sheet through, and keeps it from acting as this site. */
const REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Its body may take hours. */
export const isJobUpload = (request: IncomingMessage): boolean =>
  request.method === 'POST' && /^\/v1\/jobs(?:\?|$)/.test(request.url ?? '') && mediaType(request) === UPLOAD;

export function jobResources(jobs: Jobs): Pick<Handlers, Operations> {
  return {
    async createJob(call) {
      const job = await (mediaType(call.request) === UPLOAD ? upload(call) : start(call)).catch(refused);
      return { json: jobJson(job), headers: { Location: `/v1/jobs/${job.id}` } };
    },

    async listJobs({ tenant, fields }) {
      const { limit = DEFAULT_LIMIT, cursor } = fields;
      const found = await jobs.list(tenant, { limit: limit + 1, ...(cursor === undefined ? {} : { after: cursor }) });
      const { items, next, headers } = pageOf('/v1/jobs', fields, found, limit);
      return { json: { jobs: items.map(jobJson), ...next } satisfies JobPage, headers };
    },

    async getJob({ tenant, fields: { id } }) {
      return { json: jobJson(found(id, await jobs.get(tenant, id))) };
    },

    async cancelJob({ tenant, fields: { id } }) {
      return { json: jobJson(found(id, await jobs.cancel(tenant, id))) };
    },

    async removeJob({ tenant, fields: { id } }) {
      if (!(await jobs.remove(tenant, id))) throw unknownJob(id);
      return { json: { removed: id } satisfies JobRemoval };
    },

    async getJobResults({ tenant, fields: { id, format = 'jsonl' } }) {
      const { sizeBytes, stream } = found(id, await jobs.results(tenant, id, format).catch(refused));
      const headers: Record<string, string> =
        format === 'html'
          ? { 'Content-Security-Policy': REPORT_POLICY }
          : { 'Content-Disposition': `attachment; filename="${id}.${format}"` };
      return { stream, sizeBytes, type: TYPES[format], headers };
    },
  };

  async function upload({ tenant, fields, request, streamBody }: Call<CreateJobFields>): Promise<Job> {
    const { mailbox = [], mode = 'then', name = 'export' } = fields;
    const announced = request.headers['content-length'];
    const body = streamBody();
    const size = announced === undefined ? {} : { sizeBytes: Number(announced) };
    return jobs.upload({ tenant, mode, mailboxes: mailbox, name, ...size, body });
  }

  async function start({ tenant, fields, request, readBody, checkBody }: Call<CreateJobFields>): Promise<Job> {
    if (mediaType(request) !== 'application/json')
      throw new Refusal(
        'unsupported-media-type',
        `send an export as ${UPLOAD}, or application/json with paths`,
        'Content-Type',
        { Accept: `${UPLOAD}, application/json` },
      );
    const [misplaced] = Object.keys(fields);
    if (misplaced !== undefined)
      throw new Refusal('misplaced-field', `with application/json ${misplaced} belongs in the body`, misplaced);
    const body = parseJson(await readBody({ bytes: MAX_REQUEST_BYTES, tooLarge: 'body-too-large', copies: 3 }));
    checkBody(body);
    const { mode = 'then', exports } = body as JobRequest;
    return jobs.start({ tenant, mode, exports });
  }
}

const REFUSALS: Readonly<Record<JobErrorCode, readonly [code: ProblemCode, field?: string]>> = {
  'unusable-path': ['unusable-path', 'exports'],
  'no-folder': ['not-configured', 'exports'],
  'empty-upload': ['empty-body'],
  'over-quota': ['over-quota'],
  'no-space': ['no-space'],
  busy: ['overloaded'],
  'not-done': ['job-not-done', 'id'],
  'gave-up': ['internal-error'], // of a job at work only
};

function refused(error: unknown): never {
  if (!(error instanceof JobError)) throw error;
  throw new Refusal(REFUSALS[error.code][0], error.message, REFUSALS[error.code][1]);
}

function found<T>(id: string, value: T | undefined): T {
  if (value === undefined) throw unknownJob(id);
  return value;
}

const unknownJob = (id: string): Refusal => new Refusal('unknown-job', `there is no job ${id}`, 'id');

function jobJson({ id, state, mode, parts, partsDoneCount, progress, ...rest }: Job): JobJson {
  const mailboxes = parts.flatMap((part) => part.mailboxes);
  const { createdAt, endedAt, modelVersion, failure } = rest;
  return {
    id,
    state,
    mode,
    createdAt: toRfc3339(createdAt),
    ...(endedAt === undefined ? {} : { endedAt: toRfc3339(endedAt) }),
    mailboxCount: mailboxes.length,
    mailboxes: mailboxes.slice(0, MAX_SHOWN),
    mailboxesDone: partsDoneCount,
    progress: progressJson(progress),
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function progressJson({ phase, foundCount, readCount, actions, ...rest }: Job['progress']): JobJson['progress'] {
  const { sentCount, repeatCount, datesDisagreeCount, skippedCounts, perSecond, secondsLeft } = rest;
  return {
    phase,
    found: foundCount,
    judged: readCount,
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    actions,
    sent: sentCount,
    repeated: repeatCount,
    datesDisagree: datesDisagreeCount,
    skipped: skippedCounts,
  };
}
