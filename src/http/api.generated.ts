// Made from openapi.yaml by `npm run generate`. Do not edit.

/**
 * From the least to the most severe.
 */
export type Action = 'deliver' | 'strip' | 'hold';
export type AttackType =
  | 'credential-phishing'
  | 'bec'
  | 'vendor-compromise'
  | 'account-takeover'
  | 'malware'
  | 'extortion'
  | 'advance-fee'
  | 'callback-phishing'
  | 'recon'
  | 'spam';
/**
 * Which model judged, that for a sender this mailbox has exchanged mail with or that for a first contact.
 */
export type Gate = 'known' | 'stranger';
export type Direction = 'inbound' | 'outbound' | 'internal';
/**
 * What to answer; `verdict` if absent.
 */
export type Return = 'verdict' | 'stripped';
export type Learn = 'auto' | 'never';
export type Feedback = 'safe' | 'threat';
/**
 * An e-mail address; its case does not matter.
 */
export type Address = string;
/**
 * @maxItems 1000
 */
export type Addresses = readonly Address[];
/**
 * An address, with or without angle brackets; `<>` or nothing for a bounce.
 */
export type ReversePath = string;
export type ClientIp = string;
export type Helo = string;
export type User = string;
export type Time = string;
export type VerdictId = string;
export type Probability = number;
export type Count = number;
/**
 * A count that fades with time.
 */
export type Weight = number;
export type Milliseconds = number;
export type Cost = number;
/**
 * `junk`, `trash` and `draft` by the labels and flags of the program that exported it; `no-sender`: no address in From.
 */
export type SkipReason =
  | 'junk'
  | 'trash'
  | 'draft'
  | 'too-large'
  | 'empty'
  | 'no-sender'
  | 'no-mailbox'
  | 'not-a-message'
  | 'unreadable'
  | 'corrupt'
  | 'encrypted'
  | 'unpacks-too-far';
/**
 * By what a message is judged. `then`: what was known when it came; `live`: what is known now; `learn`: what is known now, and what the exports teach is kept.
 */
export type JobMode = 'then' | 'live' | 'learn';
export type FileName = string;
export type ResultFormat = 'jsonl' | 'csv' | 'parquet' | 'html';
export type JobId = string;
export type RspamdAction = 'no action' | 'add header' | 'soft reject' | 'reject';
/**
 * Pairs of name and value.
 */
export type StalwartHeaders = readonly string[][];
/**
 * Stable; programs may rely on it.
 */
export type ProblemCode =
  | 'malformed-request'
  | 'malformed-url'
  | 'malformed-json'
  | 'malformed-form'
  | 'unknown-field'
  | 'missing-field'
  | 'repeated-field'
  | 'misplaced-field'
  | 'invalid-field'
  | 'invalid-base64'
  | 'empty-body'
  | 'key-required'
  | 'invalid-key'
  | 'invalid-signature'
  | 'wrong-role'
  | 'foreign-host'
  | 'cross-site'
  | 'not-found'
  | 'not-configured'
  | 'unknown-verdict'
  | 'unknown-mailbox'
  | 'unknown-correspondent'
  | 'unknown-job'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'nothing-kept'
  | 'already-restored'
  | 'being-restored'
  | 'job-not-done'
  | 'message-too-large'
  | 'body-too-large'
  | 'url-too-long'
  | 'unsupported-media-type'
  | 'unsupported-encoding'
  | 'unsupported-expectation'
  | 'invalid-address'
  | 'invalid-ip'
  | 'invalid-time'
  | 'invalid-direction'
  | 'too-many-mailboxes'
  | 'no-mailbox'
  | 'not-an-mbox'
  | 'unusable-path'
  | 'headers-too-large'
  | 'internal-error'
  | 'unknown-method'
  | 'release-refused'
  | 'release-unreachable'
  | 'overloaded'
  | 'draining'
  | 'not-ready'
  | 'over-quota'
  | 'no-space';

/**
 * The message with its envelope in one document.
 */
