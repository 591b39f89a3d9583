/** What Prometheus reads. Counts what was answered; a verdict asked for twice counts twice. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LockEvent } from '../domain/lock.ts';
import type { Feedback } from '../domain/ports.ts';
import type { Verdict } from '../domain/verdict.ts';

/** From a fast stage to the longest a message may take. */
const STAGE_BUCKETS_SECONDS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const NO_VALUE = 'none';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  requestStarted(): void;
  /** `route` as openapi.yaml writes it, never a path that a client made up. */
  requestFinished(route: string, status: number): void;
  recordVerdict(verdict: Verdict): void;
  recordLearned(source: LearnedFrom, count?: number): void;
  recordFeedback(feedback: Feedback): void;
  /** `word`: what the MTA was asked to do. */
  milterAnswered(word: string): void;
  /** `problem`: why it was not what it should have been. */
  milterProblem(problem: string): void;
  milterConnections(change: 'opened' | 'closed' | 'refused' | 'cut-off'): void;
  /** A message was scored after it had been delivered; `action`: what would have been done. */
  scoredLate(action: string): void;
  /** What all originals in custody take. */
  custodyBytes(bytes: number): void;
  lockAsked(event: LockEvent | 'refused' | 'unknown'): void;
  /** `command` and `exit` are words of the protocol, never what a client made up. */
  spamdAnswered(command: string, exit: string): void;
}

export type LearnedFrom = 'delivery' | 'observation';

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Counter({
    name: 'tidemark_http_requests_total',
    help: 'Requests answered',
    labelNames: ['route', 'status'],
    registers,
  });
  const inFlight = new Gauge({ name: 'tidemark_http_requests_in_flight', help: 'Requests being worked on', registers });
  const verdicts = new Counter({
    name: 'tidemark_verdicts_total',
    help: 'Verdicts answered; gate is that of the most severe mailbox, attack_type what it proposes to strip or hold for',
    labelNames: ['action', 'attack_type', 'gate'],
    registers,
  });
  const stages = new Histogram({
    name: 'tidemark_stage_seconds',
    help: 'Time by the clock on the wall that each stage of a message took',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS_SECONDS,
    registers,
  });
  const learned = new Counter({
    name: 'tidemark_messages_learned_total',
    help: 'Messages that baselines learned from',
    labelNames: ['source'],
    registers,
  });
  const feedbacks = new Counter({
    name: 'tidemark_feedback_total',
    help: 'What people said about verdicts; the same again is not counted',
    labelNames: ['feedback'],
    registers,
  });

  const milterMessages = new Counter({
    name: 'tidemark_milter_messages_total',
    help: 'Messages answered to an MTA, by what was done',
    labelNames: ['answer'],
    registers,
  });
  const milterProblems = new Counter({
    name: 'tidemark_milter_problems_total',
    help: 'Messages that were not answered as their verdict asked, or had none',
    labelNames: ['problem'],
    registers,
  });
  const milterOpen = new Gauge({ name: 'tidemark_milter_connections', help: 'Connections of MTAs', registers });
  const milterLost = new Counter({
    name: 'tidemark_milter_connections_lost_total',
    help: 'Connections refused because there were too many, or cut off as too slow or broken',
    labelNames: ['how'],
    registers,
  });
  const custody = new Gauge({
    name: 'tidemark_custody_bytes',
    help: 'What originals in custody take, of all tenants',
    registers,
  });
  const late = new Counter({
    name: 'tidemark_scored_late_total',
    help: 'Messages that were delivered unscored and scored later, by what would have been done',
    labelNames: ['action'],
    registers,
  });
  const lockPages = new Counter({
    name: 'tidemark_lock_pages_total',
    help: 'Pages of locked links asked for: shown, gone on from, refused by policy, or with a token that nobody made',
    labelNames: ['event'],
    registers,
  });
  const spamdRequests = new Counter({
    name: 'tidemark_spamd_requests_total',
    help: "Requests answered over spamc's and Exim's protocols",
    labelNames: ['command', 'exit'],
    registers,
  });

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    requestStarted: () => inFlight.inc(),
    requestFinished(route, status) {
      inFlight.dec();
      requests.inc({ route, status });
    },
    recordVerdict({ action, attackType, mailboxes, timings, isLearned }) {
      const gate = mailboxes.find((one) => one.action === action)?.gate;
      verdicts.inc({ action, attack_type: attackType ?? NO_VALUE, gate: gate ?? NO_VALUE });
      for (const [stage, milliseconds] of Object.entries(timings)) stages.observe({ stage }, milliseconds / 1000);
      if (isLearned) learned.inc({ source: 'delivery' });
    },
    recordLearned: (source, count = 1) => learned.inc({ source }, count),
    recordFeedback: (feedback) => feedbacks.inc({ feedback }),
    scoredLate: (action) => late.inc({ action }),
    custodyBytes: (bytes) => custody.set(bytes),
    milterAnswered: (answer) => milterMessages.inc({ answer }),
    milterProblem: (problem) => milterProblems.inc({ problem }),
    milterConnections(change) {
      if (change === 'opened') milterOpen.inc();
      else if (change === 'closed') milterOpen.dec();
      else milterLost.inc({ how: change });
    },
    lockAsked: (event) => lockPages.inc({ event }),
    spamdAnswered: (command, exit) => spamdRequests.inc({ command, exit }),
  };
}
