/** A service in memory and a real socket before it, for tests of the wire form. */

import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { pino } from 'pino';
import type { HistoryRequest, LearnMbox } from '../../src/domain/history.ts';
import type { ApiKey, KeyStore, LoggedVerdict, Role } from '../../src/domain/ports.ts';
import type { BaselineSummary, IntakeRequest, Relation, Service } from '../../src/domain/service.ts';
import type { Stripped } from '../../src/domain/strip.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { hashOf } from '../../src/http/apiKeys.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { loadContract } from '../../src/http/contract.ts';
import { type Listener, type ListenOptions, startListening } from '../../src/http/listen.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { openJobsFolder } from '../../src/jobs/folder.ts';
import { createJobs } from '../../src/jobs/jobs.ts';

export const contract = loadContract();

export const aVerdict = (changes: Partial<Verdict> = {}): Verdict => ({
  id: 'v1',
  tenant: 'default',
  messageId: 'm1@bank.example',
  subject: 'Invoice',
  from: 'eve@bank.example',
  receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  action: 'hold',
  score: 0.97,
  attackType: 'bec',
  mailboxes: [
    {
      mailbox: 'ana@acme.example',
      action: 'hold',
      score: 0.97,
      gate: 'known',
      falseAlarmShare: 0.001,
      expectedCosts: { deliver: 2, banner: 1.5, strip: 1, hold: 0.5 },
      attackType: 'bec',
      maturity: { stage: 'learning', messageCount: 40, ageDays: 12.5, toNextStage: '160 messages' },
    },
  ],
  findings: [
    {
      detector: 'reply-to-diversion',
      family: 'identity',
      outcome: 'fired',
      strength: 0.8,
      evidence: [{ where: 'Reply-To', quote: 'eve@else.example', messageCount: 16, expected: 'bank.example' }],
      attack: 'T1656',
    },
    {
      detector: 'unusual-hour',
      family: 'habit',
      outcome: 'skipped',
      strength: 0,
      evidence: [],
      why: 'too few messages',
    },
  ],
  contributions: [{ source: 'reply-to-diversion', logOdds: 3.48, sentence: 'Replies would go elsewhere.' }],
  certain: [],
  proposed: 'hold',
  enacted: 'hold',
  reason: 'Replies would go to else.example.',
  coverage: { ranCount: 1, skippedCount: 1, failedCount: 0, missing: ['authentication'] },
  defects: [],
  modelVersion: 'test',
  timings: { parse: 0.5, traits: 0.2, recall: 0.1, detect: 0.1, score: 0.01, total: 0.91 },
  isLearned: false,
  ...changes,
});

const aTally = { messageCount: 3, recentCount: 1.5, everCount: 2.9, distinctDays: 2, firstAt: 0, lastAt: 86_400_000 };
export const aBaseline: BaselineSummary = {
  mailbox: 'ana@acme.example',
  maturity: { stage: 'blank', messageCount: 3, ageDays: 1 },
  inWords: ['This baseline is blank.'],
  received: aTally,
  correspondents: [
    {
      address: 'bob@bank.example',
      received: aTally,
      sent: aTally,
      repliedCount: 1,
      reportedCount: 0,
      releasedCount: 0,
    },
  ],
  domains: [{ orgDomain: 'bank.example' }],
  linkDomains: [{ orgDomain: 'bank.example', messageCount: 2 }],
  attachmentKinds: [{ kind: 'pdf', messageCount: 1 }],
};

export const aRelation: Relation = {
  address: 'bob@bank.example',
  received: aTally,
  repliedCount: 1,
  reportedCount: 0,
  releasedCount: 0,
  inWords: ['bob@bank.example wrote 3 messages.'],
  replyTo: [],
  attachmentKinds: [{ value: 'pdf', messageCount: 1 }],
  intents: [],
  besides: [],
};

export const aStripped: Stripped = {
  isRewritten: true,
  bytes: Buffer.from('From: eve@bank.example\r\n\r\n[Tidemark] Be careful.\r\n\r\nHello'),
  headers: [],
  body: Buffer.from('[Tidemark] Be careful.\r\n\r\nHello'),
  changes: [
    { kind: 'link', part: '1', host: 'evil.example', url: 'https://evil.example/x' },
    { kind: 'file', part: '2', name: 'run.exe', sizeBytes: 3, sha256: 'ab'.repeat(32) },
    { kind: 'sender', part: '', address: 'eve@bank.example' },
    { kind: 'banner', part: '1' },
  ],
  locks: [],
  unmet: ['other.example'],
};

export interface FakeService extends Service {
  /** What was handed in, oldest first. */
  readonly requests: readonly IntakeRequest[];
}

