import { detector } from '../domain/finding.ts';
import type { Attachment } from '../domain/message.ts';
import { fileEvidence, readable } from './payload/files.ts';
import { classOfExtension, endingsOf, LAUNCHED } from './payload/fileTypes.ts';

const RUNS = 1; // invoice.pdf.exe: Windows hides the part that matters
const PAGE = 0.8; // invoice.pdf.html
const IN_ARCHIVE = 0.9;
/** Texts that only programmers and programs read. */
const PROGRAM_TEXT: ReadonlySet<string> = new Set(
  'c h cc cpp py sh pl rb patch diff json yaml yml ini conf cfg'.split(' '),
);

/**
 * A file name ends in a harmless type and then in one that runs or opens a page.
 * One indicator per file; names inside archives count. Silent behind program text (setup.py.bat) and where the second ending is no danger:
 * backup.tar.gz, contract.docx.pdf, report.pdf.p7m. Source: MITRE T1036.007; detection-ideas.md 44.
 */
export const doubleExtension = detector({
  id: 'double-extension',
  family: 'attachment',
  attack: 'T1036.007',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => [...ownName(file), ...namesInside(file)]);
  },
});

function ownName(file: Attachment) {
  const { innerExtension = '', extension } = file;
  const strength = isDocument(innerExtension) ? strengthOf(extension) : 0;
  return strength > 0 ? [{ strength, evidence: [fileEvidence(file, `.${innerExtension} then .${extension}`)] }] : [];
}

function namesInside(file: Attachment) {
  const name = file.entryNames.find((entry) => {
    const { inner, extension } = endingsOf(entry);
    return LAUNCHED.has(extension) && isDocument(inner);
  });
  return name === undefined
    ? []
    : [{ strength: IN_ARCHIVE, evidence: [fileEvidence(file, `holds ${readable(name)}`)] }];
}

/** What a reader would take the file for. Program text is not: "setup.py.bat" deceives nobody. */
const isDocument = (extension: string): boolean => {
  const claimed = classOfExtension(extension);
  return claimed !== undefined && claimed !== 'program' && claimed !== 'tar' && !PROGRAM_TEXT.has(extension);
};

function strengthOf(extension: string): number {
  if (LAUNCHED.has(extension)) return RUNS;
  const real = classOfExtension(extension);
  return real === 'html' || real === 'svg' ? PAGE : 0;
}
