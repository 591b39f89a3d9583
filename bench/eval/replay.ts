/**
 * Arrival-order replay: each mailbox meets its mail as it came, judged with what was known then, and only then learned from. Threats are
 * put into the same streams and never learned. One list archive is one tenant.
 */
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Submission } from '../../src/domain/mail.ts';
import type { Gate } from '../../src/domain/verdict.ts';
import { type Read, type Reading, readMessage } from '../../src/read.ts';
import { measures } from '../../src/score/measures.ts';
import type { Model } from '../../src/score/model.ts';
import { type Feature, featuresOf } from '../../src/score/score.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { judge } from '../../src/triage.ts';
import { actionFor, DEFAULT_POLICY } from '../../src/verdict/decide.ts';
import { type Corpus, type LabelledFile, readMail } from '../corpus.ts';
import { type Random, seeded } from '../random.ts';
import { attack, canary, composed, readdressed, type Scene, SYNTHETIC, withPayload } from './attackers.ts';
import { BORDER, type Delivered, deliver, deliveredOf } from './border.ts';
import type { Comparator } from './comparator.ts';
import { type Disguise, noting } from './disguise.ts';
import type { Guests } from './guests.ts';
import { headerOf, joinMail, mailerOf, splitMail } from './mail.ts';
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
  readonly sender: string;
  /** What raised the score, the largest first: sources of contributions; the prior is none. */
  readonly reasons: readonly string[];
  /** By id of a comparator: higher is worse. */
  readonly comparisons: Readonly<Record<string, number>>;
  /** As whom a composed attacker came. */
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
  readonly keepRaw: boolean;
  /** Other ways to judge, shown every message that is judged and every one that is learned. Fresh ones for each tenant. */
  readonly comparators?: () => readonly Comparator[];
  /** More mail to put in, by its own random numbers, so that the rest stays as it is without. */
  readonly guests?: Guests;
  /** Each mailbox as a tenant of its own: what is known without colleagues. */
  readonly isEachAlone?: boolean;
}

const ORGANISATION = { ownDomains: [], authservIds: [BORDER] };
const STEADY_MESSAGES = 200;
const POISONERS = 6; // patient attackers of each mailbox

/** The surgery of the synthetic classes without their attack: what is found of it is found in the surgery. */
export const CANARY = 'canary';

/** Probes are shown apart: they are no mail that comes, and nothing is fitted to them. */
export const isProbe = (kind: string): boolean => /^(poisoner|newcomer|canary|benign-file)/.test(kind);

const WARM_UP_MESSAGES = 30; // a mailbox that knows less is `blank`: nothing is measured on it
const POOL = 3000; // mails an attacker may copy from, the latest
const THREAT_SETS = ['list-threat-phish', 'list-threat-419bec', 'list-spam-other'];

/** The fixed classes, what models are trained on, and the probe for leaks. */
const KINDS = [...SYNTHETIC, 'composed', CANARY] as const;
type Kind = (typeof KINDS)[number];
const shareOfKind: Readonly<Partial<Record<Kind, number>>> = { composed: 8 }; // to the fixed classes: trained on, so many

const make = (kind: Kind, scene: Scene, random: Random): Delivered | undefined =>
  kind === 'composed' ? composed(scene, random) : kind === CANARY ? canary(scene, random) : attack(kind, scene, random);

interface Pooled {
  readonly delivered: Delivered;
  readonly sender: string;
  readonly domain: string;
}

interface Known {
  receivedCount: number;
  lastAt: number;
  readonly latestBySender: Map<string, { mail: Delivered; count: number }>;
  threads: { messageId: string; subject: string }[];
}

interface Arrival {
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
  for (const tenant of tenants) yield* replayTenant(tenant, options, random, phish, streamLength);
}

const tenantOf = (path: string): string => path.split('/')[1] ?? path;

