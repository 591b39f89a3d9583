/** Looking back: where was something seen that is known to be bad now? */
import type { HistoryWatcher, SkipReason } from './history.ts';
import type { Action } from './verdict.ts';

/** What is looked for. A domain stands for what is below it, too. */
export type Indicator =
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'sha256'; readonly sha256: string }
  /** Anywhere in the subject, whatever its case. */
  | { readonly kind: 'subject'; readonly part: string };

export interface HuntHit {
  readonly indicator: Indicator;
  /** 'From', 'Reply-To', 'link', 'attachment', 'Subject', or where the evidence of a verdict says. */
  readonly where: string;
  /** As it stands there. */
  readonly quote: string;
  /** In an export. */
  readonly file?: string;
  readonly index?: number;
  /** In the log of verdicts. */
  readonly verdictId?: string;
  readonly action?: Action;
  /** Milliseconds. */
  readonly at: number;
  readonly messageId: string;
  readonly from?: string;
  readonly subject: string;
  readonly mailboxes?: readonly string[];
}

export interface HuntEnd {
  /** Messages, or verdicts, that were looked at. */
  readonly readCount: number;
  readonly skippedCounts: Readonly<Partial<Record<SkipReason, number>>>;
}

/** Throws ExportError. */
export type HuntExports = (
  exports: readonly string[],
  indicators: readonly Indicator[],
  hit: (hit: HuntHit) => void,
  watcher?: HistoryWatcher,
) => Promise<HuntEnd>;
