/**
 * Mailboxes of a corpus through a trial: each meets its mail as it came, judged with what was known then, and only then learned from. One
 * list archive is one tenant. Beside the trial's own attacks: real threats of the lists, re-addressed phishing, patient attackers.
 */
import { observationOf } from '../../src/baseline/observe.ts';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Gate } from '../../src/domain/verdict.ts';
import { lessonsAtOnce, lessonsFor } from '../../src/lessons.ts';
import { type Read, readMessage } from '../../src/read.ts';
import { measures } from '../../src/score/measures.ts';
import type { Model } from '../../src/score/model.ts';
import { type Feature, featuresOf } from '../../src/score/score.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { attacksAt, CANARY } from '../../src/trial/attackers.ts';
import { headerOf, joinMail, splitMail, threadOf, withHeader } from '../../src/trial/mail.ts';
import { type Delivered, rfc5322Date } from '../../src/trial/transport.ts';
import {
  type Arrival,
  type Attack,
  HAM,
  openTrial,
  type Trial,
  type Tried,
  WARM_UP_MESSAGES,
} from '../../src/trial/trial.ts';
import { decide } from '../../src/verdict/decide.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { type Corpus, type LabelledFile, readMail } from '../corpus.ts';
import { type Random, seeded } from '../random.ts';
import { BORDER, deliver, deliveredOf } from './border.ts';
import type { Comparator } from './comparator.ts';
import { composed, type Disguise } from './composed.ts';
import { COPIED, knownSenderCopy } from './copied.ts';
import type { Guests } from './guests.ts';
import { attackBy, LURES, newStranger, WARM_UP_DAYS, warmUp } from './poisoner.ts';

export interface Row {
  /** 'ham', a synthetic class (with '+payload'), 'phish-readdressed', 'list-threat-phish' … */
  readonly kind: string;
  readonly isThreat: boolean;
  readonly tenant: string;
  readonly mailbox: string;
  /** What resampling keeps together: thread of ham, campaign of phish, impersonated person. */
  readonly cluster: string;
  /** Mails of the impersonated person that the mailbox had got; synthetic classes only. */
  readonly victimCount?: number;
  readonly gate: Gate;
  readonly probability: number;
  readonly features: readonly Pick<Feature, 'id' | 'value'>[];
  /** In the order of score/measures.ts. */
  readonly measures: Float32Array;
  readonly at: number;
  /** No mail went either way before. */
  readonly isFirstContact: boolean;
  /** The rule to beat: a first contact whose domain was not authenticated. */
  readonly isRuleHit: boolean;
  readonly action: 'deliver' | 'strip' | 'hold';
  /** Address of From; '' where there is none. */
  readonly sender: string;
  /** Sources of what raised the score, the largest first. */
  readonly reasons: readonly string[];
  /** What comparators say, by their ids. */
  readonly comparisons: Readonly<Record<string, number>>;
  /** Of composed attackers: as whom it comes. */
  readonly disguise?: Disguise;
  /** The message as scored, when the caller wants to show it to another engine. */
  readonly raw?: Buffer;
}

export interface ReplayOptions {
  readonly corpus: Corpus;
  readonly model: Model;
  readonly seed: number;
  /** Chance that an inbound message draws one attack of each class. */
  readonly attackRate: number;
  /** How many times as many composed attacks; 8 unless told: models are trained on them. */
  readonly composedShare?: number;
  readonly keepRaw: boolean;
  /** Other ways to judge, new for each tenant. */
  readonly comparators?: () => readonly Comparator[];
  /** Mail put into the stream beside the attacks. */
  readonly guests?: Guests;
  /** Each mailbox a tenant of its own: nothing is known but by itself. */
  readonly isEachAlone?: boolean;
  /** How long a mail waits before it teaches; nothing unless told. */
  readonly learnDelayMs?: number;
}

export { CANARY };

const ORGANISATION = { ownDomains: [], authservIds: [BORDER] };
const STEADY_MESSAGES = 200;
const POISONERS = 6; // patient attackers of each mailbox

