/** Hosts in Punycode that no browser opens, although Node's URL does (RFC 3492; UTS 46 §4.1, the validity of decoded labels). */
import { domainToASCII } from 'node:url';

const PREFIX = 'xn--';
const MAX_LABEL = 63; // RFC 1035 §2.3.4
const BASE = 36;
const T_MAX = 26;
const MAX_PLACE = 0x7fff_ffff;
const LAST_LETTER = 0x10_ffff;

/**
 * Its letters are none, or stand for others that it should have been written with (㉓ is 23). What is merely unknown to the Unicode of
 * this Node is opened by browsers that are newer: it stays a host. `label` in small letters.
 */
export function isVoidPunycode(label: string): boolean {
  if (!label.startsWith(PREFIX) || label.length > MAX_LABEL) return false;
  const letters = lettersOf(label.slice(PREFIX.length));
  if (letters === undefined) return true;
  const written = domainToASCII(letters);
  if (written === '' || written === letters) return false;
  return !written.startsWith(PREFIX) || lettersOf(written.slice(PREFIX.length)) !== letters;
}

/** RFC 3492 §6.2; undefined for what cannot be decoded. */
function lettersOf(text: string): string | undefined {
  const plainCount = Math.max(0, text.lastIndexOf('-'));
  const letters = [...text.slice(0, plainCount)];
  let letter = 0x80;
  let bias = 72;
  let place = 0;
  for (let at = text.includes('-') ? plainCount + 1 : 0; at < text.length; place++) {
    const before = place;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(at++));
      place += digit * weight;
      if (digit < 0 || place > MAX_PLACE) return undefined;
      const threshold = Math.min(T_MAX, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = letters.length + 1;
    bias = adapted((place - before) / (before === 0 ? 700 : 2), count);
    letter += Math.floor(place / count);
    if (letter > LAST_LETTER || (letter >= 0xd800 && letter <= 0xdfff)) return undefined;
    place %= count;
    letters.splice(place, 0, String.fromCodePoint(letter));
  }
  return letters.join('');
}

/** a–z, 0–9; −1 for what is none, or behind the end. */
function digitOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 48 + 26 : -1;
}

function adapted(delta: number, count: number): number {
  let rest = Math.floor(delta);
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - 1) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - 1));
  return k + Math.floor((BASE * rest) / (rest + 38));
}
