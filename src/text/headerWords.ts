/** Encoded-words (RFC 2047) that mail programs read and libmime does not, written as those that it reads. */
import { decodeUtf7, isUtf7 } from './utf7.ts';

// Each piece is bounded and free of the character that ends it, so a failed match costs at most its own length.
const WORD = /=\?([a-z0-9_:.*-]{1,60})\?([bq])\?([^?]{0,2000})\?=/gi;

/** Words in UTF-7 as words in UTF-8. */
export function withoutUtf7(value: string): string {
  if (!/=\?[^?]{0,40}utf-?7/i.test(value)) return value;
  return value.replace(WORD, (word: string, charset: string, encoding: string, payload: string) => {
    if (!isUtf7(charset.split('*', 1)[0] ?? '')) return word;
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : quotedBytes(payload);
    return `=?utf-8?B?${Buffer.from(decodeUtf7(bytes)).toString('base64')}?=`;
  });
}

/** `line`: a character for each byte. Bytes that stand in a word as they are become `=F6`: they mean what the word's charset says. */
export function withQuotedBytes(line: string): string {
  if (!line.includes('=?')) return line;
  return line.replace(WORD, (word: string, _charset: string, encoding: string, payload: string) =>
    encoding.toLowerCase() === 'q' ? word.replace(payload, () => payload.replace(RAW, asQuoted)) : word,
  );
}

const RAW = /[\x80-\xff]/g;
const asQuoted = (char: string): string => `=${char.charCodeAt(0).toString(16).toUpperCase()}`;

const quotedBytes = (payload: string): Buffer =>
  Buffer.from(
    payload
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
