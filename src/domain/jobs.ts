/** Rescoring of exports as jobs that outlive a request and a restart: what the interfaces are handed for it, and what they answer. */
import type { RescoreCounts, RescoreMode, RescoreProgress } from './rescore.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What is one run: its mailboxes are judged by what is known of them together. */
export interface JobPart {
  readonly mailboxes: readonly string[];
  /** Below the upload, or below the tenant's folder of exports. */
  readonly paths: readonly string[];
}

export interface JobOrder {
  readonly id: string;
  readonly tenant: string;
  readonly mode: RescoreMode;
  readonly createdAt: number;
  /** Where `paths` begin. */
  readonly source: 'upload' | 'folder';
  readonly parts: readonly JobPart[];
}

export interface JobProgress extends RescoreCounts, Pick<RescoreProgress, 'phase' | 'foundCount' | 'readCount'> {
  /** Messages, while some are being judged. */
  readonly perSecond?: number;
  /** Absent until all exports were looked through. */
  readonly secondsLeft?: number;
}

/** The message says what a person can do about it. */
export interface JobFailure {
  readonly code: string;
  readonly message: string;
}

export interface Job extends JobOrder {
  readonly state: JobState;
  readonly partsDoneCount: number;
  readonly progress: JobProgress;
  readonly endedAt?: number;
  readonly modelVersion?: string;
  readonly failure?: JobFailure;
}

export interface UploadRequest extends Pick<JobOrder, 'tenant' | 'mode'> {
  /** As for a message: empty, they are found in each. */
  readonly mailboxes: readonly string[];
  /** What rows call it. */
  readonly name: string;
  /** Announced by the client. */
  readonly sizeBytes?: number;
  readonly body: AsyncIterable<Buffer>;
}

export interface FolderRequest extends Pick<JobOrder, 'tenant' | 'mode'> {
  readonly exports: readonly { readonly mailbox: string; readonly path: string }[];
}

export type ResultFormat = 'jsonl' | 'csv' | 'parquet' | 'html';

export interface JobResults {
  readonly sizeBytes: number;
  readonly stream: () => AsyncIterable<Buffer>;
}

export interface JobQuery {
  readonly limit: number;
  /** Older ones than this, which need not be there any more. */
  readonly after?: string;
}

export interface Jobs {
  /** Throws JobError and IntakeError, as `start` does; what was taken of the body is gone then. */
  upload(request: UploadRequest): Promise<Job>;
  start(request: FolderRequest): Promise<Job>;
  get(tenant: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(tenant: string, query: JobQuery): Promise<readonly Job[]>;
  /** One that has ended stays as it is. undefined: there is none of this id. */
  cancel(tenant: string, id: string): Promise<Job | undefined>;
  /** Cancels it, and removes all that is kept of it; false: there is none of this id. */
  remove(tenant: string, id: string): Promise<boolean>;
  /** undefined: there is none of this id. Throws JobError unless it is done. */
  results(tenant: string, id: string, format: ResultFormat): Promise<JobResults | undefined>;
  eraseTenant(tenant: string): Promise<void>;
  /** Cancels jobs that would teach this mailbox (and so about one of its correspondents), and waits until they have stopped. Throws IntakeError. */
  stopLearning(tenant: string, mailbox: string, correspondent?: string): Promise<void>;
  /** Removes what has ended and is past its time, and uploads that broke off. */
  prune(): Promise<void>;
}

export type JobErrorCode =
  | 'unusable-path' // not there, or it leads out of the folder of exports
  | 'no-folder' // of exports is configured
  | 'empty-upload'
  | 'over-quota' // of bytes or jobs
  | 'no-space' // on the disk
  | 'busy' // with other uploads
  | 'not-done'
  | 'gave-up'; // something ends the process each time

export class JobError extends Error {
  override readonly name = 'JobError';
  readonly code: JobErrorCode;
  constructor(code: JobErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
