/** The message as detectors see it: traits, facts derived from the mail (mail.ts). All values are plain and immutable; units as there. */
import type { ChargeScare, Intent } from './intent.ts';
import type { AuthResult, Defect, Direction, DmarcPolicy, Envelope, NamedAddress } from './mail.ts';
import type { Client, Route } from './origin.ts';

/** One reasonable reading of who the mail is from. Two readers may disagree: RFC 5322 §3.6.2, Chen+ 2020 "Composition Kills". */
export interface FromCandidate {
  readonly address: string;
  readonly reading:
    | 'first-address'
    | 'other-address'
    | 'other-from-header'
    | 'in-display-name'
    | 'encoded-word'
    | 'comment'
    | 'route'
    | 'after-nul'
    | 'sender-header'
    | 'raw';
}

/** The RFC 5322 From the reader sees. */
export interface Sender extends NamedAddress {
  /** Every reading that differs from the address shown, at most 16. Empty for an unambiguous From. */
  readonly otherReadings: readonly FromCandidate[];
  /** Key of the display name for bindings: folded, token-sorted; absent when it is not at least two words. */
  readonly nameKey?: string;
  /** An address written inside the display name. */
  readonly addressInName?: string;
  readonly replyTo: readonly NamedAddress[];
  readonly senderHeader?: NamedAddress;
  readonly returnPath?: NamedAddress;
  readonly isFreemail: boolean;
  /** The domain belongs to the organisation (OWN_DOMAINS, or the mailbox's own domain when none is configured). */
  readonly isOwnDomain: boolean;
  /** Whether the border, or this service, saw an aligned pass: nobody else wrote in this domain's name then. Absent when what could have proved it was not looked at, or DNS did not answer. */
  readonly isProved?: boolean;
  /** The author behind a list that rewrote From (X-Original-From, Reply-To under a `via` name). */
  readonly originalAuthor?: NamedAddress;
}

/** What this service verified, or the receiving organisation's own border said. Absent as a trait when neither did. */
export interface Authentication {
  /** Whose word it is: OWN_WORD, or the authserv-id of the border. */
  readonly authservId: string;
  readonly spf: AuthResult;
  readonly spfDomain?: string;
  /** Domains whose signature passed. */
  readonly dkimPassDomains: readonly string[];
  readonly dkim: AuthResult;
  readonly dmarc: AuthResult;
  /** What the From domain's owner asks for; known only when verified here. */
  readonly dmarcPolicy?: DmarcPolicy;
  /** The trusted sealer of a genuine ARC chain that saw the mail aligned before it was forwarded (TRUSTED_ARC_SEALERS). */
  readonly vouchedBy?: string;
  /** Nothing aligned, and no answer of DNS or of the border is missing that could have: who From names did not send it. */
  readonly isDisowned?: true;
  /** An aligned mechanism passed for the From domain (DMARC, or relaxed: same organisational domain), or a trusted sealer saw it pass. */
  readonly isAligned: boolean;
}

/** In the place of an authserv-id: this service's own verification. */
export const OWN_WORD = 'own verification';

export type LinkSource =
  | 'text'
  | 'html'
  | 'form'
  | 'image'
  | 'base'
  | 'meta-refresh'
  | 'calendar'
  | 'attachment'
  | 'qr-code';

export interface Link {
  /** WHATWG-canonical, at most 2,048 characters. */
  readonly url: string;
  readonly scheme: string;
  /** ASCII host, '' when the scheme has none. */
  readonly host: string;
  readonly orgDomain: string;
  /** host in Unicode when it has punycode labels. */
  readonly unicodeHost?: string;
  readonly port?: number;
  readonly hasUserinfo: boolean;
  /** Host is an IP literal in any spelling the URL standard accepts. */
  readonly isIpHost: boolean;
  readonly source: LinkSource;
  /** What the reader sees in its place, at most 200 characters. */
  readonly shownText?: string;
  /** Host of the address that the shown text itself is, when it is one. */
  readonly shownHost?: string;
  /** It was written with hxxp, [.] or the like. */
  readonly isDefanged: boolean;
  /** SHA-256 of the attachment that holds it, beside other places or alone. */
  readonly inFile?: string;
  /** It only stands in the text of a file: whether a click leads there is the choice of the program that shows it. */
  readonly isWritten?: true;
}

