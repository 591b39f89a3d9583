/** What the stages need of the outside. Implementations live in store/, authenticate/ and antivirus/. */
import type { Custody } from './custody.ts';
import type { LinkLock, LockEvent, LockedLink } from './lock.ts';
import type { Submission, Verification } from './mail.ts';
import type { MalwareScan } from './message.ts';
import type { Observation, RecordKey, Records } from './observation.ts';
import type { Verdict } from './verdict.ts';

/**
 * One observation to fold into the records of one tenant. The fold is pure: the store reads the keys, folds, writes the result in one
 * transaction, and remembers `id` for the mailbox so that the same lesson is never learned twice.
 */
export interface Lesson {
  readonly id: string;
  /** Whose it is, for erasure; '' for what the tenant as a whole learns. */
  readonly mailbox: string;
  readonly keys: readonly RecordKey[];
  readonly fold: (records: Records) => Records;
  /** Asked first: a lesson whose time has not come is not learned, nor are its other keys read, and its id stays free. */
  readonly when?: { readonly keys: readonly RecordKey[]; readonly holds: (records: Records) => boolean };
  /** Not learned where the lesson of this id is: the same mail taught under another condition. Of the same mailbox. */
  readonly unless?: string;
  /** The fold takes back what the lesson of this id taught: done only if that was learned, which is then forgotten. */
  readonly undoes?: true;
}

/** Nothing is wrong with what was asked: the store cannot be reached or written to, and may be well again soon. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** 'durable' survives power loss, 'committed' survives the death of the process. */
export type Durability = 'durable' | 'committed';

export interface BaselineStore {
  /** One read for all keys of a message. Keys never written are absent from the answer. */
  recall(tenant: string, keys: readonly RecordKey[]): Promise<Records>;
  /** Resolves when all lessons of the call are written; true for each that was new (or, taking back, known). */
  learn(tenant: string, lessons: readonly Lesson[], durability: Durability): Promise<readonly boolean[]>;
  /** All records of one mailbox of some kind, for the page that shows what is known. At most `limit`, latest written first. */
  list(tenant: string, mailbox: string, kind: RecordKey['kind'], limit: number): Promise<Records>;
  /** Removes every record and lesson of the mailbox, and its address from what the tenant as a whole knows; answers how many records went. */
  erase(tenant: string, mailbox: string): Promise<number>;
  /** Removes what the mailbox knows of one correspondent; answers how many records went or lost a mention. */
  eraseCorrespondent(tenant: string, mailbox: string, address: string): Promise<number>;
}

export interface VerdictQuery {
  readonly mailbox?: string;
  readonly action?: Verdict['action'];
  readonly since?: number;
  /** Exclusive: continue after this id in the order newest first. */
  readonly after?: string;
  readonly limit: number;
}

export type Feedback = 'safe' | 'threat';

export interface LoggedVerdict {
  readonly verdict: Verdict;
  /** What would be learned if the message were released; kept so that a release can teach without the message. */
  readonly observation?: Observation;
  readonly feedback?: Feedback;
}

export interface VerdictOutcome {
  readonly feedback?: Feedback;
  readonly isLearned: boolean;
}

export interface VerdictLog {
  /** Writes a verdict and what its message teaches, both or neither. What stands under the id already stays, and nothing is learned. */
  add(entry: LoggedVerdict, lessons: readonly Lesson[]): Promise<void>;
  get(tenant: string, id: string): Promise<LoggedVerdict | undefined>;
  find(tenant: string, query: VerdictQuery): Promise<readonly Verdict[]>;
  /** Verdicts whose message is to be learned by then (`verdict.learnsAt` ≤ `before`) and was not yet, the longest due first. */
  due(before: number, limit: number, tenant?: string): Promise<readonly LoggedVerdict[]>;
  /** Learns what a due message teaches and notes that, both or neither; false when it is no longer due (learned, reported, erased). */
  settle(tenant: string, id: string, lessons: readonly Lesson[]): Promise<boolean>;
  /**
   * Notes on a verdict what became of it (it is due no more), and learns what that teaches, both or neither. Durable. False, and nothing is
   * written, when the verdict is no longer as `entry` has it: learned, judged by a person or erased meanwhile.
   */
  annotate(entry: LoggedVerdict, outcome: VerdictOutcome, lessons: readonly Lesson[]): Promise<boolean>;
  /** Removes verdicts that concern only this mailbox, and the mailbox from the others. */
  erase(tenant: string, mailbox: string): Promise<number>;
}

/** Goes with the verdict: when that is erased, or past its time. */
export interface LockStore {
  /** Durable when it resolves. A token that is there already stays as it is. */
  add(verdict: Pick<Verdict, 'tenant' | 'id' | 'receivedAt'>, links: readonly LockedLink[]): Promise<void>;
  get(token: string): Promise<LinkLock | undefined>;
  /** Counts up to MAX_LOCK_COUNT, and notes when. Nothing happens where the lock is gone. */
  note(lock: Pick<LinkLock, 'tenant' | 'verdictId' | 'token'>, event: LockEvent, at: number): Promise<void>;
  /** In the order of hosts, then tokens. */
  ofVerdict(tenant: string, verdictId: string): Promise<readonly LinkLock[]>;
}

export type Role = 'score' | 'review' | 'admin';

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly role: Role;
  readonly createdAt: number;
}

export interface KeyStore {
  /** Stores only the hash; the secret is shown once by the caller. */
  add(key: ApiKey, secretHash: string): Promise<void>;
  findByHash(secretHash: string): Promise<ApiKey | undefined>;
  list(): Promise<readonly ApiKey[]>;
  remove(id: string): Promise<boolean>;
  count(): Promise<number>;
}

/** What is kept how long: everything last written before the moment (ms since 1970) goes. */
export interface Retention {
  readonly recordsBefore: number;
  readonly verdictsBefore: number;
  /** The facts behind a verdict, with which a report can take back what its message taught. */
  readonly observationsBefore: number;
  readonly originalsBefore: number;
}

export interface Store extends BaselineStore {
  readonly verdicts: VerdictLog;
  readonly locks: LockStore;
  readonly keys: KeyStore;
  readonly custody: Custody;
  /** Removes everything of a tenant but its API keys; answers how many records, verdicts and originals went. */
  eraseTenant(tenant: string): Promise<number>;
  /** Removes at most `limit` rows of each kind that are past their time; answers how many went: 0 when nothing is left to remove. */
  prune(retention: Retention, limit: number): Promise<number>;
  /** Throws when the store cannot read and write. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Verifies who sent a mail (docs/adr/0010). */
export interface Authenticator {
  /** undefined for mail it has no business with: going out, from inside, or without client IP and MAIL FROM. Never throws, bounded in time. */
  verify(submission: Submission): Promise<Verification | undefined>;
}

/** A header field to be put on top of a message. */
export interface TopField {
  readonly name: string;
  /** May be folded, with CRLF. */
  readonly value: string;
}

/** Signs what was rewritten, with the organisation's own key. */
export interface Sealer {
  /** From the top. `seen`: what was verified of the message as it came. Empty when it cannot be signed. Never rejects. `now` in ms. */
  seal(raw: Buffer, seen: Verification | undefined, now: number): Promise<readonly TopField[]>;
}

/** A scanner that knows malware by signature. Never rejects: no answer is `failed`. */
export interface Antivirus {
  scan(raw: Buffer): Promise<MalwareScan>;
}