export interface SubmittedMessage {
  /**
   * The message as received, in base64.
   */
  readonly raw: string;
  readonly mailbox?: Addresses;
  readonly rcptTo?: Addresses;
  readonly mailFrom?: ReversePath;
  readonly clientIp?: ClientIp;
  readonly helo?: Helo;
  readonly user?: User;
  readonly direction?: Direction;
  readonly receivedAt?: Time;
  readonly learn?: Learn;
  readonly return?: Return;
}
/**
 * What to do with a message, and why.
 */
export interface Verdict {
  readonly id: VerdictId;
  /**
   * The Message-ID, or one made from the message's hash when it has none.
   */
  readonly messageId: string;
  readonly subject: string;
  /**
   * The address that the reader sees; absent when there is none.
   */
  readonly from?: string;
  readonly receivedAt: Time;
  /**
   * What to do; the most severe of all mailboxes, and the same as `enacted`.
   */
  readonly action: 'deliver' | 'strip' | 'hold';
  /**
   * Calibrated probability of a threat, for the mailbox whose action is the most severe.
   */
  readonly score: number;
  /**
   * What the attack most resembles; absent when `proposed` is `deliver`, or nothing speaks for any.
   */
  readonly attackType?:
    | 'credential-phishing'
    | 'bec'
    | 'vendor-compromise'
    | 'account-takeover'
    | 'malware'
    | 'extortion'
    | 'advance-fee'
    | 'callback-phishing'
    | 'recon'
    | 'spam';
  readonly mailboxes: readonly MailboxVerdict[];
  /**
   * The outcome of every detector, for the mailbox whose action is the most severe.
   */
  readonly findings: readonly Finding[];
  /**
   * The terms of the score; their `logOdds` add up to ln(score / (1 − score)).
   */
  readonly contributions: readonly Contribution[];
  /**
   * Detectors, and combinations of them, that fired and decide alone, whatever budgets say.
   */
  readonly certain: readonly string[];
  /**
   * From the least to the most severe.
   */
  readonly proposed: 'deliver' | 'strip' | 'hold';
  /**
   * From the least to the most severe.
   */
  readonly enacted: 'deliver' | 'strip' | 'hold';
  /**
   * Why `enacted` differs from `proposed`.
   */
  readonly enactedBecause?: string;
  /**
   * The message was delivered before it could be scored (`ON_FAILURE=accept`) and scored later: its readers have it, whole. `action` and `enacted` then are what would have been done in time, and what is done when the same message comes again. Absent where it was scored first, and where its verdict was under way when the time for it ran out.
   */
  readonly wasDelivered?: true;
  /**
   * One or two sentences for a person.
   */
  readonly reason: string;
  /**
   * The smallest change of the evidence that would have led to another action; absent where no few terms decide, or a certain fact does.
   */
  readonly counterfactual?: string;
  /**
   * To be shown above the message that is delivered or stripped; absent where nothing needs to be said.
   */
  readonly banner?: string;
  /**
   * What the message held, whatever was thought of it, for a later hunt (`tidemark hunt`). At most 200 of each; absent where there are none, and in verdicts of earlier versions.
   */
  readonly traces?: {
    /**
     * Hosts that links lead to.
     */
    hosts?: readonly string[];
    /**
     * SHA-256 of attached files.
     */
    files?: readonly string[];
    /**
     * Of the sender, beside `from`: other readings of From, Reply-To, Return-Path and MAIL FROM.
     */
    addresses?: readonly string[];
  };
  readonly coverage: Coverage;
  /**
   * What is odd about the bytes, each as a code, a colon and the detail.
   */
  readonly defects: readonly string[];
  readonly modelVersion: string;
  readonly timings: Timings;
  /**
   * The baselines know this message, from its delivery or by a later release. That there is this mail, and whom its owner wrote to, they know before.
   */
  readonly isLearned: boolean;
  /**
   * When the baselines are to learn all of it, unless it is reported before. Absent when that is at once or never.
   */
  readonly learnsAt?: string;
  readonly feedback?: Feedback;
  readonly stripped?: Stripped;
}
export interface MailboxVerdict {
  readonly mailbox: string;
  readonly action: Action;
  readonly score: Probability;
  readonly gate: Gate;
  /**
   * Share of legitimate mail of such senders that scores at least so high, moved by what the legitimate mail of this mailbox scored; a conformal p-value. Absent in verdicts of older versions.
   */
  readonly falseAlarmShare?: number;
  /**
   * What each treatment is expected to cost, in units of one legitimate mail stripped for nothing. The least is wanted; budgets of false alarms may not let it be. Absent in verdicts of older versions.
   */
  readonly expectedCosts?: {
    deliver: Cost;
    banner: Cost;
    strip: Cost;
    hold: Cost;
  };
  /**
   * As in the verdict; absent when nothing but `deliver` is proposed for this mailbox.
   */
  readonly attackType?:
    | 'credential-phishing'
    | 'bec'
    | 'vendor-compromise'
    | 'account-takeover'
    | 'malware'
    | 'extortion'
    | 'advance-fee'
    | 'callback-phishing'
    | 'recon'
    | 'spam';
  readonly maturity: Maturity;
}
/**
 * How much is known about a mailbox.
 */
