import { detector } from '../domain/finding.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const BOMB = 1;

/**
 * An archive unpacks to a size, a number or a depth that no honest file has: it is made to stop who looks inside.
 * One indicator per file; strength 1. A log or a table that packs a hundred to one is none. Source: Fifield 2019, "A better zip bomb";
 * MITRE T1499.
 */
export const archiveBomb = detector({
  id: 'archive-bomb',
  family: 'attachment',
  attack: 'T1499.004',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => {
      const found = hazardsOf(file, 'bomb');
      return found.length === 0 ? [] : [{ strength: BOMB, evidence: [hazardEvidence(file, found)] }];
    });
  },
});
