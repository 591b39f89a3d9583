/**
 * One fault under load: smtp-source fills a sending Postfix, which hands the mail to a receiving one with Tidemark as its milter and tries
 * again what it refuses. When nothing moves any more, each message is looked for.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPrivatePostfix, type PrivatePostfix } from '../../test/e2e/postfix.ts';
import { watchArrivals } from './arrivals.ts';
import { type Whereabouts, whereabouts } from './count.ts';
import type { Fault, UnderLoad } from './fault.ts';
import { type Held, type KeptView, openKept } from './kept.ts';
import { createLoad, type Load } from './load.ts';
import { watchProgress } from './progress.ts';
import { startReviewer } from './reviewer.ts';
import { type Supervised, supervise } from './supervised.ts';

export interface FaultReport extends Whereabouts {
  /** Originals in custody that are not what was sent, or cannot be read. */
  readonly damaged: number;
  readonly fault: string;
  readonly what: string;
  readonly messages: number;
  /** Times that something was broken and became well again. */
  readonly struck: number;
  /** Answers by which the sender was told to try again. */
  readonly refusedForNow: number;
  readonly seconds: number;
  /** The longest time from well again to the next scored message; the sender's own wait of 1 to 2 s is part of it. */
  readonly recoverySeconds: number;
  readonly longestPauseSeconds: number;
  readonly peakMb: number;
  /** Ends of the service that nobody asked for. */
  readonly badEnds: readonly string[];
}

const SESSIONS = 20; // Postfix's default for one destination

export interface RunOptions {
  /** In place of the fault's own number. */
  readonly messages?: number | undefined;
  /** Who keeps what is held, as HOLD. With custody every second of these messages is given back meanwhile. */
  readonly hold?: 'mta' | 'custody';
}

