/** Environment → Config, read once and validated once. The only process.env in the tree. */
import { join } from 'node:path';
import { z } from 'zod';
import {
  domainList,
  isPostgresUrl,
  milterAddress,
  networkList,
  secretList,
  serverList,
  smtpAddress,
  socketAddress,
  topicList,
  vipList,
} from './configValues.ts';
import type { LockPolicy } from './domain/lock.ts';
import type { Organisation } from './domain/organisation.ts';
import type { HoldFallback } from './domain/spamScale.ts';
import type { LockPage } from './domain/strip.ts';
import type { Mode } from './domain/verdict.ts';
import type { Network } from './text/localNetworks.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Absent: the embedded store in dataDir. Holds a password. */
  readonly databaseUrl?: string;
  readonly organisation: Organisation;
  /** Networks whose mail goes out, not in. */
  readonly ownNetworks: readonly Network[];
  /** Absent: nothing is verified here, and nothing is sent to DNS. */
  readonly verification?: VerificationConfig;
  /** With which rewritten mail is signed; absent: it goes unsigned. */
  readonly sealing?: SealingConfig;
  /** Where locked links lead; absent: nowhere. */
  readonly lockPage?: LockPage;
  readonly lockPolicy: LockPolicy;
  readonly mode: Mode;
  /** Costs and budgets of the operator's own; absent: the defaults. */
  readonly policyFile?: string;
  readonly learnDelayMs: number;
  readonly retentionDays: number;
  /** The clamd to ask about each message; absent: none is asked. */
  readonly clamd?: SocketAddress;
  /** Of Mailgun's webhooks; a secret. Absent: none is taken. */
  readonly mailgunSigningKey?: string;
  /** Absent: nothing of SNS is taken. */
  readonly sns?: { readonly certificateFile: string; readonly topicArns: readonly string[] };
  /** Absent: no listener for spamc and Exim. */
  readonly spamd?: SpamdConfig;
  /** Absent: no milter. */
  readonly milter?: MilterConfig;
  readonly custody: CustodyConfig;
  /** With which originals in custody are delivered, and known when they come back by; absent: they can only be read. */
  readonly release?: ReleaseConfig;
  /** What clients of spam filters' protocols are told that cannot hold a message. */
  readonly holdFallback: HoldFallback;
  readonly jobs: JobsConfig;
  readonly logLevel: string;
}

/** Rescoring of exports as jobs. */
export interface JobsConfig {
  /** With uploads and results; workers need the same. */
  readonly dir: string;
  /** With exports that may be named by their path, a folder for each tenant. Absent: none may. */
  readonly root?: string;
  /** What a tenant's jobs may take. */
  readonly quotaBytes: number;
  readonly retentionDays: number;
}

export type SocketAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface MilterConfig {
  readonly address:
    | { readonly host: string; readonly port: number }
    | { readonly path: string; readonly mode: number; readonly group?: string };
  /** The name that own Authentication-Results bear; absent: the MTA's. */
  readonly authservId?: string;
  readonly onFailure: 'accept' | 'tempfail';
}

export interface CustodyConfig {
  /** What is held over the milter is kept here, not by the MTA. */
  readonly isHolding: boolean;
  /** Of all originals together. */
  readonly maxBytes: number;
  readonly days: number;
}

export interface ReleaseConfig {
  readonly smtp: { readonly host: string; readonly port: number };
  /** The first signs, all are believed. */
  readonly secrets: readonly string[];
}

export interface SpamdConfig {
  readonly address: SocketAddress;
  /** Whoever reaches the address may teach and release by `spamc -L`. */
  readonly mayTell: boolean;
}

export interface VerificationConfig {
  /** `address` or `address:port`; empty: the system's. */
  readonly dnsServers: readonly string[];
  /** For all DNS answers that one message may wait for. */
  readonly budgetMs: number;
}

