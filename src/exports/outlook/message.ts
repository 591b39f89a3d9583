/** Outlook's .msg (and .oft) by @kenjiuno/msgreader → RFC 5322. Runs in a worker thread: attackers write such files, and it may hang. */
import msgreader from '@kenjiuno/msgreader';
import type { FileOf, Mailer, MailFields } from '../rebuild.ts';
import { rebuilt } from '../rebuild.ts';

const { default: MsgReader } = msgreader;
type Reader = InstanceType<typeof MsgReader>;
type Fields = ReturnType<Reader['getFileData']>;

const MAX_DEPTH = 3; // messages attached to messages
const UNSENT = 0x8; // PidTagMessageFlags, mfUnsent: MS-OXCMSG §2.2.1.6

export interface Rebuilt {
  readonly raw: Buffer;
  readonly isDraft: boolean;
}

/** Throws for what is no such file; undefined for appointments, contacts, notes: what is no mail. */
export function mailOfMsg(bytes: Uint8Array): Rebuilt | undefined {
  const exact = new Uint8Array(bytes); // its own buffer: the reader takes all of the one beneath
  const reader = new MsgReader(exact.buffer);
  const fields = reader.getFileData();
  if (fields.error !== undefined) throw new Error(fields.error);
  if (!isMail(fields.messageClass)) return undefined;
  return { raw: rebuilt(mailFields(fields, reader, 0)), isDraft: ((fields.messageFlags ?? 0) & UNSENT) !== 0 };
}

/** Invitations and reports are mail too. */
export const isMail = (messageClass = 'IPM.Note'): boolean =>
  /^(?:IPM\.(?:Note|Schedule|Outlook\.Recall|Sharing|Post)|REPORT)\b/i.test(messageClass);

function mailFields(fields: Fields, reader: Reader, depth: number): MailFields {
  const { headers, subject, messageId, body, inReplyToId } = fields as Fields & { readonly inReplyToId?: string };
  const from = mailerOf(
    fields.senderName,
    fields.senderSmtpAddress ?? fields.sentRepresentingSmtpAddress ?? fields.senderEmail,
  );
  const html =
    fields.bodyHtml ?? (fields.html === undefined ? undefined : decoded(fields.html, fields.internetCodepage));
  const [date, receivedAt] = [timeOf(fields.clientSubmitTime), timeOf(fields.messageDeliveryTime)];
  return {
    ...(headers === undefined || headers.trim() === '' ? {} : { headers }),
    ...(from === undefined ? {} : { from }),
    to: recipients(fields, 'to'),
    cc: recipients(fields, 'cc'),
    ...(subject === undefined ? {} : { subject }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyToId === undefined ? {} : { inReplyTo: inReplyToId }),
    ...(date === undefined ? {} : { date }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(body === undefined ? {} : { text: body }),
    ...(html === undefined ? {} : { html }),
    attachments: (fields.attachments ?? []).flatMap((file) => fileOf(file, reader, depth) ?? []),
  };
}

function fileOf(file: Fields, reader: Reader, depth: number): FileOf | undefined {
  const name = file.fileName ?? file.fileNameShort ?? file.name;
  const named = name === undefined ? {} : { name };
  if (file.innerMsgContent) {
    if (depth >= MAX_DEPTH || file.innerMsgContentFields === undefined) return undefined;
    const content = rebuilt(mailFields(file.innerMsgContentFields, reader, depth + 1));
    return { ...named, type: 'message/rfc822', content };
  }
  const { content } = reader.getAttachment(file);
  const [type, contentId] = [file.attachMimeTag, file.pidContentId];
  return {
    ...named,
    ...(type === undefined ? {} : { type }),
    ...(contentId === undefined ? {} : { contentId }),
    content: Buffer.from(content),
  };
}

const recipients = (fields: Fields, kind: 'to' | 'cc'): readonly Mailer[] =>
  (fields.recipients ?? [])
    .filter(({ recipType = 'to' }) => recipType === kind)
    .flatMap(({ name, smtpAddress, email }) => mailerOf(name, smtpAddress ?? email) ?? []);

function mailerOf(name: string | undefined, address: string | undefined): Mailer | undefined {
  const known = address ?? name;
  return known === undefined ? undefined : { address: known, ...(name === undefined ? {} : { name }) };
}

const timeOf = (text: string | undefined): number | undefined => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
};

const CODEPAGES: Readonly<Record<number, string>> = {
  ...{
    932: 'shift_jis',
    936: 'gbk',
    949: 'euc-kr',
    950: 'big5',
    20866: 'koi8-r',
    50220: 'iso-2022-jp',
    65001: 'utf-8',
  },
  ...{
    51932: 'euc-jp',
    51949: 'euc-kr',
    54936: 'gb18030',
    28591: 'iso-8859-1',
    28592: 'iso-8859-2',
    28605: 'iso-8859-15',
  },
};

/** PidTagHtml is bytes in PidTagInternetCodepage. */
export function decoded(bytes: Uint8Array, codepage = 65001): string {
  const name = CODEPAGES[codepage] ?? (codepage >= 1250 && codepage <= 1258 ? `windows-${codepage}` : 'utf-8');
  return new TextDecoder(name).decode(bytes);
}
