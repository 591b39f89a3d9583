/** How machines write a message: newsletters, notifications, business software, scripts. See clients.ts for people's programs. */
import {
  BASE62,
  type Client,
  digits,
  domainOf,
  escapeHtml,
  filePart,
  headersOf,
  type Person,
  paragraphs,
  people,
  shownAs,
  textPart,
} from './draft.ts';
import { encodeWords, mailDate, multipart } from './mime.ts';

const answered = (replyTo: Person | undefined): string | undefined =>
  replyTo === undefined ? undefined : shownAs(replyTo);

/** A newsletter service: pixel, unsubscribe, List-Id of the campaign. Links of the text are expected to go over its click host. */
export const newsletter: Client = (draft, random) => {
  const account = digits(random, 25);
  const messageId =
    draft.messageId ??
    `${account}.${digits(random, 10)}.2026${digits(random, 10, '0123456789')}@mail${1 + random.below(90)}.sendbright.example`;
  const host = 'click.sendbright.example';
  const html =
    draft.html ??
    `<!DOCTYPE html><html><body style="margin:0;background:#f4f4f4"><table role="presentation" width="600" align="center"><tr><td style="font-family:Arial;font-size:15px">\n${paragraphs(draft.text, '<p>', '</p>')}\n<p style="font-size:11px;color:#777">You receive this because you subscribed. <a href="https://${host}/unsubscribe?u=${account}">Unsubscribe</a></p></td></tr></table><img src="https://${host}/open.gif?u=${account}" width="1" height="1" alt=""></body></html>`;
  const text = `${draft.text}\n\n--\nUnsubscribe: https://${host}/unsubscribe?u=${account}`;
  const boundary = `_----------=_MCPart_${digits(random, 9, '0123456789')}`;
  const body = multipart('alternative', boundary, [
    textPart('text/plain; charset="utf-8"; format="fixed"', text, 'quoted-printable'),
    textPart('text/html; charset="utf-8"', html, 'quoted-printable'),
  ]);
  const headers = headersOf([
    ['Subject', encodeWords(draft.subject)],
    ['From', shownAs(draft.from)],
    ['Reply-To', answered(draft.replyTo ?? draft.from)],
    ['To', draft.to.map(({ address }) => `<${address}>`).join(', ')],
    ['Date', mailDate(draft.at, 'UTC')],
    ['Message-ID', `<${messageId}>`],
    ['X-Mailer', `Sendbright Mailer - **CID${digits(random, 10)}**`],
    ['X-Campaign', `sendbright${account}`],
    ['List-ID', `${account}ma list <${account}.list-id.sendbright.example>`],
    ['Feedback-ID', `${digits(random, 8, '0123456789')}:${digits(random, 8, '0123456789')}.1:us1:sb`],
    [
      'List-Unsubscribe',
      `<https://${host}/unsubscribe?u=${account}>, <mailto:unsubscribe-${account}@mail.sendbright.example>`,
    ],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ...body.headers,
    ['MIME-Version', '1.0'],
  ]);
  return { messageId, headers, body: body.body };
};

