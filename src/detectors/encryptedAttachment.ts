import { detector } from '../domain/finding.ts';
import { strangeness } from './payload/familiarity.ts';
import { fileEvidence } from './payload/files.ts';

const LOCKED = 0.5; // payslips and lawyers' letters are locked too
const PASSWORD_BESIDE = 1; // a lock with the key on it keeps out scanners, nobody else
const FROM_CORRESPONDENT = 0.5; // habit of a known office
const MAX_TEXT = 8000; // characters searched: a lure says the password early
/** "password: 1234", "Passwort lautet 77", "mot de passe est…". Bounded runs only. */
const PASSWORD =
  /\b(?:password|passwort|kennwort|wachtwoord|senha|contraseña|mot de passe|pass ?code|pin)\b[^\n]{0,30}?(?:[:=]| is | ist | lautet | é | es | est )\s{0,3}\S{3,40}/iu;

/**
 * A file is locked with a password, so that no scanner can look inside.
 * One indicator per file; strength 0.5, 1 when the mail itself gives the password; half from whom the owner writes to. Encrypted mail
 * (S/MIME, PGP) is no file of this sort. Source: MITRE T1027.013; detection-ideas.md 42.
 */
export const encryptedAttachment = detector({
  id: 'encrypted-attachment',
  attack: 'T1027.013',
  needs: ['attachments', 'content'],
  detect({ attachments, content, direction }, { correspondent }) {
    const locked = attachments.filter(({ isEncrypted, kind }) => isEncrypted && kind !== 'signature');
    if (locked.length === 0) return [];
    const password = content.text.slice(0, MAX_TEXT).match(PASSWORD)?.[0];
    const distance = FROM_CORRESPONDENT + (1 - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
    const strength = (password === undefined ? LOCKED : PASSWORD_BESIDE) * distance;
    return locked.map((file) => ({
      strength,
      evidence: [
        fileEvidence(file, 'locked'),
        ...(password === undefined ? [] : [{ where: 'body', quote: password.trim() }]),
      ],
    }));
  },
});