async function* replayTenant(
  tenant: string,
  { corpus, model, attackRate, keepRaw, comparators, guests, isEachAlone = false }: ReplayOptions,
  random: Random,
  phish: readonly LabelledFile[],
  streamLength: number,
): AsyncGenerator<Row> {
  const store = await openSqliteStore({ path: ':memory:' });
  const read = rememberingRead();
  const service = createService({
    store,
    read,
    organisation: ORGANISATION,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    model,
    now: () => 0,
  });
  const known = new Map<string, Known>();
  const pool: Pooled[] = [];
  const others = comparators?.() ?? [];
  const homeOf = (mailbox: string) => (isEachAlone ? mailbox : tenant);

  const judged = async (
    kind: string,
    cluster: string,
    delivered: Delivered,
    mailbox: string,
    at: number,
    victimCount?: number,
    disguise?: Disguise,
  ): Promise<Row> => {
    const raw = rawOf(delivered, at);
    const submission: Submission = {
      tenant: homeOf(mailbox),
      raw,
      envelope: { rcptTo: [mailbox] },
      direction: 'inbound',
      receivedAt: at,
      mailboxes: [mailbox],
    };
    const { message } = await read(submission);
    const { baseline, findings, score } = await judge(
      { store, model, organisation: ORGANISATION },
      homeOf(mailbox),
      message,
      mailbox,
    );
    return {
      kind,
      cluster,
      ...(victimCount === undefined ? {} : { victimCount }),
      tenant,
      mailbox,
      isThreat: kind !== 'ham' && kind !== 'list-spam-other' && !isProbe(kind),
      gate: score.gate,
      probability: score.probability,
      features: featuresOf(findings, message, baseline, model).map(({ id, value }) => ({ id, value })),
      measures: Float32Array.from(measures, (one) => one.of(message, baseline)),
      at,
      isFirstContact: isFirstContact(baseline),
      isRuleHit: isFirstContact(baseline) && message.authentication?.isAligned === false,
      action: actionFor(score, DEFAULT_POLICY),
      sender: message.sender?.address ?? '',
      reasons: score.contributions
        .filter(({ source, logOdds }) => source !== 'prior' && logOdds > 0)
        .sort((a, b) => b.logOdds - a.logOdds)
        .map(({ source }) => source.replace(/^certain:/, '')),
      comparisons: Object.assign({}, ...others.map((one) => one.score(message))),
      ...(disguise === undefined ? {} : { disguise }),
      ...(keepRaw ? { raw } : {}),
    };
  };

  for (const arrival of arrivalsOf(corpus, tenant)) {
    const bytes = readMail(corpus, arrival.path);
    if (bytes === undefined) continue;
    const delivered = deliveredOf(splitMail(bytes));
    const at = timeOf(delivered, arrival.at);
    if (arrival.threat !== undefined) {
      const target = random.pick(
        [...known].filter(([, one]) => one.receivedCount >= WARM_UP_MESSAGES).map(([mailbox]) => mailbox),
      );
      if (target !== undefined) yield await judged(arrival.threat.set, subjectOf(delivered), delivered, target, at);
      continue;
    }
    const mailbox = arrival.mailbox ?? '';
    const memory = known.get(mailbox) ?? { receivedCount: 0, lastAt: 0, latestBySender: new Map(), threads: [] };
    known.set(mailbox, memory);
    if (arrival.direction === 'inbound' && memory.receivedCount >= WARM_UP_MESSAGES) {
      yield await judged('ham', `${mailbox} ${subjectOf(delivered)}`, delivered, mailbox, at);
      for (const kind of KINDS) {
        if (!random.chance(attackRate * (shareOfKind[kind] ?? 1))) continue;
        const draws = noting(random);
        const made = attackOn(mailbox, kind, delivered, at, memory, pool, draws);
        if (made === undefined) continue;
        const hasPayload = kind !== CANARY && random.chance(0.5);
        const final = hasPayload ? withPayload(made.delivered, random) : made.delivered;
        const name = hasPayload ? `${kind}+payload` : kind;
        const disguise = kind === 'composed' ? draws.noted() : undefined;
        yield await judged(name, `${mailbox} ${made.victim}`, final, mailbox, at, made.victimCount, disguise);
      }
      for (const guest of guests?.({ mailbox, at, carrier: delivered, known: memory.latestBySender, pool }) ?? [])
        yield await judged(guest.kind, guest.cluster, guest.delivered, mailbox, at);
      if (random.chance(phish.length / streamLength)) {
        const file = random.pick(phish);
        const mail = file === undefined ? undefined : readMail(corpus, file.path);
        if (file !== undefined && mail !== undefined) {
          const sent = readdressed(deliveredOf(splitMail(mail)), mailbox, at);
          yield await judged('phish-readdressed', `campaign ${file.campaign}`, sent, mailbox, at);
        }
      }
    }
    remember(memory, pool, delivered, arrival.direction);
    memory.lastAt = at;
    const raw = rawOf(delivered, at);
    const home = homeOf(mailbox);
    const { direction } = arrival;
    await service.observe({ tenant: home, raw, mailboxes: [mailbox], direction, receivedAt: at, learn: 'auto' });
    if (others.length > 0 && direction === 'inbound') {
      const learned = { tenant: home, raw, envelope: { rcptTo: [mailbox] }, direction, receivedAt: at };
      const { message } = await read({ ...learned, mailboxes: [mailbox] });
      for (const one of others) one.learn(message);
    }
  }
  for (const [mailbox, { receivedCount, lastAt }] of known) {
    if (receivedCount < STEADY_MESSAGES) continue;
    for (let trial = 0; trial < POISONERS; trial += 1) {
      const poisoner = newStranger(random);
      const at = lastAt + (WARM_UP_DAYS + 1) * 86_400_000;
      for (const { delivered, at: sentAt } of warmUp(poisoner, mailbox, at, random)) {
        const raw = joinMail(deliver(delivered, sentAt));
        await service.score({ tenant: homeOf(mailbox), raw, mailboxes: [mailbox], receivedAt: sentAt, learn: 'auto' });
      }
      for (const lure of LURES) {
        const cluster = `${mailbox} ${trial}`;
        yield await judged(`poisoner-${lure}`, cluster, attackBy(poisoner, mailbox, at, lure, random), mailbox, at);
        const newcomer = newStranger(random);
        yield await judged(`newcomer-${lure}`, cluster, attackBy(newcomer, mailbox, at, lure, random), mailbox, at);
      }
    }
  }
  await store.close();
}

