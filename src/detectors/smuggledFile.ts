import { detector } from '../domain/finding.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const SMUGGLED = 1;

/**
 * A page carries a file as text, builds it in the browser and hands it over, past every filter of attachments.
 * One indicator per file; strength 1. Pages with pictures in themselves, and web applications without such a payload, have one half of it
 * only. Source: MITRE T1027.006; detection-ideas.md 40.
 */
export const smuggledFile = detector({
  id: 'smuggled-file',
  family: 'attachment',
  attack: 'T1027.006',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => {
      const found = hazardsOf(file, 'smuggled-file');
      return found.length === 0 ? [] : [{ strength: SMUGGLED, evidence: [hazardEvidence(file, found)] }];
    });
  },
});
