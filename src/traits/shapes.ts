/** The shape of generated identifiers: what stays when the random part is masked, so that one program's ids look alike. */
import { boundaryIn } from '../text/boundary.ts';

const MAX_LENGTH = 60;
const MAX_SOURCE = 200;
const MIN_HEX = 8;
const MIN_RANDOM = 16; // mixed letters and digits from here on are random text, whatever separators occur in it

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}n?$/i; // Google Groups ends its own with n

/** Left side of a Message-ID: 'hex32', 'uuid', 'digits.digits-digits-word'. */
export function messageIdShape(messageId: string): string {
  const at = messageId.lastIndexOf('@');
  return shapeOf(at < 0 ? messageId : messageId.slice(0, at), /([^A-Za-z0-9_+=/-]+)/, () => 'word');
}

/** 'none' without a boundary. Long plain words stay: 'NextPart', 'Apple', 'Mail' name the program. */
export function boundaryShape(contentType: string): string {
  const boundary = boundaryIn(contentType);
  // '=_' marks a boundary that cannot occur in quoted-printable: there it is no part of a random token.
  return boundary === undefined ? 'none' : shapeOf(boundary, /([^A-Za-z0-9+/-]+)/, boundaryWord);
}

const boundaryWord = (word: string): string => (word.length >= 4 && word.length <= 12 ? word : 'word');

/** Separators stay, runs of one between pieces are shortened to one. */
function shapeOf(source: string, separators: RegExp, wordShape: (word: string) => string): string {
  const pieces = source.slice(0, MAX_SOURCE).split(separators);
  const shapes = pieces.map((piece, i) => (i % 2 === 1 ? piece.slice(0, 1) : tokenShape(piece, wordShape)));
  return shapes.join('').slice(0, MAX_LENGTH);
}

function tokenShape(token: string, wordShape: (word: string) => string): string {
  if (UUID.test(token)) return 'uuid';
  if (isRandom(token)) return 'random';
  const pieces = token.split(/([_+=/-]+)/);
  return pieces.map((piece, i) => (i % 2 === 1 ? piece.slice(0, 1) : atomShape(piece, wordShape))).join('');
}

/** base64 and its relatives: both cases and digits in one long piece. */
function isRandom(token: string): boolean {
  if (token.length < MIN_RANDOM || /\d{6}/.test(token)) return false;
  return /[a-z]/.test(token) && /[A-Z]/.test(token) && /\d/.test(token);
}

function atomShape(atom: string, wordShape: (word: string) => string): string {
  if (atom === '') return '';
  if (/^\d+$/.test(atom)) return 'digits';
  if (atom.length >= MIN_HEX && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(atom)) return `hex${atom.length}`;
  if (/^[A-Za-z]+$/.test(atom)) return wordShape(atom);
  return /[a-z]/.test(atom) ? 'mixed' : 'MIXED';
}