/** Probes are shown apart: they are no mail that comes, and nothing is fitted to them. */
export const isProbe = (kind: string): boolean => /^(poisoner|newcomer|canary|benign-file)/.test(kind);

const THREAT_SETS = ['list-threat-phish', 'list-threat-419bec', 'list-spam-other'];
const COMPOSED_SHARE = 8; // times the rate of a fixed class

/** The trial's own; before the control, whoever copies more, and what models are trained on. */
function attacksOf(rate: number, composedShare: number, note: (disguise: Disguise) => void): readonly Attack[] {
  const make: Attack['make'] = (scene, random) => {
    const made = composed(scene, random);
    if (made !== undefined) note(made.disguise);
    return made;
  };
  const trained = { kind: 'composed', rate: rate * composedShare, make, mayCarryLink: true };
  const copied = { kind: COPIED, rate, make: knownSenderCopy, mayCarryLink: true };
  return attacksAt(rate).flatMap((one) => (one.kind === CANARY ? [copied, trained, one] : [one]));
}

interface CorpusLine {
  readonly at: number;
  readonly path: string;
  readonly mailbox?: string;
  readonly direction: 'inbound' | 'outbound';
  readonly threat?: LabelledFile;
}

export async function* replay(options: ReplayOptions): AsyncGenerator<Row> {
  const tenants = new Set(options.corpus.mailboxes.map((line) => tenantOf(line.path)));
  const random = seeded(options.seed);
  const phish = options.corpus.files.filter((file) => file.set === 'phishing_pot');
  const streamLength = options.corpus.mailboxes.filter((line) => line.direction === 'inbound').length;
  for (const tenant of tenants) {
    yield* replayTenant(tenant, options, random, phish, streamLength);
  }
}

const tenantOf = (path: string): string => path.split('/')[1] ?? path;

async function* replayTenant(
  tenant: string,
  options: ReplayOptions,
  random: Random,
  phish: readonly LabelledFile[],
  streamLength: number,
): AsyncGenerator<Row> {
  const {
    corpus,
    model,
    attackRate,
    composedShare = COMPOSED_SHARE,
    guests,
    isEachAlone = false,
    learnDelayMs = 0,
  } = options;
  const others = options.comparators?.() ?? [];
  const store = await openSqliteStore({ path: ':memory:' });
  const read: Read = (submission) => readMessage(submission, ORGANISATION);
  const parts = { store, read, organisation: ORGANISATION, model };
  let disguise: Disguise | undefined;
  const attacks = attacksOf(attackRate, composedShare, (one) => {
    disguise = one;
  });
  const trial = openTrial({ ...parts, tenant, isEachAlone, random, attacks, handOn: rawOf, learnDelayMs });
  const row = (tried: Tried): Row => ({
    ...rowOf(tried, tenant, options),
    comparisons: Object.assign({}, ...others.map((one) => one.score(tried.message))),
    ...(tried.kind.startsWith('composed') && disguise !== undefined ? { disguise } : {}),
  });
  const judged = async (...about: Parameters<Trial['judge']>): Promise<Row> => row(await trial.judge(...about));
  for (const line of linesOf(corpus, tenant)) {
    const bytes = readMail(corpus, line.path);
    if (bytes === undefined) continue;
    const delivered = deliveredOf(splitMail(bytes));
    const at = timeOf(delivered, line.at);
    if (line.threat !== undefined) {
      const warm = trial.mailboxes().filter(({ receivedCount }) => receivedCount >= WARM_UP_MESSAGES);
      const target = random.pick(warm.map(({ mailbox }) => mailbox));
      const about = { kind: line.threat.set, cluster: threadOf(delivered.mail), at };
      const toTarget = (mailbox: string) => withRecipient(delivered, addressOfList(tenant), mailbox);
      if (target !== undefined) yield await judged({ ...about, mailbox: target }, toTarget(target));
      continue;
    }
    const { mailbox = '', direction } = line;
    const arrival = await arrivalOf({ tenant, mailbox, direction, delivered, at }, read);
    for await (const tried of trial.meet(arrival)) yield row(tried);
    const isMet = direction === 'inbound' && trial.isWarm(mailbox);
    const occasion = { mailbox, at, carrier: delivered, ...trial.copyable(mailbox) };
    for (const { kind, cluster, delivered: made } of isMet ? (guests?.(occasion) ?? []) : [])
      yield await judged({ kind, cluster, mailbox, at }, made);
    const isPhished = isMet && random.chance(phish.length / streamLength);
    const file = isPhished ? random.pick(phish) : undefined;
    const mail = file === undefined ? undefined : readMail(corpus, file.path);
    if (file !== undefined && mail !== undefined) {
      const about = { kind: 'phish-readdressed', cluster: `campaign ${file.campaign}`, mailbox, at };
      yield await judged(about, readdressed(deliveredOf(splitMail(mail)), mailbox, at));
    }
    await trial.learn(arrival);
    if (direction === 'inbound') for (const one of others) one.learn(arrival.message);
  }
  const service = createService({ ...parts, policy: DEFAULT_POLICY, learnDelayMs: 0, now: () => 0 });
  const send = async (mailbox: string, delivered: Delivered, receivedAt: number) => {
    const home = isEachAlone ? mailbox : tenant;
    await service.score({
      tenant: home,
      raw: rawOf(delivered, receivedAt),
      mailboxes: [mailbox],
      receivedAt,
      learn: 'auto',
    });
  };
  for (const { mailbox, receivedCount, lastAt } of trial.mailboxes())
    if (receivedCount >= STEADY_MESSAGES)
      for await (const tried of patientAttackers(trial, send, mailbox, lastAt, random)) yield row(tried);
  await store.close();
}

