import { detector } from '../domain/finding.ts';
import type { Attachment } from '../domain/message.ts';
import { fileEvidence, hasReordering, readable } from './payload/files.ts';

const OWN_NAME = 1;
const IN_ARCHIVE = 1;

/**
 * A file name is written so that its ending is not seen: marks that reverse the order of letters, or padding.
 * One indicator per file; strength 1. Names in right-to-left scripts need no such marks. Source: Unicode TR 36 §2.6; MITRE T1036.002.
 */
export const deceptiveFileName = detector({
  id: 'deceptive-file-name',
  family: 'attachment',
  attack: 'T1036.002',
  needs: ['attachments'],
  detect({ attachments }) {
    return attachments.flatMap((file) => [...ownName(file), ...namesInside(file)]);
  },
});

const ownName = (file: Attachment) =>
  file.hasDeceptiveName ? [{ strength: OWN_NAME, evidence: [fileEvidence(file, `really .${file.extension}`)] }] : [];

function namesInside(file: Attachment) {
  const name = file.entryNames.find(hasReordering);
  return name === undefined
    ? []
    : [{ strength: IN_ARCHIVE, evidence: [fileEvidence(file, `holds ${readable(name)}`)] }];
}
