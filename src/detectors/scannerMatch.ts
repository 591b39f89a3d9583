import { detector, skip } from '../domain/finding.ts';

const KNOWN = 1;
const MAYBE = 0.4; // what a scanner itself calls a guess, unwanted, or a habit of spam

/** Families of ClamAV's names that say less than "this is malware" (docs.clamav.net, "Naming"). */
const WEAK = /^(?:Heuristics\.|PUA\.|.*\.(?:Spam|Phishing|Junk)\b)/i;

/**
 * The antivirus scanner that is configured (CLAMD) knows something in the message.
 * 0 or 1 indicator; strength 1, for what the scanner calls a guess 0.4. Skipped when no scanner is configured, or when it did not answer: that
 * is neither clean nor a threat. Source: clamd(8), INSTREAM.
 */
export const scannerMatch = detector({
  id: 'scanner-match',
  family: 'attachment',
  attack: 'T1204.002',
  needs: ['malwareScan'],
  detect({ malwareScan }) {
    if (malwareScan.outcome === 'failed') return skip(`antivirus: ${malwareScan.why}`);
    if (malwareScan.outcome === 'clean') return [];
    const { signature } = malwareScan;
    return [{ strength: WEAK.test(signature) ? MAYBE : KNOWN, evidence: [{ where: 'antivirus', quote: signature }] }];
  },
});