async function* patientAttackers(
  trial: Trial,
  send: (mailbox: string, delivered: Delivered, at: number) => Promise<void>,
  mailbox: string,
  lastAt: number,
  random: Random,
): AsyncGenerator<Tried> {
  for (let attempt = 0; attempt < POISONERS; attempt += 1) {
    const poisoner = newStranger(random);
    const at = lastAt + (WARM_UP_DAYS + 1) * 86_400_000;
    for (const { delivered, at: sentAt } of warmUp(poisoner, mailbox, at, random))
      await send(mailbox, delivered, sentAt);
    const about = { cluster: `${mailbox} ${attempt}`, mailbox, at };
    for (const lure of LURES) {
      yield await trial.judge({ kind: `poisoner-${lure}`, ...about }, attackBy(poisoner, mailbox, at, lure, random));
      const newcomer = newStranger(random);
      yield await trial.judge({ kind: `newcomer-${lure}`, ...about }, attackBy(newcomer, mailbox, at, lure, random));
    }
  }
}

function rowOf(tried: Tried, tenant: string, { model, keepRaw }: ReplayOptions): Omit<Row, 'comparisons'> {
  const { kind, cluster, mailbox, at, raw, message, victimCount } = tried;
  const { baseline, findings, score } = tried.judgement;
  return {
    kind,
    cluster,
    ...(victimCount === undefined ? {} : { victimCount }),
    tenant,
    mailbox,
    isThreat: kind !== HAM && kind !== 'list-spam-other' && !isProbe(kind),
    gate: score.gate,
    probability: score.probability,
    features: featuresOf(findings, message, baseline, model).map(({ id, value }) => ({ id, value })),
    measures: Float32Array.from(measures, (one) => one.of(message, baseline)),
    at,
    isFirstContact: isFirstContact(baseline),
    isRuleHit: isFirstContact(baseline) && message.authentication?.isAligned === false,
    action: decide([tried.judgement], DEFAULT_POLICY, at).action,
    sender: message.sender?.address ?? '',
    reasons: score.contributions
      .filter(({ source, logOdds }) => source !== 'prior' && logOdds > 0)
      .sort((a, b) => b.logOdds - a.logOdds)
      .map(({ source: id }) => id.replace(/^certain:/, '')),
    ...(keepRaw ? { raw } : {}),
  };
}

