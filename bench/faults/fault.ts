/** What a fault is, and what it may do to a mail path under load. */
import type { Supervised } from './supervised.ts';

export interface Fault {
  readonly name: string;
  /** For the table. */
  readonly what: string;
  /** As many as pass in some three minutes on two busy cores. */
  readonly messages: number;
  /** SMTP sessions that the sender has at once; absent: 20. */
  readonly sessions?: number;
  /** `dir` is empty, and removed afterwards. */
  prepare(dir: string): Promise<Prepared>;
}

export interface Prepared {
  /** Tidemark's configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the store is really, if Tidemark gets there by a detour. */
  readonly databaseUrl?: string;
  strike(load: UnderLoad): Promise<void>;
  close(): Promise<void>;
}

export interface UnderLoad {
  readonly messageCount: number;
  /** Resolves when so many have arrived (in the Maildir, on hold or in custody), or nothing arrives any more. */
  untilArrived(count: number): Promise<void>;
  readonly tidemark: Supervised;
  /** Where the milter listens. */
  readonly socketPath: string;
  /** What was struck is well again: the time until a message is scored is taken as recovery. Resolves then, or when all have arrived. */
  untilScored(): Promise<void>;
}