/** As the border hands it on; the same bytes for the same delivery. */
const rawOf = (delivered: Delivered, at: number): Buffer => {
  const known = handedOn.get(delivered);
  if (known?.at === at) return known.raw;
  const raw = joinMail(deliver(delivered, at));
  handedOn.set(delivered, { at, raw });
  return raw;
};
const handedOn = new WeakMap<Delivered, { readonly at: number; readonly raw: Buffer }>();

/** What is judged is then learned: read once. */
function rememberingRead(): Read {
  const known = new WeakMap<Buffer, Promise<Reading>>();
  return (submission: Submission) => {
    const reading = known.get(submission.raw) ?? readMessage(submission, ORGANISATION);
    known.set(submission.raw, reading);
    return reading;
  };
}

const isFirstContact = ({ correspondent }: Baseline): boolean =>
  correspondent?.received === undefined && correspondent?.sent === undefined;

/** All mail of a tenant's mailboxes and its threats, by day and then by place in the archive. */
function arrivalsOf(corpus: Corpus, tenant: string): readonly Arrival[] {
  const byPath = new Map(corpus.files.map((file) => [file.path, file]));
  const mail = corpus.mailboxes
    .filter((line) => tenantOf(line.path) === tenant)
    .map(({ mailbox, direction, path }): Arrival => ({ at: dayOf(byPath.get(path)), path, mailbox, direction }));
  const threats = corpus.files
    .filter((file) => THREAT_SETS.includes(file.set) && tenantOf(file.path) === tenant)
    .map((file): Arrival => ({ at: dayOf(file), path: file.path, direction: 'inbound', threat: file }));
  return [...mail, ...threats].sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

const dayOf = (file: LabelledFile | undefined): number => Date.parse(`${file?.date || '2019-01-01'}T12:00:00Z`);

/** The moment in Date when it falls on the archive's day, give or take one; else noon of that day. */
function timeOf({ mail }: Delivered, noon: number): number {
  const written = Date.parse(headerOf(mail, 'date')?.replace(/\(.*\)/, '') ?? '');
  return Math.abs(written - noon) < 2 * 86_400_000 ? written : noon;
}

const subjectOf = ({ mail }: Delivered): string =>
  (headerOf(mail, 'subject') ?? '')
    .replace(/^\s*((re|aw|fwd?|sv)\s*:\s*)+/i, '')
    .replace(/\[[^\]]*\]/g, '')
    .trim()
    .toLowerCase();

function remember(memory: Known, pool: Pooled[], delivered: Delivered, direction: Arrival['direction']): void {
  const sender = mailerOf(headerOf(delivered.mail, 'from'))?.address ?? '';
  const messageId = headerOf(delivered.mail, 'message-id');
  if (messageId !== undefined)
    memory.threads = [...memory.threads.slice(-199), { messageId, subject: headerOf(delivered.mail, 'subject') ?? '' }];
  if (direction === 'outbound') return;
  memory.receivedCount += 1;
  memory.latestBySender.set(sender, { mail: delivered, count: (memory.latestBySender.get(sender)?.count ?? 0) + 1 });
  pool.push({ delivered, sender, domain: sender.slice(sender.indexOf('@') + 1) });
  if (pool.length > POOL) pool.splice(0, POOL / 4);
}

const MIN_VICTIM_MESSAGES = 3; // an attacker impersonates someone the mailbox knows

function attackOn(
  mailbox: string,
  kind: Kind,
  carrier: Delivered,
  at: number,
  memory: Known,
  pool: readonly Pooled[],
  random: Random,
): { readonly delivered: Delivered; readonly victim: string; readonly victimCount: number } | undefined {
  const victims = [...memory.latestBySender].filter(
    ([address, { count }]) => count >= MIN_VICTIM_MESSAGES && address !== mailbox,
  );
  const [victim, latest] = random.pick(victims) ?? [];
  if (victim === undefined || latest === undefined) return undefined;
  const domain = victim.slice(victim.indexOf('@') + 1);
  const writerAt = (wanted: (domain: string) => boolean) =>
    random.pick(pool.filter((one) => one.sender !== victim && wanted(one.domain)))?.delivered;
  const stranger = writerAt((other) => other !== domain);
  if (stranger === undefined) return undefined;
  const colleague = writerAt((other) => other === domain);
  const freemailer = writerAt((other) => other === 'gmail.com');
  const scene = {
    mailbox,
    at,
    carrierOfRecipients: carrier.mail,
    victim: latest.mail,
    stranger,
    ...(colleague === undefined ? {} : { colleague }),
    ...(freemailer === undefined ? {} : { freemailer }),
    threads: memory.threads,
  };
  const delivered = make(kind, scene, random);
  return delivered === undefined ? undefined : { delivered, victim, victimCount: latest.count };
}