export interface Maturity {
  readonly stage: 'blank' | 'learning' | 'steady';
  readonly messageCount: Count;
  readonly ageDays: number;
  /**
   * What it would take, in words; absent when steady.
   */
  readonly toNextStage?: string;
}
export interface Finding {
  /**
   * Names the bad state.
   */
  readonly detector: string;
  /**
   * What it looks at. A hold without a certain fact needs findings of two families. Absent in verdicts of older versions.
   */
  readonly family?: 'identity' | 'transport' | 'habit' | 'conversation' | 'form' | 'link' | 'attachment' | 'invite' | 'request';
  /**
   * `skipped` and `failed` are never `clear`: the detector did not look.
   */
  readonly outcome: 'fired' | 'clear' | 'skipped' | 'failed';
  /**
   * 0 unless fired.
   */
  readonly strength: number;
  readonly evidence: readonly Evidence[];
  /**
   * What could be taken out of the message: a link by its host (with all below it) or, without one, by its scheme (`javascript:`), a file as `sha256:` and its hash. Not cut as the evidence is.
   */
  readonly targets?: readonly string[];
  /**
   * Why it was skipped or failed.
   */
  readonly why?: string;
  /**
   * MITRE ATT&CK technique.
   */
  readonly attack?: string;
}
/**
 * What can be checked by eye.
 */
export interface Evidence {
  readonly where: string;
  readonly quote: string;
  readonly messageCount?: number;
  readonly ofCount?: number;
  readonly ageDays?: number;
  readonly expected?: string;
}
export interface Contribution {
  /**
   * A detector, a combination of detectors, a credit, `prior`, or `certain:` and one of the first two for a floor.
   */
  readonly source: string;
  /**
   * Natural logarithm; negative speaks for the message.
   */
  readonly logOdds: number;
  readonly sentence: string;
  /**
   * It weighs the other way than its sentence speaks, beside the other terms only (no mail from a sender before weighs less where the
   * first contact counts in full). Not given as a reason.
   */
  readonly isContrary?: true;
  /**
   * MITRE ATT&CK technique.
   */
  readonly attack?: string;
}
/**
 * How many detectors ran. A gap is said, never taken for clean.
 */
export interface Coverage {
  readonly ranCount: Count;
  readonly skippedCount: Count;
  readonly failedCount: Count;
  readonly missing: readonly string[];
}
/**
 * Milliseconds per stage by the clock on the wall; `authenticate`, waiting for DNS included, only with VERIFY_AUTHENTICATION.
 */
export interface Timings {
  readonly authenticate?: Milliseconds;
  readonly parse: Milliseconds;
  readonly traits: Milliseconds;
  readonly recall: Milliseconds;
  readonly detect: Milliseconds;
  readonly score: Milliseconds;
  readonly total: Milliseconds;
}
/**
 * Only with `return=stripped`, and where the action is `strip`.
 */
