import { detector } from '../domain/finding.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const PROGRAM = 1;
const CONTROL = 0.3; // old forms have buttons of this sort

/**
 * A document or notebook keeps a program, script or shortcut inside, for the reader to click on; or an active control.
 * One indicator per file; strength 1, for controls alone 0.3. Tables and pictures kept inside are everyday. Source: MITRE T1204.002,
 * T1027.009; MS-ONESTORE §2.6.13; MS-OLEDS §2.3.6.
 */
export const embeddedProgram = detector({
  id: 'embedded-program',
  family: 'attachment',
  attack: 'T1027.009',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => {
      const programs = hazardsOf(file, 'embedded-program');
      const controls = hazardsOf(file, 'active-control');
      if (programs.length + controls.length === 0) return [];
      const strength = programs.length > 0 ? PROGRAM : CONTROL;
      return [{ strength, evidence: [hazardEvidence(file, [...programs, ...controls])] }];
    });
  },
});
