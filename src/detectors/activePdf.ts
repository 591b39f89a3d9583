import { detector } from '../domain/finding.ts';
import type { Hazard } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const LAUNCH = 1; // readers ask first, and nothing honest does it
const RUNS_FILE = 0.9; // a script that opens a file kept inside
const OPENS_SCRIPT = 0.6; // a script that runs when the file is opened
const REACHES_OUT = 0.6; // a script that calls what leaves the form
const SCRIPT = 0.15; // forms that calculate
const FILE = 0.1; // e-invoices keep their data inside (ZUGFeRD)
const FROM_CORRESPONDENT = 0.5;

/**
 * A PDF does something when it is opened: starts a program, runs a script, opens a file kept inside.
 * One indicator per file; strength 1 for a program, 0.9 for script and file, 0.6 for a script on opening or one that reaches outside, 0.15 for
 * scripts of forms and those that only print, zoom, turn to a page or date a field on opening, 0.1 for files alone; half from whom the owner writes to. Source: ISO 32000-1 §12.6.4; Stevens, "pdfid".
 */
export const activePdf = detector({
  id: 'active-pdf',
  family: 'attachment',
  attack: 'T1204.002',
  needs: ['attachments'],
  detect({ attachments, direction }, { correspondent }) {
    const distance = FROM_CORRESPONDENT + (1 - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
    return attachments.flatMap((file) => {
      const found = hazardsOf(file, 'pdf-launch', 'pdf-script', 'pdf-open-action', 'pdf-file');
      const strength = strengthOf(found) * distance;
      return strength === 0 ? [] : [{ strength, evidence: [hazardEvidence(file, found)] }];
    });
  },
});

const EXPORTS = /exportDataObject|openDoc/;
const PLAIN = 'JavaScript';
const OPENS = /^OpenAction(?: JavaScript)?$/; // without a kind: it leads to an object that was not found

function strengthOf(found: readonly Hazard[]): number {
  const has = (kind: Hazard['kind'], pattern = /./): boolean =>
    found.some((hazard) => hazard.kind === kind && pattern.test(hazard.quote));
  if (has('pdf-launch')) return LAUNCH;
  const hasScript = has('pdf-script');
  if (hasScript && (has('pdf-file') || has('pdf-script', EXPORTS))) return RUNS_FILE;
  if (hasScript && has('pdf-open-action', OPENS)) return OPENS_SCRIPT;
  if (found.some(({ kind, quote }) => kind === 'pdf-script' && quote !== PLAIN)) return REACHES_OUT;
  if (hasScript) return SCRIPT;
  return has('pdf-file') ? FILE : 0;
}