export interface Stripped {
  readonly isRewritten: boolean;
  /**
   * The whole message, in base64. The original is not kept here.
   */
  readonly raw?: string;
  /**
   * What was done, in order of appearance; 1,000 at most.
   */
  readonly changes?: readonly Change[];
  /**
   * Named by a finding (`targets`) and not found in the message: a link that only a picture holds, a file inside a file.
   */
  readonly unmet?: readonly string[];
  /**
   * Why it stays as it is: deliver it marked, or hold it. `signed` and `encrypted` mail (S/MIME, PGP) that could be real is never changed.
   */
  readonly refusal?: 'signed' | 'encrypted' | 'over-limit' | 'untraceable' | 'nothing-found';
  readonly detail?: string;
}
export interface Change {
  readonly kind: 'link' | 'file' | 'sender' | 'banner';
  /**
   * Which part, numbered as in IMAP; empty for the message itself.
   */
  readonly part: string;
  /**
   * Where a locked link led.
   */
  readonly host?: string;
  readonly url?: string;
  /**
   * By which the lock page knows it (`/l/{token}`), where there is one.
   */
  readonly token?: string;
  /**
   * Of a removed file.
   */
  readonly name?: string;
  readonly sizeBytes?: Count;
  readonly sha256?: string;
  /**
   * What stands in the file's place (policy `strip.files`: `flatten`): the PDF without actions, links and files, or the document's text. Absent: a notice.
   */
  readonly flattenedTo?: 'pdf' | 'text';
  /**
   * What stands in From in place of the display name.
   */
  readonly address?: string;
}
/**
 * The message without what is dangerous, or why it stays as it is. Everything that is not named in `changes` has kept its bytes.
 */
export interface Stripped1 {
  readonly isRewritten: boolean;
  /**
   * The whole message, in base64. The original is not kept here.
   */
  readonly raw?: string;
  /**
   * What was done, in order of appearance; 1,000 at most.
   */
  readonly changes?: readonly Change[];
  /**
   * Named by a finding (`targets`) and not found in the message: a link that only a picture holds, a file inside a file.
   */
  readonly unmet?: readonly string[];
  /**
   * Why it stays as it is: deliver it marked, or hold it. `signed` and `encrypted` mail (S/MIME, PGP) that could be real is never changed.
   */
  readonly refusal?: 'signed' | 'encrypted' | 'over-limit' | 'untraceable' | 'nothing-found';
  readonly detail?: string;
}
export interface VerdictPage {
  readonly verdicts: readonly Verdict[];
  /**
   * Reference to the next page; absent on the last.
   */
  readonly next?: string;
}
export interface LockList {
  readonly locks: readonly Lock[];
}
export interface Lock {
  /**
   * With it the page is at `/l/{token}`.
   */
  readonly token: string;
  /**
   * Where the link led.
   */
  readonly url: string;
  /**
   * Where a click would have ended, as far as the address tells.
   */
  readonly host: string;
  /**
   * How often the page was shown; 1,000 stands for that and more, here and below.
   */
  readonly openedCount: number;
  readonly firstOpenedAt?: Time;
  /**
   * How often somebody went on.
   */
  readonly goneOnCount: number;
  readonly lastGoneOnAt?: Time;
}
export interface FeedbackRequest {
  readonly feedback: Feedback;
}
export interface RestoreRequest {
  /**
   * Deliver also to recipients who have it by an earlier restore.
   */
  readonly again?: boolean;
  /**
   * Say at once that the message was safe, if anybody got it.
   */
  readonly feedback?: 'safe';
}
export interface Restoration {
  readonly recipients: readonly RestoredRecipient[];
}
export interface RestoredRecipient {
  readonly address: string;
  /**
   * `accepted`: the mail server took it now; `before`: it was delivered by an earlier restore; `refused`: restoring again tries again.
   */
  readonly state: 'accepted' | 'before' | 'refused';
  /**
   * What the mail server answered.
   */
  readonly said?: string;
}
export interface ObservationReceipt {
  readonly messageId: string;
  readonly mailboxes: readonly string[];
  /**
   * `false` when the message had been learned before, or nothing can be learned from it.
   */
  readonly isNew: boolean;
}
/**
 * What became of the messages of an mbox. `read` = `learned` + `known` + those skipped.
 */
