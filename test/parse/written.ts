/** Mail as it is written: header lines, a blank line, a body. */
import type { ParsedMail } from '../../src/domain/mail.ts';
import { parseMail } from '../../src/parse/parse.ts';

export const bytes = (headers: readonly string[], body = 'Hello\r\n'): Buffer =>
  Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`);

/** The mail with these headers and, unless they are among them, an unremarkable From, Date and Message-ID. */
export function written(headers: readonly string[], body?: string): Promise<ParsedMail> {
  const isAbsent = (line: string): boolean => !headers.some((header) => header.startsWith(line.slice(0, 5)));
  return parseMail(bytes([...headers, ...USUAL.filter(isAbsent)], body));
}

const USUAL = [
  'From: Bea Lind <bea@partner.example>',
  'Date: Tue, 24 Nov 2026 12:00:00 +0100',
  'Message-ID: <m1@partner.example>',
];

export const codes = ({ defects }: ParsedMail): readonly string[] => defects.map(({ code }) => code);

export const part = (headers: readonly string[], body: string): string => [...headers, '', body].join('\r\n');
export const multipart = (...parts: readonly string[]): string =>
  `${parts.map((one) => `--b\r\n${one}\r\n`).join('')}--b--\r\n`;
export const MIXED = 'Content-Type: multipart/mixed; boundary=b';
export const PLAIN = part(['Content-Type: text/plain'], 'plain words');
export const PROGRAM = Buffer.from('MZ\x90\0 a program of some length, so that there are two lines of it', 'latin1');
export const files = ({ parts }: ParsedMail) =>
  parts.map(({ fileName, declaredType, content }) => [fileName, declaredType, content.toString('latin1')]);
export const program = (name: string, type: string) => [name, type, PROGRAM.toString('latin1')];
