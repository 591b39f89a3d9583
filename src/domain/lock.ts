/** Links that were locked behind a page of ours, and what people did there. */
import type { LoggedVerdict } from './ports.ts';

/** A link as a stripped message has it. */
export interface LockedLink {
  readonly token: string;
  /** WHATWG-canonical, ASCII. */
  readonly url: string;
  /** Where the click would have ended: behind gateways and redirects that say so, another than the URL's. */
  readonly host: string;
}

/** With what is known about it. Times are milliseconds since 1970 UTC. */
export interface LinkLock extends LockedLink {
  readonly tenant: string;
  readonly verdictId: string;
  /** The message's. */
  readonly receivedAt: number;
  readonly firstOpenedAt?: number;
  readonly lastGoneOnAt?: number;
  /** Up to MAX_LOCK_COUNT, as is the other. Mail scanners open pages, too. */
  readonly openedCount: number;
  readonly goneOnCount: number;
}

/** Its page was shown; a person went on. */
export type LockEvent = 'opened' | 'gone-on';

/** From then on nothing is written any more: whoever has a token may ask as often as they like. */
export const MAX_LOCK_COUNT = 1000;

/** Whether a page lets a person go on. */
export type LockPolicy = 'warn' | 'block';

/** What a page is made of. */
export interface FoundLock {
  readonly lock: LinkLock;
  readonly entry: LoggedVerdict;
}

export interface LockDesk {
  /** undefined: nobody made such a token, or its verdict is gone. */
  findLock(token: string): Promise<FoundLock | undefined>;
  noteLock(lock: LinkLock, event: LockEvent): Promise<void>;
  /** In the order of their hosts. undefined: there is no such verdict. */
  locksOf(tenant: string, verdictId: string): Promise<readonly LinkLock[] | undefined>;
}
