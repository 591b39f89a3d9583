import type { Baseline } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import type { Attachment, AttachmentKind } from '../domain/message.ts';
import { countOf, OUTBOUND, weightOf } from './history/relations.ts';
import { experienceOf } from './payload/familiarity.ts';
import { readable } from './payload/files.ts';

const NEW_FOR_BOTH = 1;
const NEW_FOR_SENDER = 0.5; // the mailbox gets such files from others: people start to send PDFs one day
const NEW_FOR_MAILBOX = 0.6; // from someone without a history
/** Come with mail by themselves: logos, signatures, cards, reports of a mail server. */
const EVERYDAY: ReadonlySet<AttachmentKind> = new Set(['signature', 'calendar', 'text', 'message']);

/**
 * A kind of file that this sender has not sent although they wrote before, or that the mailbox never got.
 * One indicator per kind; strength up to 1, growing with the sender's history (or the mailbox's, for strangers). Inline pictures, texts,
 * signatures and invites are everyday. Source: detection.md §3 "type new for sender"; Google Workspace "attachment types uncommon".
 */
export const newAttachmentType = detector({
  id: 'new-attachment-type',
  family: 'attachment',
  attack: 'T1566.001',
  needs: ['attachments'],
  detect({ attachments, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const files = attachments.filter((file) => !EVERYDAY.has(file.kind) && !(file.isInline && file.kind === 'image'));
    if (files.length === 0) return [];
    const { correspondent, maturity } = baseline;
    if (countOf(correspondent?.received) === 0 && maturity.stage === 'blank')
      return skip('neither sender nor mailbox has a history');
    return files
      .filter(({ kind }, at) => files.findIndex((other) => other.kind === kind) === at)
      .map((file) => ({ strength: strengthOf(file, baseline), evidence: [evidenceOf(file, baseline)] }))
      .filter(({ strength }) => strength > 0);
  },
});

function strengthOf({ kind }: Attachment, { correspondent, attachmentKinds, maturity }: Baseline): number {
  const isNewHere = (attachmentKinds.get(kind) ?? 0) === 0;
  const receivedCount = countOf(correspondent?.received);
  if (receivedCount === 0) return isNewHere ? NEW_FOR_MAILBOX * experienceOf(maturity) : 0;
  if ((correspondent?.attachmentKinds.get(kind) ?? 0) > 0) return 0;
  return (isNewHere ? NEW_FOR_BOTH : NEW_FOR_SENDER) * weightOf(receivedCount);
}

const evidenceOf = ({ fileName, kind }: Attachment, { correspondent, maturity }: Baseline) => ({
  where: 'attachment',
  quote: `${readable(fileName ?? 'unnamed')} (${kind})`,
  messageCount: 0,
  ofCount: countOf(correspondent?.received) || maturity.messageCount,
});
