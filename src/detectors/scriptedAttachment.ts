import { detector } from '../domain/finding.ts';
import { fileEvidence } from './payload/files.ts';

const SCRIPT = 0.7; // saved web pages carry scripts
const SMUGGLING = 1; // it builds another file or page in the browser: MITRE T1027.006
/** What smuggling needs: unpacking text into bytes, and handing the bytes to the user. */
const SMUGGLING_WORDS =
  /atob|blob|unescape|fromcharcode|createobjecturl|document\.write|mssave|eval|uint8array|download|redirect/i;
const MAX_WORDS = 120; // characters quoted

/**
 * An HTML or SVG file runs a script when it is opened.
 * One indicator per file; strength 1 with words of HTML smuggling. Silent for pages without script. Source: MITRE T1027.006;
 * detection-ideas.md 40 and 41 (HTML smuggling, 52 public rules).
 */
export const scriptedAttachment = detector({
  id: 'scripted-attachment',
  family: 'attachment',
  attack: 'T1027.006',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments
      .filter(({ activeContent }) => activeContent.length > 0)
      .map((file) => {
        const words = file.activeContent.join(', ');
        const strength = SMUGGLING_WORDS.test(words) ? SMUGGLING : SCRIPT;
        return { strength, evidence: [fileEvidence(file, words.slice(0, MAX_WORDS))] };
      });
  },
});
