/**
 * Encoded-words (RFC 2047) as a reader decodes them who decodes a header before splitting it into addresses. Only for comparing readings:
 * names and subjects are decoded in parse/.
 */

import { decodeUtf7, isUtf7 } from '../text/utf7.ts';

export interface DecodedWord {
  readonly text: string;
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
}

const MAX_WORDS = 100;
// Each piece is bounded and free of the character that ends it, so a failed match costs at most its own length.
const WORD = /=\?([a-z0-9_:.*-]{1,60})\?([bq])\?([^?\s]{0,2000})\?=/gi;

export function decodedWords(text: string): readonly DecodedWord[] {
  const words: DecodedWord[] = [];
  if (!text.includes('=?')) return words;
  for (const match of text.matchAll(WORD)) {
    const [source, charset = '', encoding = '', payload = ''] = match;
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : quotedBytes(payload);
    words.push({ text: decodeBytes(bytes, charset), start: match.index, end: match.index + source.length });
    if (words.length === MAX_WORDS) break;
  }
  return words;
}

/** The whole text with each word replaced by what it says; blanks between two words vanish (RFC 2047 §6.2). */
export function decodeWords(text: string): string {
  let result = '';
  let at = 0;
  for (const word of decodedWords(text)) {
    const between = text.slice(at, word.start);
    result += (at > 0 && between.trim() === '' ? '' : between) + word.text;
    at = word.end;
  }
  return result + text.slice(at);
}

function quotedBytes(payload: string): Buffer {
  const text = payload
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

/** An unknown charset is read as ISO 8859-1: addresses are ASCII in all that occur. */
function decodeBytes(bytes: Buffer, charset: string): string {
  const [name = ''] = charset.split('*', 1);
  if (isUtf7(name)) return decodeUtf7(bytes);
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
