import type { Correspondent } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Attachment } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf, isUsual } from './payload/hazards.ts';

const COMMAND_FIELD = 1; // a field that starts a program has no other use
const AUTO_RUN_AND_GRAVE = 1;
const AUTO_RUN = 0.6; // forms set themselves up this way
const GRAVE = 0.8; // behind a button that the mail asks to press
const PLAIN = 0.3; // tables that calculate
const FROM_CORRESPONDENT = 0.5; // what people work with: no programs are started
const USUAL = 0.3; // this sender sends macros
const USUAL_GRAVE = 0.7; // what starts programs stays a question

/** Calls by which a macro starts a program or fetches one; the others (files, objects, declarations) are everyday work. */
const GRAVE_CALLS: ReadonlySet<string> = new Set([
  'Shell',
  'WScript.Shell',
  'URLDownloadToFile',
  'URLDownloadToFileA',
  'XMLHTTP',
  'PowerShell',
  'cmd.exe',
  'mshta',
  'Win32_Process',
  'VirtualAlloc',
  'letters written as numbers',
  'EXEC',
  'CALL',
  'REGISTER',
  'ShellExecute',
  'ShellExecuteA',
]);

/**
 * A document runs macros (VBA, Excel 4.0), or fields that start a program (DDE).
 * One indicator per file; strength 0.3 for plain macros, 0.6 when they run by themselves, 0.8 when they start or fetch programs, 1 for both
 * and for DDE. What starts no program counts half from whom the owner writes to; all counts less from senders who sent macros before. Source: MITRE T1204.002, T1059.005, T1559.002.
 */
export const macroAttachment = detector({
  id: 'macro-attachment',
  family: 'attachment',
  attack: 'T1204.002',
  needs: ['attachments'],
  detect({ attachments, direction }, { correspondent }) {
    return attachments.flatMap((file) => {
      const found = hazardsOf(file, 'command-field', 'macro-auto-run', 'macro-call', 'macro');
      if (found.length === 0) return [];
      const strength = dangerOf(file) * explained(file, direction, correspondent);
      return [{ strength, evidence: [hazardEvidence(file, byGravity(found))] }];
    });
  },
});

const isGrave = (file: Attachment): boolean =>
  hazardsOf(file, 'macro-call').some(({ quote }) => GRAVE_CALLS.has(quote));

function dangerOf(file: Attachment): number {
  if (hazardsOf(file, 'command-field').length > 0) return COMMAND_FIELD;
  const runsItself = hazardsOf(file, 'macro-auto-run').length > 0;
  if (isGrave(file)) return runsItself ? AUTO_RUN_AND_GRAVE : GRAVE;
  return runsItself ? AUTO_RUN : PLAIN;
}

function explained(file: Attachment, direction: Direction, correspondent: Correspondent | undefined): number {
  const isCommand = isGrave(file) || hazardsOf(file, 'command-field').length > 0;
  if (isUsual('macros', correspondent)) return isCommand ? USUAL_GRAVE : USUAL;
  if (isCommand) return 1; // the account may be taken over, and it never sent such files
  return FROM_CORRESPONDENT + (1 - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
}

const ORDER = ['command-field', 'macro-call', 'macro-auto-run', 'macro'];
const byGravity = (found: ReturnType<typeof hazardsOf>) =>
  [...found].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
