import { detector } from '../domain/finding.ts';
import { strangeness } from './payload/familiarity.ts';
import { fileEvidence } from './payload/files.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';
import { passwordIn } from './payload/passwords.ts';

const LOCKED = 0.5; // payslips and lawyers' letters are locked too
const PASSWORD_BESIDE = 1; // a lock with the key on it keeps out scanners, nobody else
const NO_QUESTION = 1; // nor does one that opens by itself
const FROM_CORRESPONDENT = 0.5; // habit of a known office
/**
 * A file is locked with a password, so that no scanner can look inside.
 * One indicator per file, or per archive with such a file in it; strength 0.5, 1 when the mail itself gives the password (in six languages)
 * of what asks for one; half from whom the owner writes to. 1 from anyone when Excel tries the password by itself. Encrypted mail (S/MIME, PGP) is no file of this
 * sort. Source: MITRE T1027.013; detection-ideas.md 42.
 */
export const encryptedAttachment = detector({
  id: 'encrypted-attachment',
  family: 'attachment',
  attack: 'T1027.013',
  needs: ['attachments', 'content'],
  detect({ attachments, content, direction }, { correspondent }) {
    const locked = attachments.filter(({ isEncrypted, kind }) => isEncrypted && kind !== 'signature');
    if (locked.length === 0) return [];
    const password = passwordIn(content.text);
    const distance = FROM_CORRESPONDENT + (1 - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
    return locked.map((file) => {
      const opensItself = hazardsOf(file, 'default-password');
      const unasked = hazardsOf(file, 'empty-password').filter(({ inside }) => inside === undefined);
      // A password in the mail is for something else then: a door, a shop.
      const habitual = (password === undefined || unasked.length > 0 ? LOCKED : PASSWORD_BESIDE) * distance;
      const [told] = [opensItself, unasked].filter(({ length }) => length > 0);
      const evidence = told === undefined ? fileEvidence(file, 'locked') : hazardEvidence(file, told);
      return {
        strength: opensItself.length > 0 ? NO_QUESTION : habitual,
        evidence: [
          evidence,
          ...(password === undefined || unasked.length > 0 ? [] : [{ where: 'body', quote: password }]),
        ],
      };
    });
  },
});