/** Notifications of a web service (portals, sharing, signatures, code hosting). */
export const notifier: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${digits(random, 13)}_${digits(random, 11)}@app-${digits(random, 6)}.mail`;
  const html =
    draft.html ??
    `<!DOCTYPE html><html><body><div style="max-width:560px;font-family:Helvetica,Arial">\n${paragraphs(draft.text, '<p>', '</p>')}\n</div></body></html>`;
  const body = multipart('alternative', `--==_mimepart_${digits(random, 13)}_${digits(random, 11)}`, [
    textPart('text/plain;\n charset=UTF-8', draft.text, '7bit'),
    textPart('text/html;\n charset=UTF-8', html, '7bit'),
  ]);
  const headers = headersOf([
    ['Date', mailDate(draft.at, 'UTC')],
    ['From', shownAs(draft.from)],
    ['Reply-To', answered(draft.replyTo)],
    ['To', people(draft.to)],
    ['Message-ID', `<${messageId}>`],
    ['Subject', encodeWords(draft.subject)],
    ['Mime-Version', '1.0'],
    ...body.headers,
    ['Auto-Submitted', 'auto-generated'],
  ]);
  return { messageId, headers, body: body.body };
};

/** Business software that sends its documents. */
export const sap: Client = (draft, random) => {
  const id = `0050568E${digits(random, 24, '0123456789ABCDEF')}`;
  const messageId = draft.messageId ?? `${id}@sap.${domainOf(draft.from.address)}`;
  const body = multipart('mixed', `=_${id}`, [
    textPart('text/plain; charset="utf-8"', draft.text, 'base64'),
    ...draft.attachments.map((file) => filePart(file)),
  ]);
  const headers = headersOf([
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['From', shownAs(draft.from)],
    ['To', people(draft.to)],
    ['Message-ID', `<${messageId}>`],
    ['X-Mailer', 'SAP NetWeaver 7.54'],
    ['Subject', encodeWords(draft.subject)],
    ['MIME-Version', '1.0'],
    ...body.headers,
  ]);
  return { messageId, headers, body: body.body };
};

/** A web form or a mass mailer on rented hosting. */
export const phpMailer: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${digits(random, 32, BASE62)}@${domainOf(draft.from.address)}`;
  const boundary = (index: number) => `b${index}_${digits(random, 32, BASE62)}`;
  const html = draft.html ?? `<html><body>${paragraphs(draft.text, '<p>', '</p>')}</body></html>`;
  const alternative = multipart('alternative', boundary(1), [
    textPart('text/plain; charset=utf-8', draft.text, 'quoted-printable'),
    textPart('text/html; charset=utf-8', html, 'quoted-printable'),
  ]);
  const files = draft.attachments.map((file) => filePart(file));
  const body = files.length === 0 ? alternative : multipart('mixed', boundary(2), [alternative, ...files]);
  const headers = headersOf([
    ['Date', mailDate(draft.at, 'UTC')],
    ['To', people(draft.to)],
    ['From', shownAs(draft.from)],
    ['Reply-To', answered(draft.replyTo)],
    ['Subject', encodeWords(draft.subject)],
    ['Message-ID', `<${messageId}>`],
    ['X-Mailer', 'PHPMailer 6.9.3 (https://github.com/PHPMailer/PHPMailer)'],
    ['MIME-Version', '1.0'],
    ...body.headers,
  ]);
  return { messageId, headers, body: body.body };
};

/** Software from before MIME: no Message-ID, no Content-Type, text as it is. */
export const preMime: Client = (draft, random) => {
  const headers = headersOf([
    ['From', shownAs(draft.from)],
    ['To', draft.to.map(({ address }) => address).join(', ')],
    ['Subject', draft.subject],
    ['Date', mailDate(draft.at, draft.timeZone)],
  ]);
  return { messageId: `unwritten.${digits(random, 10)}@${domainOf(draft.from.address)}`, headers, body: draft.text };
};

/** Python's email package with a bare SMTP client. */
export const script: Client = (draft, random) => {
  const messageId =
    draft.messageId ??
    `${digits(random, 18, '0123456789')}.${digits(random, 4, '0123456789')}.${digits(random, 19, '0123456789')}@${domainOf(draft.from.address)}`;
  const boundary = `===============${digits(random, 19, '0123456789')}==`;
  const html = draft.html ?? `<html><body>${escapeHtml(draft.text).replaceAll('\n', '<br>')}</body></html>`;
  const body = multipart('mixed', boundary, [
    textPart('text/html; charset="utf-8"', html, 'base64'),
    ...draft.attachments.map((file) => filePart(file)),
  ]);
  const headers = headersOf([
    ...body.headers,
    ['MIME-Version', '1.0'],
    ['From', shownAs(draft.from)],
    ['To', people(draft.to)],
    ['Reply-To', answered(draft.replyTo)],
    ['Subject', encodeWords(draft.subject)],
    ['Date', mailDate(draft.at, 'UTC')],
    ['Message-ID', `<${messageId}>`],
  ]);
  return { messageId, headers, body: body.body };
};
