/** Mounts the operations of openapi.yaml: who asks → what is asked → the resource → the answer; every refusal in one place. */
import express, { type Application, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { LearnMbox } from '../domain/history.ts';
import type { Jobs } from '../domain/jobs.ts';
import type { LockPolicy } from '../domain/lock.ts';
import type { DirectionFor } from '../domain/mail.ts';
import type { KeyStore } from '../domain/ports.ts';
import type { Service } from '../domain/service.ts';
import type { HoldFallback } from '../domain/spamScale.ts';
import { type Authorise, createAuth, LOCAL_TENANT } from './auth.ts';
import { ClientGone, createBodyReader, type ReadBody, streamBody } from './body.ts';
import { type CheckedOperation, loadContract } from './contract.ts';
import { docs } from './docs.ts';
import type { Answer, Call, Handlers } from './exchange.ts';
import { health } from './health.ts';
import { jobResources } from './jobs.ts';
import { locks } from './locks.ts';
import { mailboxes } from './mailboxes.ts';
import { mailgun } from './mailgun.ts';
import { messages } from './messages.ts';
import type { Metrics } from './metrics.ts';
import { observations } from './observations.ts';
import { originals } from './originals.ts';
import { postmark } from './postmark.ts';
import { problemOf, Refusal } from './problem.ts';
import { respond, respondWithProblem, respondWithStream } from './respond.ts';
import { rspamd } from './rspamd.ts';
import { sendgrid } from './sendgrid.ts';
import { ses } from './ses.ts';
import type { SnsTrust } from './snsSignature.ts';
import { stalwart } from './stalwart.ts';
import { verdicts } from './verdicts.ts';

export interface AppOptions {
  readonly service: Service;
  readonly learnMbox: LearnMbox;
  readonly jobs: Jobs;
  readonly keys: KeyStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  /** Bytes of all bodies held at once. */
  readonly maxBytesInFlight?: number;
  /** For clients that cannot hold a message. */
  readonly holdFallback?: HoldFallback;
  /** Which way mail goes, where an answer depends on it. */
  readonly directionFor: DirectionFor;
  readonly webhooks?: WebhookTrust;
  /** Whether a person may go on to a locked link. */
  readonly lockPolicy?: LockPolicy;
  readonly now?: () => number;
}

/** What tells that a request is from whom it says; without it such requests are refused. */
export interface WebhookTrust {
  readonly mailgunSigningKey?: string;
  readonly sns?: SnsTrust;
}

const MAX_URL_LENGTH = 48 * 1024; // 100 mailboxes of 320 characters with their names; Node's header limit lies above
const OPEN_BYTES_IN_FLIGHT = 128 * 1024 * 1024; // one form of Mailgun's largest message (25 MiB) as text and bytes
const NO_ROUTE = 'none';
const CLIENT_GONE = 499; // nginx's number for it; only metrics see it

/** `app.locals.isDraining` is set by the listener that is about to stop. */
export function createApp({
  service,
  learnMbox,
  jobs,
  keys,
  log,
  metrics,
  maxMessageBytes,
  maxBytesInFlight,
  holdFallback = 'soft reject',
  directionFor,
  webhooks = {},
  lockPolicy = 'warn',
  now = Date.now,
}: AppOptions): Application {
  const contract = loadContract();
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('trust proxy').disable('query parser');
  app.enable('case sensitive routing').enable('strict routing');
  const handlers: Handlers = {
    ...messages(service, metrics, maxMessageBytes),
    ...observations({ service, learnMbox, metrics, maxMessageBytes }),
    ...verdicts(service, metrics),
    ...originals(service, metrics),
    ...locks({ service, metrics, log, policy: lockPolicy }),
    ...mailboxes(service, jobs, now),
    ...jobResources(jobs),
    ...rspamd({ service, metrics, maxMessageBytes, holdFallback, directionFor }),
    ...stalwart(service, metrics, maxMessageBytes),
    ...mailgun({ service, metrics, maxMessageBytes, now, ...present('signingKey', webhooks.mailgunSigningKey) }),
    ...sendgrid(service, metrics, maxMessageBytes),
    ...postmark(service, metrics, maxMessageBytes),
    ...ses({ service, metrics, log, now, ...present('trust', webhooks.sns) }),
    ...health(service, metrics, () => app.locals.isDraining === true),
    ...docs(contract),
  };

  app.use(watch(metrics), securityHeaders(), checkHead);
  const readers = { keyed: createBodyReader(maxBytesInFlight), open: createBodyReader(OPEN_BYTES_IN_FLIGHT) };
  mount(app, contract.operations, handlers, createAuth(keys), readers);
  app.use(() => {
    throw new Refusal('not-found', 'no such path; /docs lists all');
  });
  app.use(answerErrors(log));
  return app;
}

/** An option that may be absent, under the name that its reader gives it. */
const present = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value });

