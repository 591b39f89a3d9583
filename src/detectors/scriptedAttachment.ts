import { detector } from '../domain/finding.ts';
import type { Hazard } from '../domain/message.ts';
import { archivedShare } from './payload/archives.ts';
import { fileEvidence } from './payload/files.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';
import { isManual } from './payload/manuals.ts';

const SCRIPT = 0.7; // saved web pages carry scripts
const SMUGGLING = 1; // it builds another file or page in the browser: MITRE T1027.006
/** What smuggling needs: unpacking text into bytes, and handing the bytes to the user. */
const SMUGGLING_WORDS =
  /atob|blob|unescape|fromcharcode|createobjecturl|document\.write|mssave|eval|uint8array|download|redirect/i;
const IN_MANUAL = 0.1; // many pages that only arrange what they show
const MAX_WORDS = 120; // characters quoted

/**
 * An HTML or SVG file, in archives too, runs a script when it is opened.
 * One indicator per file; strength 1 with words of HTML smuggling; in archives 0.9 of that, among many files of a correspondent less; 0.1 for a
 * manual whose pages only arrange what they show. Silent for pages without script. Source: MITRE T1027.006;
 * detection-ideas.md 40 and 41 (HTML smuggling, 52 public rules).
 */
export const scriptedAttachment = detector({
  id: 'scripted-attachment',
  family: 'attachment',
  attack: 'T1027.006',
  needs: ['attachments'],
  detect({ attachments, direction, defects }, { correspondent }) {
    return attachments.flatMap((file) => {
      const words = file.activeContent.join(', ');
      if (words !== '')
        return [{ strength: strengthOf(words), evidence: [fileEvidence(file, words.slice(0, MAX_WORDS))] }];
      const inside = hazardsOf(file, 'page-script', 'page-quiet-script').toSorted(
        (a, b) => inArchive(b) - inArchive(a),
      );
      const [worst] = inside;
      if (worst === undefined) return [];
      const own = isManual(file, defects) ? IN_MANUAL : inArchive(worst);
      return [
        { strength: own * archivedShare(file, direction, correspondent), evidence: [hazardEvidence(file, inside)] },
      ];
    });
  },
});

/** The words of a quiet page are there to be read only: innerHTML, or where the page is. */
const inArchive = ({ kind, quote }: Hazard): number => (kind === 'page-quiet-script' ? SCRIPT : strengthOf(quote));

const strengthOf = (words: string): number => (SMUGGLING_WORDS.test(words) ? SMUGGLING : SCRIPT);
