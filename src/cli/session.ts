/** What main.ts hands to the commands. */
import type { LearnExports } from '../domain/history.ts';
import type { HuntEnd, HuntExports, HuntHit, Indicator } from '../domain/hunt.ts';
import type { KeyStore } from '../domain/ports.ts';
import type { CompareRuns, RescoreExports, RescoreMailboxes } from '../domain/rescore.ts';
import type { Service } from '../domain/service.ts';
import type { TryExports } from '../domain/trial.ts';

export interface Session {
  readonly service: Service;
  readonly keys: KeyStore;
  close(): Promise<void>;
}

/** How far the tables of a store are: it has had the first `version` of the migrations named. */
export interface Schema {
  readonly place: string;
  readonly version: number;
  readonly names: readonly string[];
}

/** A demo case: the mail that teaches, then the mail that is judged. */
export interface DemoCase {
  readonly name: string;
  readonly expected: string;
  readonly request: Parameters<Service['score']>[0];
  readonly history: readonly Parameters<Service['observe']>[0][];
}

export interface Cli {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  /** Opens store and service as configured. */
  readonly open: () => Promise<Session>;
  /** What stands in the configured store; changes nothing. */
  readonly schema: () => Promise<Schema>;
  /** The same in memory, for mailboxes of acme.example. */
  readonly openDemo: () => Promise<Session>;
  readonly demoCases: () => Promise<readonly DemoCase[]>;
  /** Opens store and workers as configured, learns, closes them. */
  readonly learnExports: LearnExports;
  /** Opens a store in memory and tries attacks on it, as the organisation is configured. */
  readonly tryExports: TryExports;
  /** Judges exports again, as configured or on a store of its own. */
  readonly rescoreExports: RescoreExports;
  /** The same for many mailboxes, each in a process of its own. */
  readonly rescoreMailboxes: RescoreMailboxes;
  /** The started end of such a process. */
  readonly serveRescore: (threads: number) => Promise<void>;
  readonly coreCount: number;
  readonly compareRuns: CompareRuns;
  /** undefined for what is none. */
  readonly indicatorOf: (typed: string) => Indicator | undefined;
  readonly huntExports: HuntExports;
  readonly huntVerdicts: (
    service: Pick<Service, 'findVerdicts'>,
    where: { readonly tenant: string; readonly mailbox?: string },
    indicators: readonly Indicator[],
    hit: (hit: HuntHit) => void,
  ) => Promise<HuntEnd>;
  /** Aborted by SIGINT, from the call on, or when standard output breaks; a second SIGINT ends the process. */
  readonly interruption: () => AbortSignal;
  /** Standard error is one. */
  readonly isTerminal: boolean;
  /** Milliseconds. */
  readonly now: () => number;
  readonly newKey: () => { readonly secret: string; readonly id: string; readonly hash: string };
  readonly serve: () => Promise<void>;
  /** Takes jobs of the configured database, until SIGTERM or SIGINT. */
  readonly work: () => Promise<void>;
  /** Runs bench/bench.ts with these words; resolves with its exit status. */
  readonly bench: (args: readonly string[]) => Promise<number>;
}

/** Opens a session, runs, closes it whatever happens. */
export async function withSession<T>(open: () => Promise<Session>, run: (session: Session) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await run(session);
  } finally {
    await session.close();
  }
}
