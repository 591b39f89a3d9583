/** Composition root: config → store → reader → service → listener or command; drain on SIGTERM. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import packageData from '../package.json' with { type: 'json' };
import { createClamd } from './antivirus/clamd.ts';
import { openDns } from './authenticate/dns.ts';
import { openSealer } from './authenticate/seal.ts';
import { openAuthenticator } from './authenticate/verify.ts';
import { openOutput } from './cli/output.ts';
import { EXIT, runCli } from './cli/program.ts';
import type { Cli, Session } from './cli/session.ts';
import {
  type Config,
  ConfigError,
  isLoopback,
  readConfig,
  type SealingConfig,
  type VerificationConfig,
} from './config.ts';
import { openStoreOf, policyOf, schemaOf } from './configured.ts';
import type { LearnExports } from './domain/history.ts';
import type { HuntExports } from './domain/hunt.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Store } from './domain/ports.ts';
import type { TryExports } from './domain/trial.ts';
import type { Policy } from './domain/verdict.ts';
import { directionForOf, openDoors, releaseParts, scoreLateFor, webhooksOf } from './doors.ts';
import { startHousekeeping } from './housekeeping.ts';
import { newKey } from './http/apiKeys.ts';
import { createApp } from './http/app.ts';
import { startListening } from './http/listen.ts';
import { createMetrics } from './http/metrics.ts';
import { indicatorOf } from './hunt/indicator.ts';
import { createHuntExports } from './hunt/inExports.ts';
import { huntVerdicts } from './hunt/inVerdicts.ts';
import { MAX_MESSAGE_BYTES } from './intake.ts';
import { openJobs, work } from './jobService.ts';
import { createLearnExports, createLearnMbox } from './learnHistory.ts';
import { openLearnReader } from './learnReader.ts';
import type { Read } from './read.ts';
import { openReader } from './readApart.ts';
import { compareRuns } from './rescore/compare.ts';
import { serveRescore } from './rescoreProcess.ts';
import { readerCountFor, rescoreMailboxesBy, rescoreWith, withMessageReader } from './rescoring.ts';
import { createService, shippedModel } from './service.ts';
import { explainListening } from './startup.ts';
import { openSqliteStore } from './store/sqlite.ts';
import { openStripper } from './stripApart.ts';
import { DEFAULT_POLICY } from './verdict/policy.ts';

const PROGRAM = fileURLToPath(import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] }; // whom samples/ is about

const LEARN_BATCH = 256; // messages in one transaction: records that many of them change are written once
const SERVE_BATCH = 32; // beside verdicts: this thread stands still for 10 ms

interface Opened extends Session {
  readonly store: Store;
  readonly read: Read;
}

interface Settings
  extends Pick<
    Config,
    'organisation' | 'ownNetworks' | 'verification' | 'sealing' | 'lockPage' | 'learnDelayMs' | 'clamd' | 'release'
  > {
  readonly policy: Policy;
  readonly openStore: () => Promise<Store>;
}

async function open({ openStore, organisation, verification, sealing, clamd, ...rest }: Settings): Promise<Opened> {
  const sealer = sealing === undefined ? undefined : await openConfiguredSealer(sealing);
  const store = await openStore();
  const verifier = verification === undefined ? undefined : await openVerifier(verification);
  const reader = openReader(organisation);
  const stripper = openStripper();
  const service = createService({
    store,
    ...(verifier === undefined ? {} : { authenticator: verifier.authenticator }),
    read: reader.read,
    strip: stripper.strip,
    ...(rest.lockPage === undefined ? {} : { lockPage: rest.lockPage }),
    ...(sealer === undefined ? {} : { sealer }),
    ...(clamd === undefined ? {} : { antivirus: createClamd(clamd) }),
    ...releaseParts(rest.release),
    organisation,
    directionFor: directionForOf({ organisation, ownNetworks: rest.ownNetworks }),
    policy: rest.policy,
    learnDelayMs: rest.learnDelayMs,
    now: Date.now,
  });
  return {
    store,
    read: reader.read,
    service,
    keys: store.keys,
    async close() {
      verifier?.dns.close();
      await reader.close();
      await stripper.close();
      await store.close();
    },
  };
}

const DNS_TRIES_IN_BUDGET = 4; // two tries at the second half of the time each: SPF and DKIM have 0.6 of it

async function openVerifier({ dnsServers, budgetMs }: VerificationConfig) {
  const dns = openDns({ servers: dnsServers, timeoutMs: Math.ceil(budgetMs / DNS_TRIES_IN_BUDGET) });
  return { dns, authenticator: await openAuthenticator({ dns, budgetMs }) };
}

async function openConfiguredSealer({ keyFile, ...key }: SealingConfig) {
  try {
    return await openSealer({ ...key, privateKey: readFileSync(keyFile, 'utf8') });
  } catch (error) {
    throw new ConfigError(`SEAL_KEY_FILE: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const openConfigured = (config: Config): Promise<Opened> =>
  open({ ...config, policy: policyOf(config), openStore: () => openStoreOf(config) });

/** Resolves when the service has drained after SIGTERM or SIGINT. */
async function serve(): Promise<void> {
  const config = readConfig();
  const log = logOf(config);
  const session = await openConfigured(config);
  const { store, read } = session;
  const { organisation } = config;
  const learnReader = openLearnReader({ organisation, read, threads: Math.max(1, availableParallelism() - 1) });
  const { jobs, stop: stopJobs } = openJobs(config, log, PROGRAM);
  try {
    if (!isLoopback(config.host) && (await session.keys.count()) === 0) {
      throw new ConfigError(
        `HOST: ${config.host} can be reached by others and there is no API key; make one by "npx tidemark keys add --role admin"`,
      );
    }
    const metrics = createMetrics();
    const app = createApp({
      service: session.service,
      learnMbox: createLearnMbox({
        store,
        organisation,
        reader: learnReader,
        now: Date.now,
        batchMessages: SERVE_BATCH,
      }),
      jobs,
      keys: session.keys,
      log,
      metrics,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      holdFallback: config.holdFallback,
      directionFor: directionForOf(config),
      webhooks: webhooksOf(config),
      lockPolicy: config.lockPolicy,
    });
    const { host, port } = config;
    const listener = await explainListening(host, port, () => startListening(app, host, port));
    const doors = await openDoors(config, session.service, store.custody, log, metrics).catch(
      async (error: unknown) => {
        await listener.drain();
        throw error;
      },
    );
    const housekeeping = startHousekeeping({
      service: session.service,
      store: session.store,
      retentionDays: config.retentionDays,
      custodyDays: config.custody.days,
      jobs,
      now: Date.now,
      scoreLate: scoreLateFor(session.service, store.custody, log, metrics),
      onCustody: metrics.custodyBytes,
      onError: (error) => log.error({ error }, 'housekeeping failed'),
    });
    const { mode, dataDir } = config;
    log.info({ url: listener.url, milter: doors.milter?.name, spamd: doors.spamd?.name, mode, dataDir }, 'listening');
    process.stdout.write(welcome(listener.url, doors.milter?.name));
    const signal = await stopSignal();
    log.info({ signal }, 'draining');
    await Promise.all([listener.drain(), doors.drain(), housekeeping.stop(), stopJobs()]);
  } finally {
    await stopJobs();
    await learnReader.close();
    await session.close();
  }
}