export interface MboxReceipt {
  readonly read: Count;
  readonly learned: Count;
  /**
   * Learned before.
   */
  readonly known: number;
  readonly skippedCount: Count;
  /**
   * The first 100.
   */
  readonly skipped: readonly SkippedMessage[];
}
export interface SkippedMessage {
  /**
   * Position in the mbox, from 0.
   */
  readonly index: number;
  readonly reason: SkipReason;
}
/**
 * What is normal for one mailbox, the most frequent first.
 */
export interface Baseline {
  readonly mailbox: string;
  readonly maturity: Maturity;
  /**
   * The same in plain sentences.
   */
  readonly inWords: readonly string[];
  readonly received?: Tally;
  readonly sent?: Tally;
  readonly correspondents: readonly KnownCorrespondent[];
  readonly domains: readonly KnownDomain[];
  readonly linkDomains: readonly KnownLinkDomain[];
  readonly attachmentKinds: readonly KnownAttachmentKind[];
}
/**
 * How often and when, in messages.
 */
export interface Tally {
  readonly messageCount: Count;
  /**
   * Fading with a half-life of 30 days.
   */
  readonly recentCount: number;
  /**
   * Fading with a half-life of 365 days.
   */
  readonly everCount: number;
  readonly distinctDays: Count;
  readonly firstAt: Time;
  readonly lastAt: Time;
}
export interface KnownCorrespondent {
  readonly address: string;
  readonly received?: Tally;
  readonly sent?: Tally;
  readonly repliedCount: Count;
  readonly reportedCount: Count;
  readonly releasedCount: Count;
}
export interface KnownDomain {
  readonly orgDomain: string;
  readonly received?: Tally;
  readonly sent?: Tally;
}
export interface KnownLinkDomain {
  readonly orgDomain: string;
  readonly messageCount: Count;
}
export interface KnownAttachmentKind {
  readonly kind: string;
  readonly messageCount: Count;
}
/**
 * What one mailbox knows of one correspondent.
 */
