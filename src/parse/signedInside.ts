/**
 * S/MIME signed or compressed in one piece (RFC 8551 §3.5.2, §3.6): mail programs show what is in it in its place. Signed files (.p7m), by
 * which contracts and invoices are signed in some countries, hold a file in place of a message.
 */
import type { ParsedPart } from '../domain/mail.ts';
import { isSmime, readSignedData } from '../text/signedData.ts';
import { type DefectLog, note } from './defects.ts';

/** What compressed parts may still unpack to, of all in a message. */
export interface Room {
  bytes: number;
}

const MAX_UNPACKED = 1024 * 1024; // bytes; hardly any program writes such parts
export const newRoom = (): Room => ({ bytes: MAX_UNPACKED });

export interface OpenedPart {
  /** With a header block of its own, or a bare text. */
  readonly message?: Buffer;
  readonly file?: ParsedPart;
}

export const isSignedPart = ({ declaredType, fileName = '' }: ParsedPart): boolean => isSmime(declaredType, fileName);

/** Empty for what is encrypted. What cannot be read is told. */
export function openSigned(part: ParsedPart, log: DefectLog, room: Room): OpenedPart {
  const read = readSignedData(part.content, room.bytes);
  if (read.kind === 'unreadable') note(log, 'unread-files', `${part.fileName ?? 'a signed part'} cannot be read`);
  if (read.kind !== 'content') return {};
  if (read.isPacked) room.bytes -= read.content.length;
  const { content } = read;
  const start = content.toString('latin1', 0, LOOKED_AT);
  const name = (part.fileName ?? '').replace(/\.p7[mz]$/i, '');
  const isNamed = name.includes('.'); // contract.pdf.p7m
  const isText = !start.includes('\0') && !MARKUP_OR_PDF.test(start);
  // A mail program takes the first lines for the header of a message, by whatever name, and shows the rest.
  const isMessage = HEADER.test(start) || (isText && (!isNamed || isSmime(part.declaredType, '')));
  const isFile = !MIME_HEADER.test(start) && (isNamed || !isText);
  return { ...(isMessage ? { message: content } : {}), ...(isFile ? { file: fileOf(name, content) } : {}) };
}

const LOOKED_AT = 4_096; // bytes
const HEADER = /^(?:\r?\n|[!-9;-~]{1,80}[ \t]*:)/;
const MIME_HEADER = /^(?:content-[\w-]{1,40}|mime-version)[ \t]*:/i;
const MARKUP_OR_PDF = /^(?:\xef\xbb\xbf)?\s*[<%{]/;

const fileOf = (name: string, content: Buffer): ParsedPart => ({
  ...(name === '' ? {} : { fileName: name }),
  declaredType: 'application/octet-stream',
  content,
  sizeBytes: content.length,
  isInline: false,
});
