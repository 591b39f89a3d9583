import { detector } from '../domain/finding.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const FROM_STRANGER = 1;
const FROM_CORRESPONDENT = 0.4; // offices keep templates on a server of theirs, and forget it in what they send

/**
 * A document loads its template, or an object, from elsewhere when it is opened: macros that no scanner of the file can see.
 * One indicator per file; strength 0.4 from whom the owner writes to up to 1. Links that a reader clicks and pictures are no such thing.
 * Source: MITRE T1221; CVE-2017-0199, CVE-2022-30190.
 */
export const remoteTemplate = detector({
  id: 'remote-template',
  family: 'attachment',
  attack: 'T1221',
  needs: ['attachments'],
  detect({ attachments, direction }, { correspondent }) {
    const strength = FROM_CORRESPONDENT + (FROM_STRANGER - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
    return attachments.flatMap((file) => {
      const found = hazardsOf(file, 'remote-template');
      return found.length === 0 ? [] : [{ strength, evidence: [hazardEvidence(file, found)] }];
    });
  },
});
