/**
 * Exports of the Gmail API and of Microsoft Graph as JSON: a message a line, or one document that holds an array. The bytes of the mail where
 * the export has them (base64), else put together from its fields.
 */
import type { FolderRole } from './folders.ts';
import { roleOfName } from './folders.ts';
import { type Mailer, type MailFields, rebuilt } from './rebuild.ts';

export const MAX_JSON_MIB = 96;
export const MAX_JSON_BYTES = MAX_JSON_MIB * 1024 * 1024; // of a line, or of a whole document: 50 MiB of mail are 67 MiB of base64

export interface JsonMail {
  readonly raw: Buffer;
  readonly isRebuilt: boolean;
  readonly role?: FolderRole;
}

type Json = { readonly [key: string]: unknown };

/** undefined for JSON that is no mail. */
export function mailOfJson(value: unknown): JsonMail | undefined {
  if (!isObject(value)) return undefined;
  return ofGmail(value) ?? ofGraph(value);
}

/** The messages of a document that is one array, or holds one. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return undefined;
  return [value.value, value.messages].find((list) => Array.isArray(list)) as readonly unknown[] | undefined;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const time = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

const GMAIL_ROLES: Readonly<Record<string, FolderRole>> = {
  SENT: 'sent',
  SPAM: 'junk',
  TRASH: 'trash',
  DRAFT: 'draft',
};

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages: format raw, or full. */
function ofGmail({ raw, payload, labelIds }: Json): JsonMail | undefined {
  const roles = (Array.isArray(labelIds) ? labelIds : []).map((label) => GMAIL_ROLES[String(label)]);
  const role = roles.find((one) => one !== undefined && one !== 'sent') ?? roles.find((one) => one !== undefined);
  const told = role === undefined ? {} : { role };
  const bytes = text(raw);
  if (bytes !== undefined) return { raw: Buffer.from(bytes, 'base64url'), isRebuilt: false, ...told };
  if (!isObject(payload) || !Array.isArray(payload.headers)) return undefined;
  const headers = objects(payload.headers).map(({ name, value }) => `${String(name)}: ${String(value)}`);
  return { raw: rebuilt({ headers: headers.join('\r\n'), ...bodiesOf(payload) }), isRebuilt: true, ...told };
}

const MAX_PARTS = 1000;

function bodiesOf(payload: Json): Pick<MailFields, 'text' | 'html' | 'attachments'> {
  const parts: Json[] = [payload];
  for (const part of parts) if (parts.length < MAX_PARTS) parts.push(...objects(part.parts));
  const leaves = parts.flatMap(({ body, mimeType, filename }) => {
    const data = isObject(body) ? text(body.data) : undefined;
    const type = String(mimeType).toLowerCase();
    return data === undefined ? [] : [{ name: text(filename), type, content: Buffer.from(data, 'base64url') }];
  });
  const inline = (type: string) => leaves.find((leaf) => leaf.type === type && leaf.name === undefined);
  const [plain, html] = [inline('text/plain'), inline('text/html')];
  return {
    ...(plain === undefined ? {} : { text: plain.content.toString() }),
    ...(html === undefined ? {} : { html: html.content.toString() }),
    attachments: leaves
      .filter((leaf) => leaf !== plain && leaf !== html)
      .map(({ name, ...rest }) => ({ ...rest, ...(name === undefined ? {} : { name }) })),
  };
}

/** https://learn.microsoft.com/graph/api/resources/message; MIME content under the names that exporters give it. */
function ofGraph(value: Json): JsonMail | undefined {
  const folder = text(value.parentFolderName) ?? text(value.folderName) ?? '';
  const role = value.isDraft === true ? ('draft' as const) : roleOfName(folder);
  const told = role === undefined ? {} : { role };
  const mime = ['mime', 'mimeContent', 'MimeContent', '$value', 'content', 'eml'].map((key) => text(value[key]));
  const bytes = mime.find((one) => one !== undefined && BASE64.test(one.slice(0, 400)));
  if (bytes !== undefined) return { raw: Buffer.from(bytes, 'base64'), isRebuilt: false, ...told };
  const fields = graphFields(value);
  return fields === undefined ? undefined : { raw: rebuilt(fields), isRebuilt: true, ...told };
}

const BASE64 = /^[\w+/\s-]{40,}={0,2}$/;

function graphFields(value: Json): MailFields | undefined {
  const kept = objects(value.internetMessageHeaders).map(({ name, value: said }) => `${String(name)}: ${String(said)}`);
  const from = mailerOf(value.from) ?? mailerOf(value.sender);
  const body = isObject(value.body) ? value.body : undefined;
  if (from === undefined && kept.length === 0 && body === undefined) return undefined;
  const said = text(body?.content) ?? text(value.bodyPreview);
  const isHtml = String(body?.contentType).toLowerCase() === 'html';
  const [date, receivedAt] = [time(value.sentDateTime), time(value.receivedDateTime)];
  const [subject, messageId] = [text(value.subject), text(value.internetMessageId)];
  return {
    ...(kept.length === 0 ? {} : { headers: kept.join('\r\n') }),
    ...(from === undefined ? {} : { from }),
    to: mailers(value.toRecipients),
    cc: mailers(value.ccRecipients),
    replyTo: mailers(value.replyTo),
    ...(subject === undefined ? {} : { subject }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(date === undefined ? {} : { date }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(said === undefined ? {} : isHtml ? { html: said } : { text: said }),
    attachments: objects(value.attachments).flatMap((file) => {
      const content = text(file.contentBytes);
      const [name, type] = [text(file.name), text(file.contentType)];
      if (content === undefined) return [];
      return [
        {
          content: Buffer.from(content, 'base64'),
          ...(name === undefined ? {} : { name }),
          ...(type === undefined ? {} : { type }),
        },
      ];
    }),
  };
}

const mailers = (value: unknown): readonly Mailer[] => objects(value).flatMap((one) => mailerOf(one) ?? []);

function mailerOf(value: unknown): Mailer | undefined {
  const written = isObject(value) && isObject(value.emailAddress) ? value.emailAddress : undefined;
  const address = text(written?.address);
  const name = text(written?.name);
  return address === undefined ? undefined : { address, ...(name === undefined ? {} : { name }) };
}