export interface Relation {
  readonly address: string;
  readonly received?: Tally;
  readonly sent?: Tally;
  readonly repliedCount: Count;
  readonly reportedCount: Count;
  readonly releasedCount: Count;
  readonly inWords: readonly string[];
  /**
   * Organisations that replies go to, as far as that is usual by now.
   */
  readonly replyTo: readonly string[];
  readonly attachmentKinds: readonly Frequency[];
  /**
   * What they asked for.
   */
  readonly intents: readonly Frequency[];
  /**
   * Addresses that stood beside the mailbox in their mail.
   */
  readonly besides: readonly Frequency[];
}
export interface Frequency {
  readonly value: string;
  readonly messageCount: Count;
}
export interface Export {
  readonly mailbox: string;
  readonly records: {
    kind: string;
    key: string;
    value: {
      [k: string]: unknown;
    };
  }[];
}
export interface Erasure {
  /**
   * Records, verdicts and originals removed.
   */
  readonly erasedCount: number;
}
export interface JobRequest {
  readonly mode?: JobMode;
  /**
   * Several of one mailbox are judged together.
   *
   * @minItems 1
   * @maxItems 1000
   */
  readonly exports: {
    mailbox: Address;
    /**
     * Of a file or folder, from the tenant's folder of exports on.
     */
    path: string;
  }[];
}
export interface Job {
  readonly id: JobId;
  /**
   * The last three are final.
   */
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly mode: JobMode;
  readonly createdAt: Time;
  readonly endedAt?: Time;
  /**
   * How many mailboxes are named; 0 where they are found in each message.
   */
  readonly mailboxCount: number;
  /**
   * The first 20 of them.
   */
  readonly mailboxes: readonly string[];
  /**
   * Of jobs with paths, how many mailboxes are judged; of an upload, 1 when it is.
   */
  readonly mailboxesDone: number;
  readonly progress: JobProgress;
  /**
   * When it is done.
   */
  readonly modelVersion?: string;
  /**
   * Why it failed, or was cancelled without anybody asking for that.
   */
  readonly failure?: {
    /**
     * Among others `not-an-export`, `empty-export`, `unreadable-export`, `unusable-path`, `exports-changed`, `settings-changed`, `cannot-write`, `gave-up`, `mailbox-erased`.
     */
    code: string;
    message: string;
  };
}
export interface JobProgress {
  /**
   * First the exports are looked through for the order of arrival, then each message is judged.
   */
  readonly phase: 'look' | 'score';
  /**
   * Messages found so far.
   */
  readonly found: number;
  /**
   * Messages that have their row, whatever became of them.
   */
  readonly judged: number;
  /**
   * Messages, while some are being judged.
   */
  readonly perSecond?: number;
  /**
   * Absent until all exports were looked through.
   */
  readonly secondsLeft?: number;
  readonly actions: {
    deliver: Count;
    strip: Count;
    hold: Count;
  };
  /**
   * Written by the owner; not judged, and learned from.
   */
  readonly sent: number;
  readonly repeated: Count;
  /**
   * Received and Date are more than a day apart.
   */
  readonly datesDisagree: number;
  /**
   * Not judged, by reason.
   */
  readonly skipped: {
    [k: string]: Count;
  };
}
export interface JobPage {
  readonly jobs: readonly Job[];
  /**
   * Reference to the next page; absent on the last.
   */
  readonly next?: string;
}
export interface JobRemoval {
  readonly removed: JobId;
}
/**
 * The fields of rspamd's answer that have a meaning here.
 */
export interface RspamdReply {
  readonly is_skipped: false;
  readonly score: number;
  readonly required_score: 15;
  readonly action: RspamdAction;
  readonly symbols: {
    [k: string]: RspamdSymbol;
  };
  readonly messages: {
    /**
     * For the SMTP client, where a message is held.
     */
    smtp_message?: string;
  };
  'message-id': string;
  /**
   * Seconds.
   */
  readonly time_real: number;
  readonly milter: RspamdMilter;
}
export interface RspamdSymbol {
  /**
   * `TIDEMARK_` and in capitals the action, the id of a detector that fired, or `ALL_ELSE`.
   */
  readonly name: string;
  /**
   * Log-odds.
   */
  readonly score: number;
  readonly metric_score: number;
  readonly description: string;
  /**
   * Evidence; of the action, the attack type and the verdict's id.
   */
  readonly options: readonly string[];
}
/**
 * What a milter in front is to change. `remove_headers` counts from 1, 0 means all of that name.
 */
export interface RspamdMilter {
  readonly remove_headers: {
    [k: string]: unknown;
  };
  readonly add_headers: {
    [k: string]: unknown;
  };
  readonly reject?: 'quarantine';
}
export interface RspamdMetricReply {
  /**
   * Beside these, the symbols by their names.
   */
  readonly default: {
    is_spam: boolean;
    is_skipped: false;
    score: number;
    required_score: 15;
    action: RspamdAction;
    [k: string]: unknown;
  };
  readonly messages: {
    [k: string]: unknown;
  };
  'message-id': string;
  readonly time_real: number;
  readonly milter: RspamdMilter;
  [k: string]: unknown;
}
/**
 * As far as it is read; other fields may be there.
 */