const logOf = ({ logLevel }: Config) => pino({ level: logLevel }, pino.destination(2));

const stopSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });

const welcome = (url: string, milter: string | undefined): string => `
Tidemark ${packageData.version} listens on ${url} (API: ${url}/docs${milter === undefined ? '' : `; milter: ${milter}`}). Score a sample, from this folder:

  curl -s --data-binary @samples/malware/double-extension/message.eml -H 'Content-Type: message/rfc822' \\
    '${url}/v1/messages?mailbox=ana@acme.example'

`;

const learnExports: LearnExports = async (exports, request, watcher) => {
  const config = readConfig();
  const { store, read, close } = await openConfigured(config);
  const { organisation, dataDir } = config;
  // This thread learns a fifth of the time: as many readers as there are cores keep all of them busy.
  const reader = openLearnReader({ organisation, read, threads: availableParallelism() });
  try {
    const parts = {
      store,
      organisation,
      reader,
      dataDir,
      stdin: process.stdin,
      now: Date.now,
      batchMessages: LEARN_BATCH,
    };
    return await createLearnExports(parts)(exports, request, watcher);
  } finally {
    await reader.close();
    await close();
  }
};

/** As configured, but on a store in memory, without DNS and scanner, and as if acting. */
const tryExports: TryExports = async (exports, request, watcher) => {
  const { createTryExports } = await import('./trial/onExports.ts'); // a service that starts does without
  const config = readConfig();
  const { organisation, learnDelayMs } = config;
  const { read, close } = openReader(organisation);
  try {
    const tryAll = createTryExports({
      openStore: () => openSqliteStore({ path: ':memory:' }),
      read,
      organisation,
      model: shippedModel(),
      policy: { ...policyOf(config), mode: 'act' }, // what would be done, also where nothing is yet
      learnDelayMs,
      stdin: process.stdin,
      spoolDir: tmpdir(),
      now: Date.now,
    });
    return await tryAll(exports, request, watcher);
  } finally {
    await close();
  }
};

