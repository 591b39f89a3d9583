/** A message put together from what a client took apart: fields that no line break leaves, and bodies in base64. Not the bytes that were signed. */
import { createHash } from 'node:crypto';

/** As text: the client decoded it. */
export type Field = readonly [name: string, value: string];

export interface RebuiltPart {
  readonly type: string;
  readonly fileName?: string;
  readonly contentId?: string;
  readonly content: Buffer;
}

/** Fields whose name is none are left out: nobody can have read them. */
export const headOf = (fields: readonly Field[]): string => fields.map(line).join('');

function line([name, value]: Field): string {
  if (!/^[!-9;-~]{1,200}$/.test(name)) return '';
  const lines = value.split(/[\r\n]+/).filter((text) => text !== '');
  return `${name}:${lines.map((text) => (/^[\t ]/.test(text) ? text : ` ${text}`)).join('\r\n')}\r\n`;
}

/** Texts are alternatives of each other, files follow. */
export function mimeOf(fields: readonly Field[], texts: readonly RebuiltPart[], files: readonly RebuiltPart[]): Buffer {
  const unique = createHash('sha256').update(headOf(fields)).digest('hex').slice(0, 40);
  const alternatives = multipart('alternative', `=_a${unique}`, texts.map(leaf)); // '=_' stands in no base64
  const body = multipart('mixed', `=_m${unique}`, [alternatives, ...files.map(leaf)]);
  return Buffer.concat([Buffer.from(`${headOf(fields)}MIME-Version: 1.0\r\n`), body]);
}

function multipart(subtype: string, boundary: string, parts: readonly Buffer[]): Buffer {
  const open = Buffer.from(`--${boundary}\r\n`);
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n`),
    ...parts.flatMap((part) => [open, part, CRLF]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

const CRLF = Buffer.from('\r\n');
const MEDIA_TYPE = /^[\w.+-]{1,80}\/[\w.+-]{1,80}(?:; *charset="?[\w-]{1,40}"?)?$/;

function leaf({ type, fileName, contentId, content }: RebuiltPart): Buffer {
  const disposition =
    fileName === undefined ? [] : [`Content-Disposition: attachment; filename*=UTF-8''${escaped(fileName)}`];
  const id = contentId === undefined ? [] : [`Content-ID: <${contentId.replace(/[^!-;=?-~]/g, '')}>`];
  const head = [
    `Content-Type: ${MEDIA_TYPE.test(type) ? type : 'application/octet-stream'}`,
    'Content-Transfer-Encoding: base64',
    ...disposition,
    ...id,
  ];
  const lines = content.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${lines}`);
}

/** RFC 8187. */
const escaped = (name: string): string =>
  encodeURIComponent(name.toWellFormed().slice(0, 200)).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
