/**
 * The mail as an interface handed it in (Submission) and as parsed (ParsedMail).
 * All values are plain and immutable. Addresses are lower-case with an ASCII (punycode) domain unless said otherwise; times are
 * milliseconds since 1970 UTC; sizes are bytes.
 */

export type Direction = 'inbound' | 'outbound' | 'internal';

/** SMTP facts (RFC 5321). Each is absent when the caller did not know it. */
export interface Envelope {
  readonly clientIp?: string;
  /** What the mail server resolved that address to; 'unknown' where there was nothing. Counts where no Received header tells. */
  readonly clientName?: string;
  readonly helo?: string;
  /** Address, or '' for the null reverse-path `<>` of a bounce. */
  readonly mailFrom?: string;
  readonly rcptTo: readonly string[];
  /** Authenticated user, when the client logged in. */
  readonly user?: string;
}

/** Which way mail of such an envelope goes; its caller does not say. */
export type DirectionFor = (envelope: Pick<Envelope, 'user' | 'clientIp' | 'rcptTo'>) => Direction;

export interface Submission {
  readonly tenant: string;
  readonly raw: Buffer;
  readonly envelope: Envelope;
  readonly direction: Direction;
  readonly receivedAt: number;
  /** Put together from parts by the interface: signatures cannot be verified. */
  readonly isRebuilt?: boolean;
  /** Protected addresses to judge the message for; never empty once intake has passed it. */
  readonly mailboxes: readonly string[];
  /** What this service itself found out about its authentication, when it was asked to (docs/adr/0010). */
  readonly verification?: Verification;
}

/** Something odd about the bytes. Odd mail is data, never an exception. */
export interface Defect {
  readonly code: DefectCode;
  readonly detail: string;
}

export type DefectCode =
  | 'unparseable' // the parser gave up (over 1,000 parts, 1 MiB of headers …): nothing below the headers is known
  | 'time-limit' // parsing or extraction was stopped
  | 'size-limit' // something was cut to its bound before being looked at
  | 'empty' // no bytes
  | 'no-header'
  | 'no-from'
  | 'multiple-from' // more than one From header (RFC 5322 §3.6 allows one)
  | 'duplicate-header' // another header that must be single occurs twice
  | 'malformed-header' // a line that is neither header nor continuation, or a name with spaces
  | 'nul-byte'
  | 'bare-cr'
  | 'invalid-utf8'
  | 'long-line' // over 998 octets (RFC 5322 §2.1.1)
  | 'missing-boundary'
  | 'too-many-recipients'
  | 'no-date'
  | 'no-message-id'
  | 'unsigned-content' // a signature verifies but leaves text of the body out (RFC 6376 §8.2)
  | 'unverified-signatures' // too many or too odd to be verified
  | 'unread-pictures' // QR codes were not looked for in all of them: no time, or too large
  | 'odd-archive' // programs differ in which files they see in an attached archive
  | 'unread-files'; // a limit, or a reader that broke, left part of an attached file unread

export interface RawHeader {
  /** Lower-case. */
  readonly name: string;
  /** As written before the colon; its case is a trait of the client. */
  readonly writtenName: string;
  /** Unfolded, trimmed, encoded-words not decoded. */
  readonly value: string;
}

export interface NamedAddress {
  readonly address: string;
  readonly local: string;
  /** ASCII form; '' when the address has none. */
  readonly domain: string;
  /** Registrable domain by the public suffix list; the domain itself where none. */
  readonly orgDomain: string;
  /** Display name, decoded. */
  readonly name?: string;
}

/** A leaf of the MIME tree that is not shown as the body. */
export interface ParsedPart {
  readonly fileName?: string;
  /** Declared Content-Type, lower-case. */
  readonly declaredType: string;
  readonly content: Buffer;
  readonly sizeBytes: number;
  readonly isInline: boolean;
  readonly contentId?: string;
}

/** RFC 8601 §2.7: never booleans. */
export type AuthResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror' | 'policy';

/** One Authentication-Results header as it reads, believed or not. */
export interface AuthenticationClaim {
  readonly authservId: string;
  readonly spf?: AuthResult;
  /** smtp.mailfrom as given. */
  readonly spfDomain?: string;
  readonly dkim: readonly { readonly result: AuthResult; readonly domain?: string }[];
  readonly dmarc?: AuthResult;
  readonly dmarcDomain?: string;
  readonly arc?: AuthResult;
}

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** SPF, DKIM, DMARC and ARC as verified here (docs/adr/0010). DNS that does not answer is `temperror`. */
export interface Verification extends AuthenticationClaim {
  /** What the domain's owner asks for, after `sp`, `np` and `t` (RFC 9989 §4.7); absent without a record. */
  readonly dmarcPolicy?: DmarcPolicy;
  /** From names addresses of several domains, or there are several From: nobody's identity can be verified (RFC 9989 §5.3.1). */
  readonly hasManyAuthors: boolean;
  /** DNS did not answer something that could have made it aligned. */
  readonly isIncomplete: boolean;
  readonly defects: readonly Defect[];
}

/** One set of an ARC chain (RFC 8617 §4.2) as it reads. Whether it is genuine says `AuthenticationClaim.arc`. */
export interface ArcSet {
  /** 1 is the oldest. */
  readonly instance: number;
  /** d= of the ARC-Seal. */
  readonly sealer: string;
  /** ARC-Authentication-Results: what the sealer saw. */
  readonly claim: AuthenticationClaim;
}

/** One Received header (RFC 5321 §4.4), newest first in a list. */
export interface ReceivedHop {
  readonly fromHost?: string;
  /** rDNS name in the comment, when it differs from what the client said; 'unknown' when the address had none. */
  readonly fromReverse?: string;
  readonly fromIp?: string;
  readonly byHost?: string;
  readonly protocol?: string;
  readonly at?: number;
}

export interface AttachedBody {
  readonly text: string;
  readonly html: string;
}

export interface ParsedMail {
  readonly headers: readonly RawHeader[];
  readonly headerBytes: number;
  readonly sizeBytes: number;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  /** Oldest first, at most 50. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly dateAt?: number;
  /** Minutes east of UTC as written in Date. */
  readonly dateZoneMinutes?: number;
  /** The address mailparser shows (the first of the first From). */
  readonly from?: NamedAddress;
  readonly replyTo: readonly NamedAddress[];
  readonly senderHeader?: NamedAddress;
  readonly returnPath?: NamedAddress;
  /** X-Original-From, else X-Original-Sender: what a list that rewrote From says it was. Unverified. */
  readonly originalFrom?: NamedAddress;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly text: string;
  readonly html: string;
  readonly parts: readonly ParsedPart[];
  /** What messages say that are attached as files, at most 10: not the mail's own words, but its links are a click away. */
  readonly attachedBodies: readonly AttachedBody[];
  /** Shape of the MIME tree: 'multipart/alternative(plain/qp,html/qp)'. */
  readonly structure?: string;
  readonly received: readonly ReceivedHop[];
  /** All of them, topmost first. Which one counts is decided in traits by the configured authserv-id. */
  readonly authenticationClaims: readonly AuthenticationClaim[];
  /** Newest first, unverified, at most 50. */
  readonly arcSets: readonly ArcSet[];
  /** d= of each DKIM-Signature, unverified. */
  readonly dkimSignatureDomains: readonly string[];
  readonly defects: readonly Defect[];
}
