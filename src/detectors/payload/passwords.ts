/** A password given in the text of a mail, in six languages (en, de, fr, es, pt, nl): a lock with the key on it keeps out scanners only. */

const MAX_TEXT = 8_000; // characters searched: a lure says the password early
const MAX_TRIES = 20;
const WORD =
  'password|passphrase|passcode|pass ?code|pwd|pw|pin(?:-?code)?|access code|unlock code|passwort|kennwort|zugangscode|zugriffscode|entpack-?code|' +
  "mot de passe|mdp|code d['’]acc[eè]s|contrase(?:ñ|n)a|clave|c[oó]digo de acceso|senha|palavra-?passe|c[oó]digo de acesso|wachtwoord|toegangscode";
const LINK =
  '\\s{0,3}(?:[:=→]|-\\s|is\\b|ist\\b|lautet\\b|lauten\\b|est\\b|es\\b|é(?=\\s)|luidt\\b|ser[aá]\\b|sera\\b)\\s{0,3}';
/** The word, at most a few others ("for the file", "zum Öffnen"), what leads to the value, the value. */
const GIVEN = new RegExp(
  `(?<![\\p{L}\\d])(?:${WORD})(?![\\p{L}\\d])[^\\n:=]{0,40}?(${LINK})["'“”„«‚‘*]{0,3}\\s?([^\\s"“”„«»<>]{3,40})`,
  'giu',
);
/** "protected with password 1234", "mit dem Passwort K7x2": the value follows at once and cannot be a word. */
const BESIDE = new RegExp(`(?<![\\p{L}\\d])(?:${WORD})\\s{1,3}["'“„«]?([^\\s"“”„«»<>]{4,40})`, 'giu');

/** The words that give it, at most 120 characters; undefined when the text speaks of a password and gives none. */
export function passwordIn(text: string): string | undefined {
  const searched = text.slice(0, MAX_TEXT);
  let tries = 0;
  for (const { 0: words, 1: lead = '', 2: value = '', index } of searched.matchAll(GIVEN)) {
    if (++tries > MAX_TRIES) break;
    if (value.startsWith('//')) continue; // the rest of an address
    const isAlone = /[:=→]/.test(lead) && /^\s*(?:$|[\r\n])/.test(searched.slice(index + words.length));
    if (isPassword(value) || (isAlone && !/^[\p{Ll}]{1,3}$/u.test(value))) return words.trim().slice(0, 120);
  }
  tries = 0;
  for (const { 0: words, 1: value = '' } of searched.matchAll(BESIDE)) {
    if (++tries > MAX_TRIES) break;
    if (/\d/.test(value) && isPassword(value)) return words.trim().slice(0, 120);
  }
  return undefined;
}

/** Not a word of the sentence: it has a digit, a sign inside, or capitals where no word has them. */
function isPassword(value: string): boolean {
  const bare = value.replace(/[.,;:!?)'’”]+$/u, '');
  if (bare.length < 3 || /^https?:/i.test(bare)) return false;
  return /\d/.test(bare) || /[^\p{L}\d'’-]/u.test(bare) || /\p{Ll}\p{Lu}/u.test(bare) || /^\p{Lu}{4,}$/u.test(bare);
}
