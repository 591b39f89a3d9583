/** From without the name that somebody else is known by: the address stands in its place. */
import type { HeaderEdit } from '../../domain/strip.ts';
import { type HeaderField, settingField } from './headerFields.ts';

const ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/; // RFC 5322 §3.2.3 dot-atom, for ASCII
const MAX_ENCODED = 45; // bytes in one encoded word of 75 characters (RFC 2047 §2)

/** Empty when there is no From. Several become one. */
export function unspoofedFrom(fields: readonly HeaderField[], address: string): readonly HeaderEdit[] {
  const from = fields.find(({ name }) => name === 'from');
  if (from === undefined) return [];
  const written = asWritten(from.value, address);
  const at = written.lastIndexOf('@');
  const local = written.slice(0, at);
  const domain = written.slice(at);
  const spec = `${ATOM.test(local) || !isAscii(local) ? local : quoted(local)}${domain}`;
  return settingField(fields, 'From', `${shownAs(written)} <${spec}>`);
}

/** With its capitals, where the header has them: a mail server may tell them apart. */
function asWritten(value: string, address: string): string {
  const text = Buffer.from(value, 'latin1').toString();
  const at = text.toLowerCase().lastIndexOf(address.toLowerCase());
  const found = at < 0 ? address : text.slice(at, at + address.length);
  return found.toLowerCase() === address.toLowerCase() ? found : address;
}

/** A quoted string (RFC 5322 §3.2.4), or encoded words (RFC 2047) for what is not ASCII. */
function shownAs(address: string): string {
  if (isAscii(address)) return quoted(address);
  const words: string[] = [];
  let word = '';
  for (const character of address) {
    if (Buffer.byteLength(word + character) > MAX_ENCODED) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
