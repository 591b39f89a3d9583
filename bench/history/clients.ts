/**
 * How people's mail programs write a message: headers and their order, Message-ID, boundary, structure, encoding. One function per program;
 * the same draft and seed give the same bytes. Machines that send mail are in machines.ts.
 */
import {
  BASE62,
  type Client,
  type Draft,
  digits,
  domainOf,
  filePart,
  headersOf,
  paragraphs,
  people,
  shownAs,
  textPart,
  uuid,
} from './draft.ts';
import type { AttachedFile } from './files.ts';
import { encodeWords, hex, isAscii, mailDate, multipart, type Part } from './mime.ts';

const cc = ({ cc: list = [] }: Draft): string | undefined => (list.length === 0 ? undefined : people(list));
const replyTo = ({ replyTo: target }: Draft): string | undefined =>
  target === undefined ? undefined : shownAs(target);
const inReplyTo = ({ parents }: Draft): string | undefined =>
  parents.length === 0 ? undefined : `<${parents.at(-1)}>`;
const references = ({ parents }: Draft): string | undefined =>
  parents.length === 0 ? undefined : parents.map((id) => `<${id}>`).join(' ');

/** The part itself, or a multipart/mixed of it and the files. */
const withFiles = (part: Part, files: readonly AttachedFile[], boundary: string, preamble = ''): Part =>
  files.length === 0 ? part : multipart('mixed', boundary, [part, ...files.map((file) => filePart(file))], preamble);