export interface SealingConfig {
  readonly domain: string;
  readonly selector: string;
  /** Of a private key in PEM. */
  readonly keyFile: string;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
export const LEARN_DELAY_MS = 4 * HOUR_MS; // a day costs more false alarms than it is worth: docs/adr/0027
const MAX_LEARN_DELAY_MS = 30 * DAY_MS; // the facts behind a verdict are kept no longer
const MIN_LOCK_SECRET = 32; // `openssl rand -hex 32` makes 64

const environment = z.object({
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(8484),
  DATA_DIR: z.string().trim().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'must be postgres://user:password@host:port/database (or postgresql://…)')
    .optional(),
  OWN_DOMAINS: domainList('OWN_DOMAINS'),
  AUTHSERV_ID: domainList('AUTHSERV_ID'),
  VIPS: vipList,
  TRUSTED_ARC_SEALERS: domainList('TRUSTED_ARC_SEALERS'),
  VERIFY_AUTHENTICATION: z.enum(['on', 'off']).default('off'),
  VERIFY_TIMEOUT_MS: z.coerce.number('must be a number').int().min(100).max(30_000).default(2000),
  DNS_SERVERS: serverList,
  MODE: z.enum(['passive', 'act']).default('act'),
  POLICY_FILE: z.string().trim().min(1).optional(),
  RETENTION_DAYS: z.coerce.number('must be a number').int().min(1).max(36_500).default(400),
  LEARN_DELAY_MS: z.coerce.number('must be a number').int().min(0).max(MAX_LEARN_DELAY_MS).default(LEARN_DELAY_MS),
  SEAL_DOMAIN: domainList('SEAL_DOMAIN').pipe(z.array(z.string()).max(1, 'must be one domain')),
  SEAL_SELECTOR: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be the name below _domainkey')
    .optional(),
  SEAL_KEY_FILE: z.string().trim().min(1).optional(),
  // What it may be made of needs no escaping wherever a message holds a link.
  LOCK_PAGE_URL: z
    .string()
    .regex(
      /^https?:\/\/(?:[a-z0-9.-]+|\[[a-f0-9:.]+\])(?::\d{1,5})?(?:\/[\w.~-]+)*\/\{token\}$/i,
      'must be like https://mail.example.org/l/{token}',
    )
    .optional(),
  LOCK_SECRET: z.string().trim().min(MIN_LOCK_SECRET, `must have ${MIN_LOCK_SECRET} characters at least`).optional(),
  LOCK_POLICY: z.enum(['warn', 'block']).default('warn'),
  CLAMD: socketAddress.optional(),
  MILTER: milterAddress.optional(),
  MILTER_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'must be octal, like 660')
    .default('660')
    .transform((text) => Number.parseInt(text, 8)),
  MILTER_GROUP: z
    .string()
    .regex(/^[\w.-]+$/, 'must be the name or number of a group')
    .optional(),
  MILTER_AUTHSERV_ID: z
    .string()
    .regex(/^[\w.-]{1,255}$/, 'must be a name like mx.example.org')
    .optional(),
  ON_FAILURE: z.enum(['accept', 'tempfail']).default('accept'),
  OWN_NETWORKS: networkList,
  SPAMD: socketAddress.optional(),
  SPAMD_TELL: z.enum(['on', 'off']).default('off'),
  MAILGUN_SIGNING_KEY: z.string().trim().min(8).optional(),
  SNS_CERTIFICATES: z.string().trim().min(1).optional(),
  SNS_TOPIC_ARN: topicList,
  HOLD: z.enum(['mta', 'custody']).default('mta'),
  CUSTODY_MAX_MB: z.coerce.number('must be a number').int().min(1).max(100_000_000).default(10_240),
  CUSTODY_DAYS: z.coerce.number('must be a number').int().min(1).max(3650).default(30),
  RELEASE_SMTP: smtpAddress.optional(),
  RELEASE_SECRET: secretList,
  HOLD_FALLBACK: z.enum(['soft-reject', 'add-header']).default('soft-reject'),
  JOBS_DIR: z.string().trim().min(1).optional(),
  JOBS_ROOT: z.string().trim().min(1).optional(),
  JOBS_QUOTA_MB: z.coerce.number('must be a number').int().min(1).max(100_000_000).default(20_480),
  JOBS_RETENTION_DAYS: z.coerce.number('must be a number').int().min(1).max(36_500).default(14),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** A key with a bad value; the message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the process's environment. Throws ConfigError that names each bad key. */
export function readConfig(source: Readonly<Record<string, string | undefined>> = process.env): Config {
  const result = environment.safeParse(source);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path[0]?.toString() ?? '?'}: ${issue.message}`);
    throw new ConfigError(`bad configuration: ${problems.join('; ')}`);
  }
  const value = result.data;
  const sealing = sealingOf(value);
  return {
    host: value.HOST,
    port: value.PORT,
    dataDir: value.DATA_DIR,
    ...(value.DATABASE_URL === undefined ? {} : { databaseUrl: value.DATABASE_URL }),
    organisation: {
      ownDomains: value.OWN_DOMAINS,
      authservIds: value.AUTHSERV_ID,
      trustedArcSealers: value.TRUSTED_ARC_SEALERS,
      vips: value.VIPS,
    },
    ownNetworks: value.OWN_NETWORKS,
    ...(value.VERIFY_AUTHENTICATION === 'off'
      ? {}
      : { verification: { dnsServers: value.DNS_SERVERS, budgetMs: value.VERIFY_TIMEOUT_MS } }),
    ...(sealing === undefined ? {} : { sealing }),
    ...lockPageOf(value),
    lockPolicy: value.LOCK_POLICY,
    mode: value.MODE,
    ...(value.POLICY_FILE === undefined ? {} : { policyFile: value.POLICY_FILE }),
    learnDelayMs: value.LEARN_DELAY_MS,
    retentionDays: value.RETENTION_DAYS,
    ...(value.CLAMD === undefined ? {} : { clamd: value.CLAMD }),
    ...(value.MILTER === undefined ? {} : { milter: milterOf(value, value.MILTER) }),
    ...(value.MAILGUN_SIGNING_KEY === undefined ? {} : { mailgunSigningKey: value.MAILGUN_SIGNING_KEY }),
    ...snsOf(value.SNS_CERTIFICATES, value.SNS_TOPIC_ARN),
    ...(value.SPAMD === undefined ? {} : { spamd: { address: value.SPAMD, mayTell: value.SPAMD_TELL === 'on' } }),
    custody: custodyOf(value),
    ...releaseOf(value),
    holdFallback: value.HOLD_FALLBACK === 'soft-reject' ? 'soft reject' : 'add header',
    jobs: jobsOf(value),
    logLevel: value.LOG_LEVEL,
  };
}

/** All three or none. Throws ConfigError. */
function sealingOf({
  SEAL_DOMAIN: [domain],
  SEAL_SELECTOR: selector,
  SEAL_KEY_FILE: keyFile,
}: z.output<typeof environment>): SealingConfig | undefined {
  if (domain !== undefined && selector !== undefined && keyFile !== undefined) return { domain, selector, keyFile };
  if (domain === undefined && selector === undefined && keyFile === undefined) return undefined;
  throw new ConfigError('bad configuration: SEAL_DOMAIN, SEAL_SELECTOR and SEAL_KEY_FILE belong together');
}

type Values = z.output<typeof environment>;

/** Both or neither. Throws ConfigError. */
function lockPageOf({ LOCK_PAGE_URL: template, LOCK_SECRET: secret }: Values): Pick<Config, 'lockPage'> {
  if (template === undefined && secret === undefined) return {};
  if (template === undefined || secret === undefined) {
    throw new ConfigError('bad configuration: LOCK_PAGE_URL and LOCK_SECRET belong together');
  }
  return { lockPage: { template, secret } };
}

const jobsOf = (value: Values): JobsConfig => ({
  dir: value.JOBS_DIR ?? join(value.DATA_DIR, 'jobs'),
  ...(value.JOBS_ROOT === undefined ? {} : { root: value.JOBS_ROOT }),
  quotaBytes: value.JOBS_QUOTA_MB * MEGABYTE,
  retentionDays: value.JOBS_RETENTION_DAYS,
});

function milterOf(value: Values, address: NonNullable<Values['MILTER']>): MilterConfig {
  const { MILTER_MODE: mode, MILTER_GROUP: group, MILTER_AUTHSERV_ID: authservId } = value;
  return {
    address: 'path' in address ? { ...address, mode, ...(group === undefined ? {} : { group }) } : address,
    ...(authservId === undefined ? {} : { authservId }),
    onFailure: value.ON_FAILURE,
  };
}

/** A hold that nobody could end is a loss: with custody there is a way out from the start. Throws ConfigError. */
function custodyOf(value: Values): CustodyConfig {
  const isHolding = value.HOLD === 'custody';
  const missing = [
    ...(value.MILTER === undefined ? ['MILTER'] : []),
    ...(value.RELEASE_SMTP === undefined ? ['RELEASE_SMTP'] : []),
    ...(value.RELEASE_SECRET.length === 0 ? ['RELEASE_SECRET'] : []),
  ];
  if (isHolding && missing.length > 0) {
    throw new ConfigError(`bad configuration: HOLD=custody needs ${missing.join(', ')}`);
  }
  // An original whose verdict is gone stands in no list.
  const isKeeping = isHolding || (value.MILTER !== undefined && value.RELEASE_SMTP !== undefined);
  if (isKeeping && value.RETENTION_DAYS < value.CUSTODY_DAYS) {
    throw new ConfigError('bad configuration: RETENTION_DAYS must not be less than CUSTODY_DAYS');
  }
  return { isHolding, maxBytes: value.CUSTODY_MAX_MB * 1024 * 1024, days: value.CUSTODY_DAYS };
}

/** Both or neither. Throws ConfigError. */
function releaseOf({ RELEASE_SMTP: smtp, RELEASE_SECRET: secrets }: Values): Pick<Config, 'release'> {
  if (smtp !== undefined && secrets.length > 0) return { release: { smtp, secrets } };
  if (smtp === undefined && secrets.length === 0) return {};
  throw new ConfigError('bad configuration: RELEASE_SMTP and RELEASE_SECRET are needed together');
}

/** Both or neither: SNS signs for every customer of Amazon, so a certificate without a topic would let in all of them. */
function snsOf(certificateFile: string | undefined, topicArns: readonly string[]): Pick<Config, 'sns'> {
  if (certificateFile === undefined && topicArns.length === 0) return {};
  if (certificateFile === undefined || topicArns.length === 0) {
    throw new ConfigError('bad configuration: SNS_CERTIFICATES and SNS_TOPIC_ARN are needed together');
  }
  return { sns: { certificateFile, topicArns } };
}

/** Addresses that only this machine can reach. Anything else needs an API key before the service listens on it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
