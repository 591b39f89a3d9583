import type { Correspondent } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Attachment } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf, isUsual } from './payload/hazards.ts';

/** Strength from somebody unknown, and from whom the owner writes to. */
interface Danger {
  readonly ofStranger: number;
  readonly ofCorrespondent: number;
}

const COMMAND: Danger = { ofStranger: 1, ofCorrespondent: 1 }; // starts a program by itself: the account may be taken over
const GRAVE: Danger = { ofStranger: 0.8, ofCorrespondent: 0.8 }; // likewise, behind a button that the mail asks to press
/** Excel 4.0, superseded in 1993 and since 2022 off unless turned on; or behind the password that Excel tries itself, which stops only scanners. */
const EVASIVE: Danger = { ofStranger: 0.9, ofCorrespondent: 0.6 };
const AUTO_RUN: Danger = { ofStranger: 0.8, ofCorrespondent: 0.3 }; // forms set themselves up this way, and strangers have none to fill in
const PLAIN: Danger = { ofStranger: 0.3, ofCorrespondent: 0.15 }; // tables that calculate
const USUAL = 0.7; // this sender sends macros: what people work with

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
 * One indicator per file; strength 0.3 for plain macros, 0.8 when they run by themselves, 0.9 when they are Excel 4.0 or hidden as well, 0.8
 * when they start or fetch programs, 1 for both and for DDE. What starts no program counts less from whom the owner writes to; all counts
 * less from senders who sent macros before. Source: MITRE T1204.002, T1059.005, T1559.002.
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
      const strength = strengthOf(dangerOf(file), direction, correspondent);
      return [{ strength, evidence: [hazardEvidence(file, byGravity(found))] }];
    });
  },
});

const isGrave = (file: Attachment): boolean =>
  hazardsOf(file, 'macro-call').some(({ quote }) => GRAVE_CALLS.has(quote));

function dangerOf(file: Attachment): Danger {
  if (hazardsOf(file, 'command-field').length > 0) return COMMAND;
  const runsItself = hazardsOf(file, 'macro-auto-run').length > 0;
  if (isGrave(file)) return runsItself ? COMMAND : GRAVE;
  if (!runsItself) return PLAIN;
  return isOutdated(file) || hazardsOf(file, 'default-password').length > 0 ? EVASIVE : AUTO_RUN;
}

const isOutdated = (file: Attachment): boolean =>
  hazardsOf(file, 'macro').some(({ quote }) => quote.startsWith('Excel 4.0'));

function strengthOf(danger: Danger, direction: Direction, correspondent: Correspondent | undefined): number {
  const { ofStranger, ofCorrespondent } = danger;
  if (isUsual('macros', correspondent)) return ofCorrespondent * USUAL;
  return ofCorrespondent + (ofStranger - ofCorrespondent) * strangeness(direction, correspondent);
}

const ORDER = ['command-field', 'macro-call', 'macro-auto-run', 'macro'];
const byGravity = (found: ReturnType<typeof hazardsOf>) =>
  [...found].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