/** Outlook over SMTP to a mail server of the company's own. */
export const outlook: Client = (draft, random) => {
  const messageId =
    draft.messageId ??
    `${digits(random, 12)}01dc${digits(random, 4)}$${digits(random, 8)}$${digits(random, 8)}$@${domainOf(draft.from.address)}`;
  const boundary = (index: number) =>
    `----=_NextPart_000_${hex(random.below(4096), 4).toUpperCase()}_01DC5A${hex(index, 2)}.${digits(random, 8).toUpperCase()}`;
  const html =
    draft.html ??
    `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15 (filtered medium)"></head>\n<body lang=EN-GB><div class=WordSection1>\n${paragraphs(draft.text, '<p class=MsoNormal>', '<o:p></o:p></p>')}\n</div></body></html>`;
  const notice = 'This is a multipart message in MIME format.\n\n';
  const isPlain = draft.attachments.length === 0;
  const body = multipart(
    'alternative',
    boundary(1),
    [
      textPart('text/plain;\n charset="utf-8"', draft.text, 'quoted-printable'),
      textPart('text/html;\n charset="utf-8"', html, 'quoted-printable'),
    ],
    isPlain ? notice : '',
  );
  const whole = withFiles(body, draft.attachments, boundary(2), notice);
  const headers = headersOf([
    ['From', shownAs(draft.from, 'always')],
    ['Reply-To', replyTo(draft)],
    ['To', people(draft.to, 'always')],
    ['Cc', cc(draft)],
    ['References', references(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['Subject', encodeWords(draft.subject)],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['Message-ID', `<${messageId}>`],
    ['MIME-Version', '1.0'],
    ...whole.headers,
    ['X-Mailer', 'Microsoft Outlook 16.0'],
    ['Thread-Index', `Adx${digits(random, 27, BASE62)}==`],
    ['Content-Language', 'en-gb'],
  ]);
  return { messageId, headers, body: whole.body };
};

/** Outlook or its web face on a hosted Exchange. */
export const exchange: Client = (draft, random) => {
  const server = `AS8PR0${1 + random.below(9)}MB${1000 + random.below(9000)}`;
  const host = `${server}.eurprd0${1 + random.below(9)}.hosted-exchange.example`;
  const messageId = draft.messageId ?? `${server}${digits(random, 22, '0123456789ABCDEF')}@${host}`;
  const boundary = (index: number) => `_00${index}_${server}${digits(random, 22, '0123456789ABCDEF')}_`;
  const html =
    draft.html ??
    `<html><head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n</head>\n<body dir="ltr">\n${paragraphs(draft.text, '<div class="elementToProof" style="font-family: Aptos, Calibri; font-size: 12pt;">', '</div>')}\n</body>\n</html>`;
  const body = multipart('alternative', boundary(0), [
    textPart('text/plain; charset="utf-8"', draft.text, 'base64'),
    textPart('text/html; charset="utf-8"', html, 'base64'),
  ]);
  const whole = withFiles(body, draft.attachments, boundary(4));
  const headers = headersOf([
    ['From', shownAs(draft.from)],
    ['To', people(draft.to)],
    ['CC', cc(draft)],
    ['Subject', encodeWords(draft.subject)],
    ['Thread-Topic', encodeWords(draft.subject.replace(/^(re|aw|fw|wg): /i, ''))],
    ['Thread-Index', `AQH${digits(random, 27, BASE62)}==`],
    ['Date', mailDate(draft.at, 'UTC')],
    ['Message-ID', `<${messageId}>`],
    ['References', references(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['Reply-To', replyTo(draft)],
    ['Accept-Language', 'en-GB, en-US'],
    ['Content-Language', 'en-GB'],
    ['X-MS-Has-Attach', draft.attachments.length === 0 ? '' : 'yes'],
    ['X-MS-TNEF-Correlator', ''],
    ...whole.headers,
    ['MIME-Version', '1.0'],
  ]);
  return { messageId, headers, body: whole.body };
};

export const gmail: Client = (draft, random) => {
  const messageId =
    draft.messageId ??
    `CA${digits(random, 1, '+')}${digits(random, 31, BASE62)}=${digits(random, 18, BASE62)}@mail.gmail.com`;
  const boundary = () => `000000000000${digits(random, 16)}`;
  const encoding = isAscii(draft.text) ? '7bit' : 'quoted-printable';
  const html = draft.html ?? `<div dir="ltr">${paragraphs(draft.text, '<div>', '</div><div><br></div>')}</div>`;
  const type = (subtype: string) => `text/${subtype}; charset="UTF-8"`;
  const body = multipart('alternative', boundary(), [
    textPart(type('plain'), draft.text, encoding),
    textPart(type('html'), html, encoding),
  ]);
  const whole = withFiles(body, draft.attachments, boundary());
  const headers = headersOf([
    ['MIME-Version', '1.0'],
    ['References', references(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['Reply-To', replyTo(draft)],
    ['From', shownAs(draft.from)],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['X-Gm-Features', `AWmQ_b${digits(random, 30, BASE62)}`],
    ['Message-ID', `<${messageId}>`],
    ['Subject', encodeWords(draft.subject)],
    ['To', people(draft.to)],
    ['Cc', cc(draft)],
    ...whole.headers,
  ]);
  return { messageId, headers, body: whole.body };
};

export const appleMail: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${uuid(random).toUpperCase()}@${domainOf(draft.from.address)}`;
  const charset = isAscii(draft.text) ? 'us-ascii' : 'utf-8';
  const part = textPart(`text/plain;\n\tcharset=${charset}`, draft.text, 'quoted-printable');
  const whole = withFiles(part, draft.attachments, `Apple-Mail=_${uuid(random).toUpperCase()}`);
  const headers = headersOf([
    ['From', shownAs(draft.from)],
    ...whole.headers,
    ['Mime-Version', '1.0 (Mac OS X Mail 16.0 \\(3826.700.81\\))'],
    ['Subject', encodeWords(draft.subject)],
    ['Message-Id', `<${messageId}>`],
    ['References', references(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['Cc', cc(draft)],
    ['To', people(draft.to)],
    ['X-Mailer', 'Apple Mail (2.3826.700.81)'],
  ]);
  return { messageId, headers, body: whole.body };
};

export const iphone: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${uuid(random).toUpperCase()}@${domainOf(draft.from.address)}`;
  const part = textPart('text/plain; charset=utf-8', draft.text, 'quoted-printable');
  const whole = withFiles(part, draft.attachments, `Apple-Mail-${uuid(random).toUpperCase()}`);
  const headers = headersOf([
    ...whole.headers,
    ['From', shownAs(draft.from)],
    ['Mime-Version', '1.0 (1.0)'],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['Subject', encodeWords(draft.subject)],
    ['Message-Id', `<${messageId}>`],
    ['References', references(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['Cc', cc(draft)],
    ['To', people(draft.to)],
    ['X-Mailer', 'iPhone Mail (23B85)'],
  ]);
  return { messageId, headers, body: whole.body };
};

export const thunderbird: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${uuid(random)}@${domainOf(draft.from.address)}`;
  const part = textPart('text/plain; charset=UTF-8; format=flowed', draft.text, isAscii(draft.text) ? '7bit' : '8bit');
  const whole = withFiles(part, draft.attachments, `------------${digits(random, 24, BASE62)}`);
  const headers = headersOf([
    ['Message-ID', `<${messageId}>`],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['MIME-Version', '1.0'],
    ['User-Agent', 'Mozilla Thunderbird'],
    ['Reply-To', replyTo(draft)],
    ['Subject', encodeWords(draft.subject)],
    ['To', people(draft.to)],
    ['Cc', cc(draft)],
    ['References', references(draft)],
    ['Content-Language', 'en-GB'],
    ['From', shownAs(draft.from)],
    ['In-Reply-To', inReplyTo(draft)],
    ...whole.headers,
  ]);
  return { messageId, headers, body: whole.body };
};

/** Roundcube: what small hosting companies give their customers, and what a thief of a password uses. */
export const webmail: Client = (draft, random) => {
  const messageId = draft.messageId ?? `${digits(random, 32)}@${domainOf(draft.from.address)}`;
  const isPlain = draft.html === undefined;
  const boundary = `=_${digits(random, 32)}`;
  const plain = textPart(
    'text/plain; charset=UTF-8;\n format=flowed',
    draft.text,
    isAscii(draft.text) ? '7bit' : '8bit',
  );
  const body = isPlain
    ? plain
    : multipart('alternative', boundary, [
        plain,
        textPart('text/html; charset=UTF-8', draft.html ?? '', 'quoted-printable'),
      ]);
  const whole = withFiles(body, draft.attachments, `=_${digits(random, 32)}`);
  const headers = headersOf([
    ['MIME-Version', '1.0'],
    ['Date', mailDate(draft.at, draft.timeZone)],
    ['From', shownAs(draft.from)],
    ['To', people(draft.to)],
    ['Cc', cc(draft)],
    ['Subject', encodeWords(draft.subject)],
    ['Reply-To', replyTo(draft)],
    ['In-Reply-To', inReplyTo(draft)],
    ['References', references(draft)],
    ['User-Agent', 'Roundcube Webmail/1.6.11'],
    ['Message-ID', `<${messageId}>`],
    ['X-Sender', draft.from.address],
    ...whole.headers,
  ]);
  return { messageId, headers, body: whole.body };
};
