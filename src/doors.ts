/** The ways in beside HTTP, as the configuration asks for them: the milter and spamc's protocol; and what all of them are handed. */
import type { Logger } from 'pino';
import { readCertificates } from './certificateFile.ts';
import { type Config, isLoopback } from './config.ts';
import { createDelivery } from './custody/deliver.ts';
import { createKeep } from './custody/keep.ts';
import { createCheckRelease } from './custody/releaseMark.ts';
import type { Release } from './custody/restore.ts';
import { createScoreLate } from './custody/scoreLate.ts';
import type { Custody } from './domain/custody.ts';
import type { DirectionFor } from './domain/mail.ts';
import type { Service } from './domain/service.ts';
import type { WebhookTrust } from './http/app.ts';
import { LOCAL_TENANT } from './http/auth.ts';
import type { Metrics } from './http/metrics.ts';
import { directionsIn, MAX_MESSAGE_BYTES } from './intake.ts';
import { RESTORING } from './milter/custody.ts';
import type { Score } from './milter/judge.ts';
import { type MilterListener, startMilter } from './milter/listen.ts';
import { outlasting } from './milter/outage.ts';
import { watchConnections, watchMessages } from './milter/watch.ts';
import { type SpamdListener, startSpamd } from './spamd/listen.ts';
import { explainMilter, explainSpamd } from './startup.ts';
import { isWithin } from './text/localNetworks.ts';

export interface Doors {
  readonly milter?: MilterListener;
  readonly spamd?: SpamdListener;
  /** Takes nothing new, and resolves when all that came in is answered. */
  drain(): Promise<void>;
}

/** Throws ConfigError; what was opened before is closed again. */
export async function openDoors(
  config: Config,
  service: Service,
  custody: Custody,
  log: Logger,
  metrics: Metrics,
): Promise<Doors> {
  const milter = await openMilter(config, service, custody, log, metrics);
  const spamd = await openSpamd(config, service, log, metrics).catch(async (error: unknown) => {
    await milter?.drain();
    throw error;
  });
  return {
    ...(milter === undefined ? {} : { milter }),
    ...(spamd === undefined ? {} : { spamd }),
    async drain() {
      await Promise.all([milter?.drain(), spamd?.drain()]);
    },
  };
}

const SCORE_LIMIT_MS = 20_000; // reading, DNS and the scanner have limits of their own, 9 s in all; MTAs wait minutes
const KEEP_LIMIT_MS = 20_000; // 50 MiB take 1 to 3 s (docs/adr/0017); what takes longer is tried again by the sender
const PROGRESS_MS = 5000; // Sendmail waits 10 s for a word by default (its timeout R)

async function openMilter(
  { milter, verification, ...config }: Config,
  service: Service,
  custody: Custody,
  log: Logger,
  metrics: Metrics,
): Promise<MilterListener | undefined> {
  if (milter === undefined) return undefined;
  const { address, authservId, onFailure } = milter;
  if ('host' in address && !isLoopback(address.host)) {
    log.warn({ host: address.host }, 'the milter protocol knows no password: let only your MTAs reach this address');
  }
  const parts = {
    tenant: LOCAL_TENANT,
    score: outlasting(scoreFor(config, service)),
    directionFor: directionForOf(config),
    onFailure,
    ...custodyParts(config, custody),
    isVerifying: verification !== undefined,
    ...(authservId === undefined ? {} : { authservId }),
    maxMessageBytes: MAX_MESSAGE_BYTES,
    scoreLimitMs: SCORE_LIMIT_MS,
    keepLimitMs: KEEP_LIMIT_MS,
    progressMs: PROGRESS_MS,
    now: Date.now,
    watcher: watchMessages(log, metrics),
  };
  const name = 'path' in address ? `unix:${address.path}` : `inet:${address.host}:${address.port}`;
  return explainMilter(name, () => startMilter(address, parts, watchConnections(log, metrics)));
}

type Keeping = Pick<Config, 'custody' | 'mode' | 'release'>;

