/** Outlook's PST and OST by pst-extractor → RFC 5322, message by message. Runs in a worker thread: attackers write such files, and it may hang. */
import { type PSTAttachment, PSTFile, type PSTFolder, PSTMessage } from 'pst-extractor';
import { type FileOf, type Mailer, type MailFields, rebuilt } from '../rebuild.ts';
import { isMail } from './message.ts';

/** Names of its folders, outermost first. */
interface Placed {
  readonly folders: readonly string[];
}

export type StoreItem = Placed &
  (
    | { readonly raw: Buffer; readonly isDraft: boolean }
    /** Appointments, contacts, notes. */
    | { readonly isOther: true }
    /** `isFatal`: nothing can be read of the file. */
    | { readonly error: string; readonly isFatal?: true }
  );

const MAX_FOLDERS = 32; // one in the other
const MAX_DEPTH = 3; // messages attached to messages
const MAX_FILE_BYTES = 50 * 1024 * 1024;
const BLOCK_BYTES = 8176; // of the format

/** Throws for what is no such file. */
export function* itemsOfStore(path: string): Generator<StoreItem> {
  const file = new PSTFile(path);
  try {
    yield* itemsIn(file.getRootFolder(), []);
  } finally {
    file.close();
  }
}

/** Search folders (their count is -1) hold what stands elsewhere. */
function* itemsIn(folder: PSTFolder, folders: readonly string[]): Generator<StoreItem> {
  if (folder.emailCount < 0) return;
  let failedCount = 0;
  for (let at = 0; at < folder.contentCount + failedCount; at++) {
    const item = nextItem(folder, folders);
    if (item === undefined) break;
    yield item;
    // Where one cannot be read the cursor may stand still: once more than there are items, it does.
    if ('error' in item && ++failedCount > folder.contentCount) break;
  }
  if (folders.length >= MAX_FOLDERS) return;
  let inner: readonly PSTFolder[];
  try {
    inner = folder.hasSubfolders ? folder.getSubFolders() : [];
  } catch (error) {
    yield { folders, error: String(error) };
    return;
  }
  for (const one of inner) yield* itemsIn(one, [...folders, one.displayName]);
}

/** undefined at the end of the folder. */
function nextItem(folder: PSTFolder, folders: readonly string[]): StoreItem | undefined {
  try {
    const child: unknown = folder.contentCount > 0 ? folder.getNextChild() : null;
    if (child === null || child === undefined) return undefined;
    if (!(child instanceof PSTMessage) || !isMail(child.messageClass || undefined)) return { folders, isOther: true };
    return { folders, raw: rebuilt(fieldsOf(child, 0)), isDraft: child.isUnsent };
  } catch (error) {
    return { folders, error: error instanceof Error ? error.message : String(error) };
  }
}

function fieldsOf(mail: PSTMessage, depth: number): MailFields {
  const from =
    mailerOf(mail.senderName, mail.senderEmailAddress) ??
    mailerOf(mail.sentRepresentingName, mail.sentRepresentingEmailAddress);
  const { transportMessageHeaders, subject, internetMessageId, inReplyToId, body, bodyHTML, bodyRTF } = mail;
  const hasBody = body !== '' || bodyHTML !== '';
  return {
    ...(transportMessageHeaders === '' ? {} : { headers: transportMessageHeaders }),
    ...(from === undefined ? {} : { from }),
    ...recipientsOf(mail),
    subject,
    ...(internetMessageId === '' ? {} : { messageId: internetMessageId }),
    ...(inReplyToId === '' ? {} : { inReplyTo: inReplyToId }),
    ...(mail.clientSubmitTime === null ? {} : { date: mail.clientSubmitTime.getTime() }),
    ...(mail.messageDeliveryTime === null ? {} : { receivedAt: mail.messageDeliveryTime.getTime() }),
    ...(body === '' ? {} : { text: body }),
    ...(bodyHTML === '' ? {} : { html: bodyHTML }),
    attachments: [
      ...(hasBody || bodyRTF === ''
        ? []
        : [{ name: 'body.rtf', type: 'application/rtf', content: Buffer.from(bodyRTF) }]),
      ...filesOf(mail, depth),
    ],
  };
}

const CC = 2; // PidTagRecipientType: 1 To, 2 Cc, 3 Bcc
const MAX_RECIPIENTS = 1000;

function recipientsOf(mail: PSTMessage): Pick<MailFields, 'to' | 'cc'> {
  const to: Mailer[] = [];
  const cc: Mailer[] = [];
  for (let at = 0; at < Math.min(mail.numberOfRecipients, MAX_RECIPIENTS); at++) {
    const recipient = mail.getRecipient(at);
    const mailer = mailerOf(recipient?.displayName, recipient?.smtpAddress || recipient?.emailAddress);
    if (mailer !== undefined && (recipient?.recipientType ?? 1) <= CC)
      (recipient?.recipientType === CC ? cc : to).push(mailer);
  }
  return { to, cc };
}

function mailerOf(name = '', address = ''): Mailer | undefined {
  if (address === '' && name === '') return undefined;
  return { address: address === '' ? name : address, ...(name === '' ? {} : { name }) };
}

function* filesOf(mail: PSTMessage, depth: number): Generator<FileOf> {
  for (let at = 0; at < mail.numberOfAttachments; at++) {
    const file = mail.getAttachment(at);
    const inner = file.embeddedPSTMessage;
    const name = file.longFilename || file.filename;
    const named = name === '' ? {} : { name };
    if (inner !== null && inner !== undefined) {
      if (depth < MAX_DEPTH) yield { ...named, type: 'message/rfc822', content: rebuilt(fieldsOf(inner, depth + 1)) };
    } else {
      const content = contentOf(file);
      const { mimeTag, contentId } = file;
      if (content !== undefined)
        yield {
          ...named,
          ...(mimeTag === '' ? {} : { type: mimeTag }),
          ...(contentId === '' ? {} : { contentId }),
          content,
        };
    }
  }
}

/** undefined for one that is kept elsewhere, or is larger than a message may be. */
function contentOf(file: PSTAttachment): Buffer | undefined {
  const stream = file.fileInputStream;
  if (stream === null || stream === undefined || stream.length.toNumber() > MAX_FILE_BYTES) return undefined;
  const blocks: Buffer[] = [];
  for (let bytes = BLOCK_BYTES; bytes === BLOCK_BYTES; ) {
    const block = Buffer.alloc(BLOCK_BYTES);
    bytes = stream.read(block);
    blocks.push(block.subarray(0, Math.max(0, bytes)));
  }
  return Buffer.concat(blocks);
}
