/** What main.ts hands to the commands. */
import type { KeyStore } from '../domain/ports.ts';
import type { Service } from '../domain/service.ts';

export interface Session {
  readonly service: Service;
  readonly keys: KeyStore;
  close(): Promise<void>;
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
  /** The same in memory, for mailboxes of acme.example. */
  readonly openDemo: () => Promise<Session>;
  readonly demoCases: () => Promise<readonly DemoCase[]>;
  /** When a stored mail arrived, by its own headers (ms). */
  readonly arrivalOf: (raw: Buffer) => Promise<number | undefined>;
  readonly newKey: () => { readonly secret: string; readonly id: string; readonly hash: string };
  readonly serve: () => Promise<void>;
  /** Runs bench/<tool>.ts with these words; resolves with its exit status. */
  readonly tool: (tool: 'eval' | 'bench', args: readonly string[]) => Promise<number>;
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
