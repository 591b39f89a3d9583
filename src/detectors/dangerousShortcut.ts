import { detector } from '../domain/finding.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const COMMAND = 1;
const REMOTE = 0.9; // it fetches the program, or the reader's password hash, when the folder is shown

/**
 * A shortcut starts a program with arguments, or opens or loads from another machine.
 * One indicator per file, in archives too; strength 1 for a command, 0.9 for another machine. A shortcut to a web page is
 * `executable-attachment`'s business alone. Source: MITRE T1204.002, T1187; MS-SHLLINK; LOLBAS.
 */
export const dangerousShortcut = detector({
  id: 'dangerous-shortcut',
  family: 'attachment',
  attack: 'T1204.002',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => {
      const commands = hazardsOf(file, 'shortcut-command');
      const remote = hazardsOf(file, 'shortcut-remote');
      if (commands.length + remote.length === 0) return [];
      const strength = commands.length > 0 ? COMMAND : REMOTE;
      return [{ strength, evidence: [hazardEvidence(file, [...commands, ...remote])] }];
    });
  },
});