interface Readers {
  readonly keyed: ReadBody;
  /** For whoever can reach us: they take no room from those who have a key. */
  readonly open: ReadBody;
}

/** One route per path of the document, which answers its methods and refuses all others. */
function mount(
  app: Application,
  operations: readonly CheckedOperation[],
  handlers: Handlers,
  authorise: Authorise,
  readers: Readers,
): void {
  for (const [path, onPath] of Map.groupBy(operations, (operation) => operation.path)) {
    const route = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const operation of onPath) {
      const handler = handlers[operation.id as keyof Handlers] as Handler | undefined;
      if (handler === undefined) throw new Error(`openapi.yaml: nothing answers ${operation.id}`);
      route[operation.method](serve(operation, handler, authorise, readers));
    }
    route.all(refuseMethod(path, onPath));
  }
}

type Handler = (call: Call<unknown>) => Promise<Answer>;

function serve(operation: CheckedOperation, handler: Handler, authorise: Authorise, readers: Readers): RequestHandler {
  const readBody = operation.role === undefined ? readers.open : readers.keyed;
  return async (request, response) => {
    response.locals.route = operation.path;
    const tenant = operation.role === undefined ? LOCAL_TENANT : await authorise(request, operation.role);
    const answer = await handler({
      tenant,
      fields: operation.readFields(queryOf(request.url), request.params),
      request,
      readBody: (limit) => readBody(request, response, limit),
      streamBody: () => streamBody(request),
      checkBody: operation.checkBody,
    });
    await send(response, operation, answer);
  };
}

const queryOf = (url: string): string => {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
};

async function send(response: Response, operation: CheckedOperation, answer: Answer): Promise<void> {
  const { headers = {} } = answer;
  if ('stream' in answer) {
    await respondWithStream(response, { ...headers, 'Content-Type': answer.type }, answer);
    return;
  }
  if (!('json' in answer)) {
    const body = 'text' in answer ? answer.text : answer.bytes;
    const status = 'text' in answer ? (answer.status ?? 200) : 200;
    respond(response, status, { ...headers, 'Content-Type': answer.type }, body);
    return;
  }
  operation.checkAnswer(200, answer.json);
  respond(response, 200, { ...headers, 'Content-Type': 'application/json' }, JSON.stringify(answer.json));
}

function watch(metrics: Metrics): RequestHandler {
  return (_request, response, next) => {
    metrics.requestStarted();
    response.once('close', () => {
      metrics.requestFinished(
        response.locals.route ?? NO_ROUTE,
        response.writableFinished ? response.statusCode : CLIENT_GONE,
      );
    });
    next();
  };
}

/** No answer of ours is for a cache or a frame. TLS, and so HSTS, is the business of whoever ends it in front of us. */
function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}

const checkHead: RequestHandler = (request, _response, next) => {
  if (request.url.length > MAX_URL_LENGTH) {
    throw new Refusal('url-too-long', `the URL has more than ${MAX_URL_LENGTH} characters`);
  }
  if (request.headers.host === undefined && request.httpVersion === '1.1') {
    throw new Refusal('malformed-request', 'HTTP/1.1 needs a Host header', 'Host'); // RFC 9112 §3.2
  }
  next();
};

function refuseMethod(path: string, operations: readonly CheckedOperation[]): RequestHandler {
  const allowed = operations
    .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    .join(', ');
  return (request, response) => {
    response.locals.route = path;
    throw new Refusal('method-not-allowed', `${request.method} is not allowed here, only ${allowed}`, undefined, {
      Allow: allowed,
    });
  };
}

function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    if (error instanceof ClientGone || response.headersSent) {
      response.destroy();
      return;
    }
    const answer = problemOf(error);
    const { status, code } = answer.problem;
    // Paths hold addresses and queries hold envelopes: the log names the route.
    const about = { method: request.method, route: response.locals.route ?? NO_ROUTE, status, code };
    if (code === 'internal-error') log.error({ ...about, err: error }, 'a request met a bug');
    else if (status >= 500) log.warn({ ...about, detail: answer.problem.detail }, 'cannot work now');
    else log.debug(about, 'refused');
    respondWithProblem(response, answer);
  };
}
