/** Bytes → ParsedMail: headers.ts reads the header block, mailparser (body.ts) what is below it, this file puts the fields together. */
import type { NamedAddress, ParsedMail } from '../domain/mail.ts';
import { oneLine, readAddresses, readFirstAddress } from './addresses.ts';
import { readArcSets } from './arcSets.ts';
import { readAuthenticationResults, signatureDomain } from './authenticationResults.ts';
import { type Body, readBody, withinLimits } from './body.ts';
import { readDate } from './dates.ts';
import { type DefectLog, note, noteByteDefects, toDefects } from './defects.ts';
import { type HeaderBlock, type HeaderIndex, readHeaders, valuesOf } from './headers.ts';
import { readMessageId, readMessageIds } from './messageIds.ts';
import { attachedMessages, withShownMessages } from './messagesInside.ts';
import { MAX_HOPS, readReceived } from './received.ts';

const MAX_RECIPIENTS = 500; // addresses in To and Cc
const MAX_CLAIMS = 20;
const MAX_REPLY_TO = 20;
const MAX_SUBJECT_LENGTH = 2_000;
const MAX_ATTACHED_BODIES = 10; // domain/mail.ts

/** Never throws; odd mail has `defects`. */
export async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const log: DefectLog = new Map();
  if (raw.length === 0) note(log, 'empty', 'no bytes');
  else noteByteDefects(raw, log);
  const block = raw.length === 0 ? EMPTY_BLOCK : readHeaders(raw, log);
  const body = await readWholeBody(raw, block, log);
  const mail = toMail(raw, block, body, log);
  noteFieldDefects(mail, block.index, log);
  return { ...mail, defects: toDefects(log) };
}

const EMPTY_BLOCK: HeaderBlock = { headers: [], index: new Map(), bodyStart: 0, isOverLimit: false };

/** Of a message over the limits of its header block only the subject is still read. */
async function readWholeBody(
  raw: Buffer,
  { index, bodyStart, isOverLimit }: HeaderBlock,
  log: DefectLog,
): Promise<WholeBody> {
  if (!isOverLimit) {
    const body = await withShownMessages(await readBody(index, raw.subarray(bodyStart), log), log);
    const inner = await attachedMessages(body.parts, log);
    if (inner.length === 0) return { ...body, attachedBodies: [] };
    if (inner.length > MAX_ATTACHED_BODIES) note(log, 'unread-files', `over ${MAX_ATTACHED_BODIES} attached messages`);
    const parts = [...body.parts, ...inner.flatMap((message) => message.parts)];
    return {
      ...withinLimits({ ...body, parts }, log),
      attachedBodies: inner.slice(0, MAX_ATTACHED_BODIES).map(({ text, html }) => ({ text, html })),
    };
  }
  const body = await readBody(new Map([['subject', valuesOf(index, 'subject')]]), Buffer.alloc(0), log);
  return { ...body, attachedBodies: [] };
}

type WholeBody = Body & Pick<ParsedMail, 'attachedBodies'>;

function toMail(raw: Buffer, block: HeaderBlock, body: WholeBody, log: DefectLog): Omit<ParsedMail, 'defects'> {
  const { headers, index } = block;
  const first = (name: string): string | undefined => index.get(name)?.[0];
  const messageId = readMessageId(first('message-id'));
  const inReplyTo = readMessageId(first('in-reply-to'));
  const date = readDate(first('date') ?? '');
  return {
    headers,
    headerBytes: block.bodyStart,
    sizeBytes: raw.length,
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    references: readMessageIds(valuesOf(index, 'references').join(' ')),
    subject: oneLine(body.subject.slice(0, MAX_SUBJECT_LENGTH)),
    ...(date === undefined ? {} : { dateAt: date.at }),
    ...(date?.zoneMinutes === undefined ? {} : { dateZoneMinutes: date.zoneMinutes }),
    ...people(index, log),
    text: body.text,
    html: body.html,
    parts: body.parts,
    attachedBodies: body.attachedBodies,
    ...(body.structure === undefined ? {} : { structure: body.structure }),
    received: valuesOf(index, 'received').slice(0, MAX_HOPS).map(readReceived),
    authenticationClaims: valuesOf(index, 'authentication-results').slice(0, MAX_CLAIMS).map(readAuthenticationResults),
    arcSets: readArcSets(valuesOf(index, 'arc-seal'), valuesOf(index, 'arc-authentication-results')),
    dkimSignatureDomains: valuesOf(index, 'dkim-signature')
      .slice(0, MAX_CLAIMS)
      .flatMap((value) => signatureDomain(value) ?? []),
  };
}

type People = Pick<ParsedMail, 'from' | 'replyTo' | 'senderHeader' | 'returnPath' | 'originalFrom' | 'to' | 'cc'>;

function people(index: HeaderIndex, log: DefectLog): People {
  const one = (name: string): NamedAddress | undefined => readFirstAddress(index.get(name)?.[0]);
  const from = one('from');
  const senderHeader = one('sender');
  const returnPath = one('return-path');
  const originalFrom = one('x-original-from') ?? one('x-original-sender');
  const to = readAddresses(valuesOf(index, 'to'));
  const cc = readAddresses(valuesOf(index, 'cc'));
  if (to.length + cc.length > MAX_RECIPIENTS) note(log, 'too-many-recipients', `${to.length + cc.length} addresses`);
  return {
    ...(from === undefined ? {} : { from }),
    replyTo: readAddresses(valuesOf(index, 'reply-to')).slice(0, MAX_REPLY_TO),
    ...(senderHeader === undefined ? {} : { senderHeader }),
    ...(returnPath === undefined ? {} : { returnPath }),
    ...(originalFrom === undefined ? {} : { originalFrom }),
    to: to.slice(0, MAX_RECIPIENTS),
    cc: cc.slice(0, Math.max(0, MAX_RECIPIENTS - to.length)),
  };
}

/**
 * RFC 5322 §3.6 and RFC 2045: at most one of each. From has a defect of its own; In-Reply-To and References are left out because patch
 * mailers write both twice (181 of 20,522 list ham mails).
 */
const SINGLE_HEADERS = [
  'date',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

function noteFieldDefects(mail: Omit<ParsedMail, 'defects'>, index: HeaderIndex, log: DefectLog): void {
  if (log.has('empty')) return;
  const count = (name: string): number => valuesOf(index, name).length;
  if (count('from') > 1) note(log, 'multiple-from', `${count('from')} From headers`);
  if (mail.from === undefined) note(log, 'no-from', count('from') === 0 ? 'no From header' : 'no address in From');
  if (mail.dateAt === undefined) note(log, 'no-date', count('date') === 0 ? 'no Date header' : 'unreadable Date');
  if (mail.messageId === undefined) note(log, 'no-message-id', 'no Message-ID');
  for (const name of SINGLE_HEADERS.filter((single) => count(single) > 1)) {
    note(log, 'duplicate-header', `${count(name)} ${name} headers`);
  }
}
