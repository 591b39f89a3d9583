import { detector } from '../domain/finding.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.3; // hardly anybody is asked by mail to open the run dialog, but by lures of the kind "ClickFix"

/**
 * It tells the reader to paste something where programs are started (run dialog, terminal).
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually. Source: MITRE ATT&CK T1204.004.
 */
export const commandInstruction = detector({
  id: 'command-instruction',
  family: 'request',
  attack: 'T1204.004',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('command', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, TELLING)];
  },
});