/** Passive mode holds and strips nothing. */
const isHolding = ({ custody, mode }: Keeping): boolean => custody.isHolding && mode === 'act';

/** What could be given back is kept, whoever holds. */
const keepsStripped = ({ release, mode }: Keeping): boolean => release !== undefined && mode === 'act';

const scoreFor = (config: Keeping, service: Service): Score =>
  keepsStripped(config)
    ? (request, onDecided) =>
        service.scoreAndStrip(request, {
          wording: { restoring: RESTORING.kept },
          isSplittable: isHolding(config),
          isRewordable: true,
          onDecided,
        })
    : (request, onDecided) => service.scoreAndStrip(request, { wording: { restoring: RESTORING.off }, onDecided });

/** What was kept before may come by released at any time. */
function custodyParts(config: Keeping, custody: Custody) {
  const { release } = config;
  const { maxBytes } = config.custody;
  const keep = createKeep(custody, maxBytes, Date.now);
  return {
    ...(isHolding(config) ? { keep } : {}),
    ...(keepsStripped(config) ? { keepStripped: keep } : {}),
    keepUnscored: keep,
    ...(release === undefined ? {} : { checkRelease: createCheckRelease(LOCAL_TENANT, release.secrets, Date.now) }),
  };
}

/** One round over what the milter let pass unscored. */
export const scoreLateFor = (service: Service, custody: Custody, log: Logger, metrics: Metrics) =>
  createScoreLate({
    service,
    custody,
    now: Date.now,
    watcher: {
      scored(verdict) {
        metrics.recordVerdict(verdict);
        metrics.scoredLate(verdict.action);
        const about = { verdict: verdict.id, action: verdict.action, score: verdict.score };
        if (verdict.action === 'deliver') log.info(about, 'scored after it was delivered');
        else log.warn(about, 'scored after it was delivered: it would not have been, or not whole');
      },
      failed: (error) => log.warn({ err: error }, 'a message that was delivered unscored cannot be scored yet'),
    },
  });

/** How originals get out. */
export function releaseParts(release: Config['release']): { readonly release?: Release } {
  const [secret] = release?.secrets ?? [];
  return release === undefined || secret === undefined
    ? {}
    : { release: { deliver: createDelivery(release.smtp), secret } };
}

/** Which way mail goes, for every way in that does not say it. */
export const directionForOf = ({
  organisation,
  ownNetworks,
}: Pick<Config, 'organisation' | 'ownNetworks'>): DirectionFor => directionsIn(organisation, isWithin(ownNetworks));

/** Throws ConfigError. */
export const webhooksOf = ({ mailgunSigningKey, sns }: Config): WebhookTrust => ({
  ...(mailgunSigningKey === undefined ? {} : { mailgunSigningKey }),
  ...(sns === undefined
    ? {}
    : { sns: { certificates: readCertificates(sns.certificateFile), topicArns: sns.topicArns } }),
});

async function openSpamd(
  { spamd, holdFallback }: Config,
  service: Service,
  log: Logger,
  metrics: Metrics,
): Promise<SpamdListener | undefined> {
  if (spamd === undefined) return undefined;
  const { address, mayTell } = spamd;
  if ('host' in address && !isLoopback(address.host)) {
    log.warn(
      { host: address.host },
      'SPAMD: the protocol knows no password; let only your mail servers reach this address',
    );
  }
  const parts = {
    tenant: LOCAL_TENANT,
    service,
    holdFallback,
    mayTell,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    onVerdict: metrics.recordVerdict,
    onFeedback: metrics.recordFeedback,
    watcher: {
      answered: metrics.spamdAnswered,
      refused() {
        metrics.spamdAnswered('none', 'refused');
        log.warn('a client of SPAMD was turned away: too many connections');
      },
      failed: (error: unknown) => log.error({ err: error }, 'a request over SPAMD met a bug'),
    },
  };
  return explainSpamd(() => startSpamd(address, parts));
}
