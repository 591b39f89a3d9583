/** Builders of small messages and baselines for tables: only what a row is about is written in it. */

import type { Baseline, Correspondent, Tally } from '../src/domain/baseline.ts';
import type { NamedAddress } from '../src/domain/mail.ts';
import type {
  Attachment,
  Bulk,
  CalendarInvite,
  Content,
  Link,
  Message,
  Sender,
  Thread,
  Traits,
} from '../src/domain/message.ts';
import type { Client } from '../src/domain/origin.ts';

export const NOW = Date.UTC(2026, 10, 24, 12);
const DAY_MS = 86_400_000;

export function address(text: string, name?: string): NamedAddress {
  const [local = '', domain = ''] = text.split('@');
  const orgDomain = domain.split('.').slice(-2).join('.');
  return { address: text, local, domain, orgDomain, ...(name === undefined ? {} : { name }) };
}

export function sender(text: string, more: Partial<Sender> = {}): Sender {
  return { ...address(text), otherReadings: [], replyTo: [], isFreemail: false, isOwnDomain: false, ...more };
}

export function link(url: string, more: Partial<Link> = {}): Link {
  const parsed = new URL(url);
  return {
    url: parsed.href,
    scheme: parsed.protocol.slice(0, -1),
    host: parsed.hostname,
    orgDomain: parsed.hostname.split('.').slice(-2).join('.'),
    hasUserinfo: parsed.username !== '',
    isIpHost: /^[\d.]+$/.test(parsed.hostname),
    source: 'html',
    isDefanged: false,
    ...(parsed.port === '' ? {} : { port: Number(parsed.port) }),
    ...more,
  };
}

export function attachment(fileName: string, more: Partial<Attachment> = {}): Attachment {
  return {
    fileName,
    extension: fileName.includes('.') ? (fileName.split('.').at(-1) ?? '').toLowerCase() : '',
    declaredType: 'application/octet-stream',
    kind: 'unknown',
    sizeBytes: 1000,
    sha256: '0'.repeat(64),
    isInline: false,
    isEncrypted: false,
    activeContent: [],
    entryNames: [],
    hazards: [],
    hasDeceptiveName: false,
    ...more,
  };
}

export const content = (text = '', more: Partial<Content> = {}): Content => ({
  text,
  newText: text,
  signOff: 'none',
  wordCount: text.split(/\s+/).filter(Boolean).length,
  language: 'en',
  htmlToTextRatio: 0,
  hiddenText: '',
  hiddenCharCount: 0,
  intents: [],
  pressureQuotes: [],
  phoneNumbers: [],
  brands: [],
  formCount: 0,
  hasPasswordField: false,
  hasScript: false,
  imageCount: 0,
  ...more,
});

const noBulk: Bulk = { isList: false, hasUnsubscribe: false, isAutomatic: false };
const plainThread: Thread = { ancestors: [], baseSubject: '', claimsReply: false, isForward: false };
const plainClient: Client = {
  mailer: 'none',
  timeZone: '+0000',
  messageIdDomain: 'partner.example',
  messageIdPattern: 'hex32',
  headerOrder: 'aaaa',
  structure: 'plain/7bit',
  boundaryPattern: 'none',
  contentTypeForm: 'bbbb',
};
export const invite = (more: Partial<CalendarInvite> = {}): CalendarInvite => ({
  method: 'REQUEST',
  attendeeCount: 1,
  summary: '',
  linkHosts: [],
  phoneNumbers: [],
  intents: [],
  pressureQuotes: [],
  ...more,
});

/** An unremarkable inbound mail from bea@partner.example to ana@acme.example. */
export function message(more: Partial<Message> = {}): Message & Traits {
  return {
    id: 'm1@partner.example',
    contentHash: '0'.repeat(64),
    subject: 'Meeting',
    direction: 'inbound',
    envelope: { rcptTo: ['ana@acme.example'] },
    receivedAt: NOW,
    sizeBytes: 2000,
    defects: [],
    sender: sender('bea@partner.example'),
    authentication: {
      authservId: 'mx.acme.example',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      dkimPassDomains: ['partner.example'],
      isAligned: true,
    },
    route: {
      hops: [],
      relayPath: 'none',
      firstRelay: 'none',
      sendingOrgDomain: 'partner.example',
      dkimDomains: ['partner.example'],
      isDkimVerified: true,
      mailFromOrgDomain: 'partner.example',
    },
    client: plainClient,
    links: { all: [], clickable: [], totalCount: 0 },
    attachments: [],
    content: content('Shall we meet on Tuesday?'),
    invites: [],
    thread: plainThread,
    recipients: { to: [address('ana@acme.example')], cc: [], addresses: ['ana@acme.example'], isUndisclosed: false },
    bulk: noBulk,
    actors: [],
    money: { holder: 'partner.example', accounts: [], cardCount: 0 },
    quotes: [],
    malwareScan: { outcome: 'clean' },
    ...more,
  };
}

export const withLinks = (...all: readonly Link[]) => ({
  links: { all, clickable: all.filter((one) => one.source !== 'image'), totalCount: all.length },
});

export function tally(messageCount: number, more: Partial<Tally> = {}): Tally {
  return {
    messageCount,
    recentCount: messageCount / 4,
    everCount: messageCount,
    distinctDays: messageCount,
    firstAt: NOW - 400 * DAY_MS,
    lastAt: NOW - DAY_MS,
    ...more,
  };
}

export function correspondent(of: string, receivedCount: number, more: Partial<Correspondent> = {}): Correspondent {
  return {
    address: of,
    ...(receivedCount === 0 ? {} : { received: tally(receivedCount) }),
    repliedCount: 0,
    reportedCount: 0,
    releasedCount: 0,
    replyToOrgDomains: new Set(),
    attachmentKinds: new Map(),
    intents: new Map(),
    coRecipients: new Map(),
    ...more,
  };
}

/** A steady mailbox that knows nothing of the sender. */
export function baseline(more: Partial<Baseline> = {}): Baseline {
  return {
    mailbox: 'ana@acme.example',
    maturity: { stage: 'steady', messageCount: 1000, ageDays: 400 },
    holds: { tokens: 3 },
    rarity: {},
    correspondents: new Map(),
    nameBindings: [],
    vips: [],
    tenantNameBindings: [],
    habits: [],
    senderResemblances: [],
    replyToResemblances: [],
    threads: new Map(),
    linkDomains: new Map(),
    attachmentKinds: new Map(),
    ...more,
  };
}
