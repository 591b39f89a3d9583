import { detector } from '../domain/finding.ts';
import { archivedShare } from './payload/archives.ts';
import { fileEvidence } from './payload/files.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const SCRIPT = 0.7; // saved web pages carry scripts
const SMUGGLING = 1; // it builds another file or page in the browser: MITRE T1027.006
/** What smuggling needs: unpacking text into bytes, and handing the bytes to the user. */
const SMUGGLING_WORDS =
  /atob|blob|unescape|fromcharcode|createobjecturl|document\.write|mssave|eval|uint8array|download|redirect/i;
const MAX_WORDS = 120; // characters quoted

/**
 * An HTML or SVG file, in archives too, runs a script when it is opened.
 * One indicator per file; strength 1 with words of HTML smuggling; in archives 0.9 of that, among many files of a correspondent less. Silent for pages without script. Source: MITRE T1027.006;
 * detection-ideas.md 40 and 41 (HTML smuggling, 52 public rules).
 */
export const scriptedAttachment = detector({
  id: 'scripted-attachment',
  family: 'attachment',
  attack: 'T1027.006',
  needs: ['attachments'],
  detect({ attachments, direction }, { correspondent }) {
    return attachments.flatMap((file) => {
      const words = file.activeContent.join(', ');
      if (words !== '')
        return [{ strength: strengthOf(words), evidence: [fileEvidence(file, words.slice(0, MAX_WORDS))] }];
      const inside = hazardsOf(file, 'page-script').toSorted((a, b) => strengthOf(b.quote) - strengthOf(a.quote));
      const [worst] = inside;
      if (worst === undefined) return [];
      const strength = strengthOf(worst.quote) * archivedShare(file, direction, correspondent);
      return [{ strength, evidence: [hazardEvidence(file, inside)] }];
    });
  },
});

const strengthOf = (words: string): number => (SMUGGLING_WORDS.test(words) ? SMUGGLING : SCRIPT);