/** As the border hands it on. */
const rawOf = (delivered: Delivered, at: number): Buffer => joinMail(deliver(delivered, at));

async function arrivalOf(
  {
    tenant,
    mailbox,
    direction,
    delivered,
    at,
  }: Pick<Arrival, 'direction' | 'delivered' | 'at'> & {
    readonly tenant: string;
    readonly mailbox: string;
  },
  read: Read,
): Promise<Arrival> {
  const raw = rawOf(delivered, at);
  const mailboxes = [mailbox];
  const { message } = await read({ tenant, raw, envelope: { rcptTo: [] }, direction, receivedAt: at, mailboxes });
  const observation = observationOf(message);
  const lessonsWith: Arrival['lessonsWith'] = (rarity = {}) =>
    observation === undefined ? [] : lessonsFor({ ...observation, rarity }, mailboxes, ORGANISATION);
  const atOnce = observation === undefined ? [] : lessonsAtOnce(observation, mailboxes, ORGANISATION);
  return {
    at,
    direction,
    mailboxes,
    raw,
    message,
    lessonsWith,
    lessonsAtOnce: atOnce,
    delivered,
    isFromInside: false,
    isWhole: true,
  };
}

const isFirstContact = ({ correspondent }: Baseline): boolean =>
  correspondent?.received === undefined && correspondent?.sent === undefined;

/** Real phishing as if it had been sent to this mailbox: its own wording, client and authentication, the mailbox in place of the redacted one. */
function readdressed(phish: Delivered, mailbox: string, at: number): Delivered {
  const { mail, transport } = withRecipient(phish, 'phishing@pot', mailbox);
  const zone = headerOf(mail, 'date')?.match(/[+-]\d{4}/)?.[0] ?? '+0000';
  return { transport, mail: withHeader(mail, 'Date', rfc5322Date(at, zone)) };
}

/** 'openbmc.lists.example' → 'openbmc@lists.example': whom a threat that came through a list was written to. */
const addressOfList = (tenant: string): string => tenant.replace('.', '@');

/** A mail that does not name its mailbox would be told by that: no ham of these mailboxes lacks its own. */
function withRecipient({ mail, transport }: Delivered, written: string, mailbox: string): Delivered {
  const swap = (text: string) => text.replaceAll(written, mailbox);
  const headers = mail.headers.map(([name, value]): [string, string] => [name, swap(value)]);
  return { transport, mail: { headers, body: swap(mail.body) } };
}

/** All mail of a tenant's mailboxes and its threats, by day and then by place in the archive. */
function linesOf(corpus: Corpus, tenant: string): readonly CorpusLine[] {
  const byPath = new Map(corpus.files.map((file) => [file.path, file]));
  const mail = corpus.mailboxes
    .filter((line) => tenantOf(line.path) === tenant)
    .map(({ mailbox, direction, path }): CorpusLine => ({ at: dayOf(byPath.get(path)), path, mailbox, direction }));
  const threats = corpus.files
    .filter((file) => THREAT_SETS.includes(file.set) && tenantOf(file.path) === tenant)
    .map((file): CorpusLine => ({ at: dayOf(file), path: file.path, direction: 'inbound', threat: file }));
  return [...mail, ...threats].sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

const dayOf = (file: LabelledFile | undefined): number => Date.parse(`${file?.date || '2019-01-01'}T12:00:00Z`);

/** The moment in Date when it falls on the archive's day, give or take one; else noon of that day. */
function timeOf({ mail }: Delivered, noon: number): number {
  const written = Date.parse(headerOf(mail, 'date')?.replace(/\(.*\)/, '') ?? '');
  return Math.abs(written - noon) < 2 * 86_400_000 ? written : noon;
}