export interface Links {
  /** At most 200 distinct, in order of appearance; of many, those of anchors around nothing that a reader sees come last. */
  readonly all: readonly Link[];
  /** Links that load or go on a click or by themselves: all but images. */
  readonly clickable: readonly Link[];
  /** How many there were before the cut. */
  readonly totalCount: number;
}

export type AttachmentKind =
  | 'document'
  | 'spreadsheet'
  | 'presentation'
  | 'pdf'
  | 'image'
  | 'audio'
  | 'video'
  | 'text'
  | 'html'
  | 'svg'
  | 'archive'
  | 'disk-image'
  | 'executable'
  | 'script'
  | 'shortcut'
  | 'calendar'
  | 'message'
  | 'signature'
  | 'unknown';

/** What a file does or hides, found by looking inside it (traits/files/). Facts: the detectors say which of them are bad. */
export type HazardKind =
  | 'macro' // a VBA project, an Excel 4.0 macro sheet
  | 'macro-auto-run' // a macro that runs when the document is opened or closed
  | 'macro-call' // a macro that calls what starts programs, writes files or fetches
  | 'command-field' // DDE: a field, link or cell that starts a program
  | 'active-control' // an ActiveX control in a document
  | 'remote-template' // a document that loads its template, or an object, from elsewhere when opened
  | 'linked-workbook' // a workbook that takes values from another one elsewhere, when its reader agrees
  | 'program' // a file inside an archive that is a program by its bytes, whatever its name
  | 'embedded-program' // a program, script or shortcut kept inside a document
  | 'pdf-script'
  | 'pdf-open-action' // something happens when the PDF is opened
  | 'pdf-launch' // an action that starts a program or opens a remote file
  | 'pdf-file' // a file kept inside the PDF
  | 'smuggled-file' // a page that builds a file from text in itself and hands it over
  | 'page-script' // a page in an archive that runs a script or goes elsewhere when it is opened
  | 'page-quiet-script' // likewise, with scripts that only arrange what it shows (traits/quietScript.ts)
  | 'page-password' // a page in an archive that asks for a password
  | 'shortcut-command' // a shortcut that starts a program with arguments
  | 'shortcut-remote' // a shortcut that opens or loads from another machine
  | 'bomb' // unpacks to a size, a count or a depth that no honest file has
  | 'default-password' // locked with the password that Excel tries by itself: it opens without a question
  | 'empty-password' // locked, and opens without a question: it only forbids to print, copy or change
  | 'test-virus'; // the EICAR test file

export interface Hazard {
  readonly kind: HazardKind;
  /** The name, call, command or address as it stands, at most 120 characters. */
  readonly quote: string;
  /** The file inside the container that has it: 'inner.zip/run.lnk'. Absent for the attachment itself. */
  readonly inside?: string;
}

/** So that twelve innocent calls cannot push out a command; a file with as many may have more. */
export const MAX_HAZARDS_OF_A_KIND = 12;

export interface Attachment {
  readonly fileName?: string;
  /** Last extension, lower-case without the dot; '' when none. */
  readonly extension: string;
  /** The extension before the last one, when the file name has two that both mean a type ("invoice.pdf.exe"). */
  readonly innerExtension?: string;
  readonly declaredType: string;
  /** By content: file-type's extension or our own rule ('exe', 'html', 'txt', 'zip', 'docx' …); absent when unknown. */
  readonly trueType?: string;
  readonly kind: AttachmentKind;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly isInline: boolean;
  /** It can be opened only with a password (zip entries, Office encryption, PDF). */
  readonly isEncrypted: boolean;
  /** Script that runs when an HTML or SVG file is opened; counts of what was seen. */
  readonly activeContent: readonly string[];
  /** A page under a name of Office that was read whole: it has no script, form, frame, object, formula or template (traits/officePage.ts). */
  readonly isInertPage?: boolean;
  /** Names inside an archive, disk image or Outlook message, and inside archives in it ('inner.zip/run.exe'), at most 100: what can run comes first when there are more. */
  readonly entryNames: readonly string[];
  /** Distinct, at most 40, and MAX_HAZARDS_OF_A_KIND of each kind. */
  readonly hazards: readonly Hazard[];
  /** Right-to-left override, or padding that hides the extension, in the name. */
  readonly hasDeceptiveName: boolean;
}