const huntExports: HuntExports = (exports, indicators, hit, watcher) =>
  withMessageReader(readConfig().organisation, availableParallelism(), (reader) =>
    createHuntExports({ reader, stdin: process.stdin, spoolDir: tmpdir(), now: Date.now })(
      exports,
      indicators,
      hit,
      watcher,
    ),
  );

const output = openOutput(process.stdout, EXIT.writing, (text) => process.stderr.write(`tidemark: ${text}\n`));
output.broken.addEventListener('abort', () => {
  process.exitCode = output.status(); // also when the command has ended already
});

const cli: Cli = {
  version: packageData.version,
  out: output.write,
  err(text) {
    if (!output.broken.aborted) process.stderr.write(text);
  },
  readStdin: () => buffer(process.stdin),
  open: () => openConfigured(readConfig()),
  schema: () => schemaOf(readConfig()),
  openDemo: () =>
    open({
      openStore: () => openSqliteStore({ path: ':memory:' }),
      organisation: ACME,
      ownNetworks: [],
      policy: DEFAULT_POLICY,
      learnDelayMs: 0,
    }),
  demoCases: async () => (await import('../bench/demo.ts')).demoCases(join(ROOT, 'samples')),
  learnExports,
  tryExports,
  // This thread judges half of the time: as many readers as there are cores keep all of them busy.
  rescoreExports: rescoreWith(readerCountFor(availableParallelism())),
  rescoreMailboxes: rescoreMailboxesBy(PROGRAM),
  serveRescore: (threads) => serveRescore(rescoreWith(threads)),
  coreCount: availableParallelism(),
  compareRuns,
  indicatorOf,
  huntExports,
  huntVerdicts,
  interruption() {
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    return AbortSignal.any([controller.signal, output.broken]);
  },
  isTerminal: process.stderr.isTTY === true,
  now: Date.now,
  newKey,
  serve,
  work: () => work(readConfig(), logOf(readConfig()), stopSignal),
  bench: (args) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [...process.execArgv, join(ROOT, 'bench', 'bench.ts'), ...args], {
        stdio: 'inherit',
      });
      child.once('exit', (status) => resolve(status ?? EXIT.bug));
    }),
};

try {
  const status = await runCli(process.argv.slice(2), cli);
  process.exitCode = output.status() ?? status;
} catch (error) {
  const isConfig = error instanceof ConfigError;
  process.stderr.write(
    `tidemark: ${isConfig ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = isConfig ? EXIT.config : EXIT.bug;
}
