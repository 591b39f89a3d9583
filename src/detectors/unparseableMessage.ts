import { detector } from '../domain/finding.ts';
import type { DefectCode } from '../domain/mail.ts';

const FATAL: ReadonlySet<DefectCode> = new Set(['unparseable', 'time-limit']);

/**
 * The message could not be read, or not in time: what is in it is not known, so no other detector can clear it.
 * 0 or more indicators; strength 1.
 */
export const unparseableMessage = detector({
  id: 'unparseable-message',
  family: 'form',
  attack: 'T1027',
  needs: [],
  detect({ defects }) {
    return defects
      .filter(({ code }) => FATAL.has(code))
      .map(({ code, detail }) => ({ strength: 1, evidence: [{ where: code, quote: detail }] }));
  },
});