/** Answers aVerdict() and knows the verdicts in `log`, by tenant. */
export function fakeService(changes: Partial<Service> = {}, log: readonly LoggedVerdict[] = []): FakeService {
  const requests: IntakeRequest[] = [];
  const find = (tenant: string, id: string) =>
    log.find(({ verdict }) => verdict.tenant === tenant && verdict.id === id);
  return {
    requests,
    async score(request) {
      requests.push(request);
      return aVerdict({ tenant: request.tenant });
    },
    async scoreAndStrip(request) {
      requests.push(request);
      return { verdict: aVerdict({ tenant: request.tenant, action: 'strip' }), stripped: aStripped };
    },
    async observe(request) {
      requests.push(request);
      return { messageId: 'm1@bank.example', mailboxes: request.mailboxes, isNew: true };
    },
    verdict: async (tenant, id) => find(tenant, id),
    findVerdicts: async (tenant, { limit, after }) => {
      const own = log.map(({ verdict }) => verdict).filter((verdict) => verdict.tenant === tenant);
      const at = own.findIndex((verdict) => verdict.id === after);
      if (after !== undefined && at < 0) return []; // as the stores do
      return own.slice(at + 1, at + 1 + limit);
    },
    async giveFeedback(tenant, id, feedback) {
      const entry = find(tenant, id);
      return entry && { ...entry, feedback };
    },
    restore: async (tenant, id) =>
      find(tenant, id) === undefined ? { kind: 'unknown-verdict' } : { kind: 'nothing-kept' },
    original: async () => undefined,
    findLock: async () => undefined,
    noteLock: async () => undefined,
    locksOf: async (tenant, id) => (find(tenant, id) === undefined ? undefined : []),
    describeBaseline: async (tenant) => (tenant === 'default' ? aBaseline : undefined),
    describeCorrespondent: async (_tenant, _mailbox, address) =>
      address === aRelation.address ? aRelation : undefined,
    exportMailbox: async (tenant, mailbox) =>
      tenant === 'default' ? { mailbox, records: [{ kind: 'mailbox', key: '', value: { in: { n: 3 } } }] } : undefined,
    eraseMailbox: async () => 7,
    eraseCorrespondent: async () => 2,
    eraseTenant: async () => 9,
    learnDue: async () => undefined,
    checkReady: async () => undefined,
    ...changes,
  };
}

export interface FakeLearnMbox extends LearnMbox {
  readonly taken: { readonly request: HistoryRequest; readonly body: string }[];
}

/** Takes the whole body and says that it held three messages: one new, one known, one without a sender. */
export function fakeLearnMbox(): FakeLearnMbox {
  const taken: { request: HistoryRequest; body: string }[] = [];
  const learn: LearnMbox = async (request, body) => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    taken.push({ request, body: Buffer.concat(chunks).toString() });
    const skipped = [{ index: 2, reason: 'no-sender' as const }];
    return { readCount: 3, learnedCount: 1, knownCount: 1, skippedCounts: { 'no-sender': 1 }, skipped };
  };
  return Object.assign(learn, { taken });
}

/** In a folder that is made when the first job comes; nobody does them. */
const idleJobs = () =>
  createJobs({
    folder: openJobsFolder(join(tmpdir(), `tidemark-http-jobs-${process.pid}`)),
    queue: { add: async () => undefined },
    quotaBytes: 1_000_000,
    retentionDays: 14,
    now: Date.now,
  });

export const keyFor = (role: Role, tenant = 'default'): string => `tmk_${role}_of_${tenant}`;

export const fakeKeys = (tenants: readonly string[] = ['default', 'other']): KeyStore => {
  const roles: readonly Role[] = ['score', 'review', 'admin'];
  const byHash = new Map<string, ApiKey>(
    tenants.flatMap((tenant) =>
      roles.map((role) => [hashOf(keyFor(role, tenant)), { id: `${role}-${tenant}`, tenant, role, createdAt: 0 }]),
    ),
  );
  return {
    add: async () => undefined,
    findByHash: async (hash) => byHash.get(hash),
    list: async () => [...byHash.values()],
    remove: async () => false,
    count: async () => byHash.size,
  };
};

export interface Running extends Listener {
  /** Lines that the service logged, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  ask(question: Question): Promise<Reply>;
}

export async function run(
  service: Service = fakeService(),
  options: Partial<AppOptions> & ListenOptions = {},
): Promise<Running> {
  const logged: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(JSON.parse(String(line)));
      done();
    },
  });
  const app = createApp({
    service,
    learnMbox: fakeLearnMbox(),
    jobs: idleJobs(),
    keys: fakeKeys(),
    log: pino({ level: 'debug' }, sink),
    metrics: createMetrics(),
    maxMessageBytes: 1_000_000,
    directionFor: ({ user }) => (user === undefined ? 'inbound' : 'outbound'),
    ...options,
  });
  const listener = await startListening(app, '127.0.0.1', 0, options);
  return { ...listener, logged, ask: (question) => ask(listener.port, question) };
}

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed and checked against openapi.yaml; undefined when the answer is not JSON. */
  readonly json: unknown;
}

export function ask(port: number, { method = 'GET', path, headers = {}, body }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...length, ...headers } });
    sent.once('error', reject);
    sent.once('response', async (answer) => {
      const reply = { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
      resolve({ ...reply, json: checkedJson(reply, method, path) });
    });
    sent.end(body);
  });
}

/** Throws when the answer is not what openapi.yaml promises: every test of the wire form is a test of the document. */
function checkedJson({ status, headers, text }: Omit<Reply, 'json'>, method: string, path: string): unknown {
  if (!headers['content-type']?.includes('json') || text === '') return undefined;
  const json: unknown = JSON.parse(text);
  const [pathname = ''] = path.split('?');
  const operation = contract.operations.find(
    (one) =>
      one.method === method.toLowerCase() && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  (operation ?? contract.operations[0])?.checkAnswer(status, json);
  return json;
}

export const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
export const MAIL = { 'Content-Type': 'message/rfc822' };
export const JSON_TYPE = { 'Content-Type': 'application/json' };

/** The part of a problem that tests pin; type and title follow from the code. */
export const problem = (status: number, code: string, detail: string, field?: string) => ({
  status,
  json: {
    type: `urn:tidemark:problem:${code}`,
    title: expect.any(String),
    status,
    code,
    detail,
    ...(field === undefined ? {} : { field }),
  },
});