/** What the antivirus daemon said of the whole message. Absent as a trait when none is configured. */
export type MalwareScan =
  | { readonly outcome: 'clean' }
  | { readonly outcome: 'found'; readonly signature: string }
  | { readonly outcome: 'failed'; readonly why: string };

export type Language = 'en' | 'de' | 'pt' | 'nl' | 'fr' | 'es' | 'ja' | 'zh' | 'unknown';

export type { Intent };

export interface IntentCue {
  readonly intent: Intent;
  readonly language: Language;
  /** The words as they stand in the mail, at most 80 characters. */
  readonly quote: string;
}

export interface Content {
  /** What a reader with HTML sees: of an alternative the HTML half, unless it shows no text; at most 64 KiB. */
  readonly text: string;
  /** What the writer added: without quoted lines, up to the first mail that is quoted whole; '' when all is quoted. */
  readonly newText: string;
  /** How the writer closes: 'best regards, name', '--' for a signature alone, 'none'. */
  readonly signOff: string;
  readonly wordCount: number;
  readonly language: Language;
  /** Bytes of HTML per character of visible text; 0 without HTML. */
  readonly htmlToTextRatio: number;
  /** Text that a reader cannot see: zero font, display:none, same colour; at most 500 characters of it. */
  readonly hiddenText: string;
  readonly hiddenCharCount: number;
  readonly intents: readonly IntentCue[];
  /** Words that press for haste or secrecy. */
  readonly pressureQuotes: readonly string[];
  readonly phoneNumbers: readonly string[];
  /** Brands named in display name, subject or text: ids of models/brands.json with where they stand. */
  readonly brands: readonly { readonly brand: string; readonly where: 'display-name' | 'subject' | 'text' }[];
  readonly formCount: number;
  /** A form or a page with a password field. */
  readonly hasPasswordField: boolean;
  readonly hasScript: boolean;
  readonly imageCount: number;
}

export type AccountKind = 'iban' | 'us-routing' | 'uk-account' | 'bitcoin' | 'ethereum';

/** Where money is to go, without the number. */
export interface Account {
  readonly kind: AccountKind;
  /** ISO 3166 code; none for wallets. */
  readonly country?: string;
  readonly lastFour: string;
  /** Stands for the number among those of one sender: text/mark.ts. */
  readonly mark: string;
  /** It stands in quoted text only: somebody else may have written it, or never. */
  readonly isQuoted: boolean;
}

export interface Money {
  /** Whose accounts these are taken for: the actor's or sender's organisation, or one address, or a name on a platform. */
  readonly holder: string;
  /** Distinct, at most 20. */
  readonly accounts: readonly Account[];
  /** Numbers of payment cards; nothing of them is kept. */
  readonly cardCount: number;
}

/** Somebody in a quoted mail, as it shows them: anybody's word. */
export interface QuotedPerson {
  readonly address?: string;
  readonly nameKey?: string;
}

/** One mail that the text quotes. */
export interface Quote {
  readonly writer: QuotedPerson;
  /** Of its To and Cc, where they are shown; at most 10. */
  readonly readers: readonly QuotedPerson[];
  /** As shown, at most 80 characters. */
  readonly shownDate?: string;
  /** How the writer's program words it, without names, addresses and numbers: 'On … 9, 9 at 9:9 PM … wrote:'. Of the first only: others may be someone else's. */
  readonly form?: string;
}

