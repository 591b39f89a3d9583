import { detector } from '../domain/finding.ts';
import type { Attachment } from '../domain/message.ts';
import { fileEvidence } from './payload/files.ts';
import { classOfExtension, classOfMediaType, type FileClass } from './payload/fileTypes.ts';

const RUNS = 1; // a program or page behind the name of a document
const WEB_EXPORT = 0.4; // web applications export tables as HTML under .xls; hardly any needs a script or form for it
const OTHER = 0.5; // a rar under .zip: opens all the same, and slips past filters by extension
const ACTIVE: ReadonlySet<FileClass> = new Set(['program', 'html', 'svg']);

/**
 * The content of a file is of another class than its name (or, without a telling name, its declared type) says.
 * One indicator per file; strength 1 when what opens can run. Silent for everyday confusions inside a class (jpg and png, doc and rtf, zip
 * family), for text in whatever dress, for types that say nothing, for a page under an office name that only shows text, tables and pictures. Source: RFC 2046 §4.5.1; detection-ideas.md 43.
 */
export const mismatchedAttachmentType = detector({
  id: 'mismatched-attachment-type',
  family: 'attachment',
  attack: 'T1036.008',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments
      .map((file) => ({ file, strength: strengthOf(file) }))
      .filter(({ strength }) => strength > 0)
      .map(({ file, strength }) => ({ strength, evidence: [fileEvidence(file, `${file.trueType ?? ''} by content`)] }));
  },
});

function strengthOf({ extension, declaredType, trueType, isInertPage = false }: Attachment): number {
  const real = trueType === undefined ? undefined : classOfExtension(trueType);
  const claimed = classOfExtension(extension) ?? classOfMediaType(declaredType);
  if (real === undefined || claimed === undefined || real === claimed || real === 'text') return 0;
  if (claimed === 'text' && real !== 'program') return 0; // shown as text, whatever it holds
  if (claimed === 'program') return 0; // executable-attachment's business
  if (claimed === 'html' && real === 'svg') return 0;
  if (claimed === 'office' && real === 'html') return isInertPage ? 0 : WEB_EXPORT;
  if (ACTIVE.has(real)) return RUNS;
  return OTHER;
}