export interface StalwartRequest {
  readonly context: {
    client?: {
      ip?: string;
      ptr?: string | null;
      helo?: string | null;
      ehlo?: string | null;
      [k: string]: unknown;
    };
    sasl?: {
      login: string;
      [k: string]: unknown;
    };
    [k: string]: unknown;
  };
  readonly envelope?: {
    from: StalwartAddress;
    to: readonly StalwartAddress[];
    [k: string]: unknown;
  };
  readonly message?: {
    headers: StalwartHeaders;
    serverHeaders?: StalwartHeaders;
    /**
     * The body.
     */
    contents: string;
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
export interface StalwartAddress {
  readonly address: string;
  [k: string]: unknown;
}
export interface StalwartReply {
  readonly action: 'accept' | 'quarantine';
  readonly modifications: readonly StalwartModification[];
}
export interface StalwartModification {
  readonly type: 'addHeader' | 'deleteHeader';
  readonly name: string;
  readonly value?: string;
  /**
   * Counts the fields of that name from 1.
   */
  readonly index?: number;
}
/**
 * As far as it is read; other fields may be there.
 */
export interface MailgunForm {
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
  /**
   * Recipients of the envelope, separated by commas.
   */
  readonly recipient?: string;
  readonly sender?: string;
  /**
   * The whole message.
   */
  'body-mime': string;
  [k: string]: unknown;
}
/**
 * As far as it is read; other fields may be there.
 */
export interface SendgridForm {
  /**
   * The whole message.
   */
  readonly email: string;
  /**
   * JSON: `{"to": ["ana@acme.example"], "from": "eve@bank.example"}`
   */
  readonly envelope: string;
  readonly sender_ip?: string;
  [k: string]: unknown;
}
/**
 * As far as it is read; other fields may be there.
 */
export interface PostmarkInbound {
  readonly RawEmail?: string;
  readonly OriginalRecipient?: string;
  readonly From: string;
  readonly FromFull?: PostmarkAddress;
  readonly To?: string;
  readonly ToFull?: readonly PostmarkAddress[];
  readonly Cc?: string;
  readonly ReplyTo?: string;
  readonly Subject?: string;
  readonly Date?: string;
  readonly Headers?: {
    Name: string;
    Value: string;
    [k: string]: unknown;
  }[];
  readonly TextBody?: string;
  readonly HtmlBody?: string;
  readonly Attachments?: {
    Name: string;
    Content: string;
    ContentType: string;
    ContentID?: string;
    [k: string]: unknown;
  }[];
  [k: string]: unknown;
}
export interface PostmarkAddress {
  readonly Email: string;
  readonly Name?: string;
  [k: string]: unknown;
}
/**
 * As far as it is read; other fields may be there.
 */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  /**
   * JSON of SES in a string.
   */
  readonly Message: string;
  readonly Timestamp: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL?: string;
  [k: string]: unknown;
}
export interface SnsReceipt {
  readonly status: 'logged' | 'ignored';
}
export interface Health {
  readonly status: 'ok';
}
export interface Readiness {
  readonly status: 'ready';
}
/**
 * RFC 9457.
 */
export interface Problem {
  /**
   * `urn:tidemark:problem:` and the code.
   */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /**
   * The parameter, header or body field to blame, by its whole path, as `exports[3].path`.
   */
  readonly field?: string;
}
export interface ScoreMessageFields {
  readonly mailbox?: Addresses;
  readonly rcptTo?: Addresses;
  readonly mailFrom?: ReversePath;
  readonly clientIp?: ClientIp;
  readonly helo?: Helo;
  readonly user?: User;
  readonly direction?: Direction;
  readonly receivedAt?: Time;
  readonly learn?: Learn;
  readonly return?: Return;
}
export interface ObserveMessageFields {
  readonly mailbox?: Addresses;
  readonly rcptTo?: Addresses;
  readonly mailFrom?: ReversePath;
  readonly clientIp?: ClientIp;
  readonly helo?: Helo;
  readonly user?: User;
  readonly direction?: Direction;
  readonly receivedAt?: Time;
  readonly learn?: Learn;
  readonly return?: Return;
}
export interface ListVerdictsFields {
  readonly mailbox?: Address;
  readonly action?: Action;
  readonly since?: string;
  readonly limit?: number;
  readonly cursor?: VerdictId;
}
export interface GetVerdictFields {
  readonly id: VerdictId;
}
export interface GiveFeedbackFields {
  readonly id: VerdictId;
}
export interface RestoreMessageFields {
  readonly id: VerdictId;
}
export interface GetOriginalFields {
  readonly id: VerdictId;
}
export interface ListLocksFields {
  readonly id: VerdictId;
}
export interface GetLockPageFields {
  readonly token: string;
}
export interface PassLockFields {
  readonly token: string;
}
export interface GetBaselineFields {
  readonly address: Address;
}
export interface EraseBaselineFields {
  readonly address: Address;
}
export interface GetCorrespondentFields {
  readonly address: Address;
  readonly correspondent: Address;
}
export interface EraseCorrespondentFields {
  readonly address: Address;
  readonly correspondent: Address;
}
export interface ExportBaselineFields {
  readonly address: Address;
}
export interface EraseTenantFields {}
export interface ListJobsFields {
  readonly limit?: number;
  readonly cursor?: JobId;
}
export interface CreateJobFields {
  readonly mailbox?: Addresses;
  readonly mode?: JobMode;
  readonly name?: FileName;
}
export interface GetJobFields {
  readonly id: JobId;
}
export interface RemoveJobFields {
  readonly id: JobId;
}
export interface CancelJobFields {
  readonly id: JobId;
}
export interface GetJobResultsFields {
  readonly id: JobId;
  readonly format?: ResultFormat;
}
export interface RspamdProxiedCheckFields {}
export interface RspamdCheckFields {}
export interface RspamdSymbolsFields {}
export interface RspamdPingFields {}
export interface StalwartHookFields {}
export interface MailgunWebhookFields {}
export interface SendgridWebhookFields {}
export interface PostmarkWebhookFields {}
export interface SesWebhookFields {}
export interface GetHealthFields {}
export interface GetReadinessFields {}
export interface GetMetricsFields {}
export interface GetOpenapiFields {}
export interface GetDocsFields {}

/** Path and query parameters. */
export interface OperationFields {
  readonly scoreMessage: ScoreMessageFields;
  readonly observeMessage: ObserveMessageFields;
  readonly listVerdicts: ListVerdictsFields;
  readonly getVerdict: GetVerdictFields;
  readonly giveFeedback: GiveFeedbackFields;
  readonly restoreMessage: RestoreMessageFields;
  readonly getOriginal: GetOriginalFields;
  readonly listLocks: ListLocksFields;
  readonly getLockPage: GetLockPageFields;
  readonly passLock: PassLockFields;
  readonly getBaseline: GetBaselineFields;
  readonly eraseBaseline: EraseBaselineFields;
  readonly getCorrespondent: GetCorrespondentFields;
  readonly eraseCorrespondent: EraseCorrespondentFields;
  readonly exportBaseline: ExportBaselineFields;
  readonly eraseTenant: EraseTenantFields;
  readonly listJobs: ListJobsFields;
  readonly createJob: CreateJobFields;
  readonly getJob: GetJobFields;
  readonly removeJob: RemoveJobFields;
  readonly cancelJob: CancelJobFields;
  readonly getJobResults: GetJobResultsFields;
  readonly rspamdProxiedCheck: RspamdProxiedCheckFields;
  readonly rspamdCheck: RspamdCheckFields;
  readonly rspamdSymbols: RspamdSymbolsFields;
  readonly rspamdPing: RspamdPingFields;
  readonly stalwartHook: StalwartHookFields;
  readonly mailgunWebhook: MailgunWebhookFields;
  readonly sendgridWebhook: SendgridWebhookFields;
  readonly postmarkWebhook: PostmarkWebhookFields;
  readonly sesWebhook: SesWebhookFields;
  readonly getHealth: GetHealthFields;
  readonly getReadiness: GetReadinessFields;
  readonly getMetrics: GetMetricsFields;
  readonly getOpenapi: GetOpenapiFields;
  readonly getDocs: GetDocsFields;
}