export async function runFault(
  fault: Fault,
  { messages = fault.messages, hold = 'mta' }: RunOptions = {},
): Promise<FaultReport> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-fault-'));
  const socketPath = join(tmpdir(), `tidemark-fault-${process.pid}.sock`);
  const [forFault, forLoad] = [join(dir, 'fault'), join(dir, 'load')];
  for (const folder of [forFault, forLoad]) mkdirSync(folder);
  const recoveries: number[] = [];
  const opened: (() => Promise<void>)[] = []; // closes what was opened, the last first
  try {
    const prepared = await fault.prepare(forFault);
    opened.push(prepared.close);
    const receiver = await openPrivatePostfix(receiverSettings(socketPath));
    opened.push(receiver.stop);
    const env = { ...TIDEMARK, ...prepared.env, MILTER: `unix:${socketPath}` };
    const tidemark = await supervise(hold === 'mta' ? env : { ...env, ...custodyEnv(receiver) });
    opened.push(tidemark.stop);
    const { databaseUrl } = prepared;
    const kept =
      hold === 'mta' ? NOTHING_KEPT : openKept(databaseUrl === undefined ? env : { ...env, DATABASE_URL: databaseUrl });
    opened.push(kept.close);
    const reviewer = startReviewer(kept, tidemark);
    opened.push(reviewer.stop);
    const sender = await openPrivatePostfix(senderSettings(receiver.port, fault.sessions ?? SESSIONS));
    opened.push(sender.stop);
    const progress = watchProgress(tidemark);
    opened.push(progress.stop);
    const arrivals = watchArrivals(async () => receiver.arrivedCount() + stillHeld(await kept.held()).length);
    opened.push(arrivals.stop);
    const mail = createLoad(messages, forLoad, hold === 'custody');
    const { addresses, send } = mail;
    const load: UnderLoad = {
      messageCount: addresses.length,
      untilArrived: arrivals.until,
      tidemark,
      socketPath,
      async untilScored() {
        const from = performance.now();
        await Promise.race([progress.nextScored(), arrivals.until(addresses.length)]);
        recoveries.push(performance.now() - from);
      },
    };
    const startedAt = performance.now();
    await Promise.all([send(sender.port), prepared.strike(load)]);
    await arrivals.until(addresses.length);
    const seconds = (performance.now() - startedAt) / 1000;
    const { longestPauseMs } = progress;
    await untilSent(sender);
    await reviewer.finish();
    await untilDelivered(receiver);
    const held = await kept.held();
    return {
      fault: fault.name,
      what: fault.what,
      messages: addresses.length,
      struck: recoveries.length,
      ...whereabouts(
        addresses,
        receiver,
        sender,
        stillHeld(held).map(({ address }) => address),
      ),
      damaged: await damagedCount(held, mail, tidemark),
      refusedForNow: receiver.log().match(/ milter-reject: .* 4\.7\.1 /g)?.length ?? 0,
      seconds: rounded(seconds),
      recoverySeconds: rounded(Math.max(0, ...recoveries) / 1000),
      longestPauseSeconds: rounded(longestPauseMs / 1000),
      peakMb: progress.peakMb,
      badEnds: tidemark.badEnds,
    };
  } finally {
    for (const close of opened.reverse()) await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const NOTHING_KEPT: KeptView = { held: async () => [], close: async () => undefined };

const stillHeld = (held: readonly Held[]): readonly Held[] => held.filter(({ isRestored }) => !isRestored);

const custodyEnv = ({ port }: PrivatePostfix) => ({
  HOLD: 'custody',
  RELEASE_SMTP: `127.0.0.1:${port}`,
  RELEASE_SECRET: 'a-secret-of-these-runs-of-40-characters!',
});

/** Each original is asked for, whether it was given back or not. */
async function damagedCount(held: readonly Held[], { bodyFor }: Load, { running }: Supervised): Promise<number> {
  let damaged = 0;
  for (const { verdictId, address } of held) {
    const answer = await fetch(`${running?.url}/v1/verdicts/${verdictId}/original`);
    const text = Buffer.from(await answer.arrayBuffer())
      .toString('latin1')
      .replaceAll('\r\n', '\n');
    if (!answer.ok || text.slice(text.indexOf('\n\n') + 2).trimEnd() !== bodyFor(address).trimEnd()) damaged++;
  }
  return damaged;
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

const TIDEMARK = {
  MILTER_GROUP: 'postfix',
  OWN_DOMAINS: 'acme.example',
  AUTHSERV_ID: 'mx.acme.example',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
};

const receiverSettings = (socketPath: string): readonly string[] => [
  'default_process_limit = 600',
  `smtpd_milters = unix:${socketPath}`,
  'milter_default_action = tempfail',
  'smtpd_error_sleep_time = 0',
];

/** Tries again soon, and goes on trying whatever it is told. */
const senderSettings = (port: number, sessions: number): readonly string[] => [
  'default_process_limit = 600',
  `relayhost = [127.0.0.1]:${port}`,
  'virtual_mailbox_domains =',
  'virtual_mailbox_maps =',
  'relay_domains = acme.example',
  'minimal_backoff_time = 1s',
  'maximal_backoff_time = 2s',
  'queue_run_delay = 1s',
  `initial_destination_concurrency = ${sessions}`,
  `default_destination_concurrency_limit = ${sessions}`,
  'default_destination_concurrency_failed_cohort_limit = 100000',
  'default_destination_concurrency_negative_feedback = 0',
];

const SENT_MS = 60_000;

/** What the sender has still after that time is counted there. */
async function untilSent(sender: PrivatePostfix): Promise<void> {
  for (const startedAt = performance.now(); sender.queued().length > 0; ) {
    if (performance.now() - startedAt > SENT_MS) return;
    await sleep(200);
  }
}

const DELIVERY_MS = 60_000; // from the receiver's queue into its Maildir

/** What was accepted is on its way no longer. */
async function untilDelivered(receiver: PrivatePostfix): Promise<void> {
  for (const startedAt = performance.now(); receiver.queued().some(({ queue_name }) => queue_name !== 'hold'); ) {
    if (performance.now() - startedAt > DELIVERY_MS) throw new Error('the receiver keeps mail in its queue');
    await sleep(200);
  }
}