export interface CalendarInvite {
  /** iTIP method (RFC 5546), upper-case. */
  readonly method: string;
  readonly organizer?: NamedAddress;
  /** Who answers, of a REPLY: its only attendee (RFC 5546 §3.2.3). */
  readonly responder?: NamedAddress;
  readonly attendeeCount: number;
  readonly summary: string;
  readonly linkHosts: readonly string[];
  readonly phoneNumbers: readonly string[];
  /** What the event's own text asks for, and its words of haste or secrecy. */
  readonly intents: readonly IntentCue[];
  readonly pressureQuotes: readonly string[];
  /** Around its telephone numbers; absent when there is nothing of the kind. */
  readonly chargeScares?: readonly ChargeScare[];
  /** How it repeats; absent when it does not. */
  readonly recurrence?: Recurrence;
}

/** RFC 5545 §3.3.10, without its exceptions. */
export interface Recurrence {
  /** Days from one to the next: 1 for daily, 1/24 for hourly. */
  readonly everyDays: number;
  /** Absent: without end. */
  readonly occurrenceCount?: number;
}

export type ActorKind = 'share' | 'sign' | 'invoice' | 'meeting' | 'comment';

/**
 * Who caused a mail that a platform of models/platforms.json sent: the sharer, signer, biller, inviter, commenter. The platform's good name
 * says nothing of them. Their name is what they call themselves there: anybody's word.
 */
export interface Actor {
  /** Id in models/platforms.json. */
  readonly platform: string;
  readonly kind: ActorKind;
  /** At most 120 characters. */
  readonly name?: string;
  /** Key of the name for bindings, as of the sender's. */
  readonly nameKey?: string;
  readonly address?: NamedAddress;
  /** Where the address comes from: replies would go there, the meeting is theirs, or the platform writes it in its words, where a name may hold one too. */
  readonly addressFrom?: 'Reply-To' | 'organizer' | 'words';
  /** The border says that the mail is the platform's; false when it did not speak. */
  readonly isAuthenticated: boolean;
  /** The display name of From is this actor's, not the platform's. */
  readonly isNamedInFrom: boolean;
}

/** Where replies to the actors of an authenticated platform go: the mail is theirs, over the platform's address. */
export const actorAddresses = (actors: readonly Actor[]): readonly string[] =>
  actors.flatMap(({ address, addressFrom, isAuthenticated }) =>
    isAuthenticated && addressFrom !== 'words' ? (address?.address ?? []) : [],
  );

export interface Thread {
  readonly messageId?: string;
  readonly inReplyTo?: string;
  /** In-Reply-To and References, newest first, at most 12: the ones worth looking up. */
  readonly ancestors: readonly string[];
  /** Subject without its reply and forward prefixes, folded. */
  readonly baseSubject: string;
  readonly claimsReply: boolean;
  readonly isForward: boolean;
}

export interface Recipients {
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  /** Distinct addresses of To and Cc, at most 200. */
  readonly addresses: readonly string[];
  /** The mailbox's address stands in none of them. */
  readonly isUndisclosed: boolean;
}

export interface Bulk {
  readonly isList: boolean;
  readonly listId?: string;
  readonly hasUnsubscribe: boolean;
  readonly isAutomatic: boolean;
}

/** Derived facts, no judgement. A trait that could not be had is absent from the message, and detectors that need it are skipped. */
export interface Traits {
  readonly sender: Sender;
  readonly authentication: Authentication;
  readonly route: Route;
  readonly client: Client;
  readonly links: Links;
  readonly attachments: readonly Attachment[];
  readonly content: Content;
  readonly invites: readonly CalendarInvite[];
  readonly thread: Thread;
  readonly recipients: Recipients;
  readonly bulk: Bulk;
  /** At most one; none when no platform sent the mail, or when it does not say for whom. */
  readonly actors: readonly Actor[];
  readonly money: Money;
  /** At most 10, in order of appearance. */
  readonly quotes: readonly Quote[];
  readonly malwareScan: MalwareScan;
}

export type TraitName = keyof Traits;

export interface MessageCore {
  /** Message-ID, or a hash of the bytes where there is none. */
  readonly id: string;
  /** sha256 hex over body and author-written headers: the same mail handed in again, by whatever path, has the same. */
  readonly contentHash: string;
  readonly subject: string;
  readonly direction: Direction;
  readonly envelope: Envelope;
  readonly receivedAt: number;
  readonly sizeBytes: number;
  readonly defects: readonly Defect[];
}

export type Message = MessageCore & Partial<Traits>;
