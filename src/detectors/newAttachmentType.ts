import type { Baseline } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import type { Attachment, AttachmentKind, Message } from '../domain/message.ts';
import { countOf, isSolicited, OUTBOUND, orgDomainOf, weightOf } from './history/relations.ts';
import { brandBehind } from './payload/brandOwners.ts';
import { experienceOf, linkNovelty } from './payload/familiarity.ts';
import { readable } from './payload/files.ts';
import { webLinks } from './payload/links.ts';

const NEW_FOR_BOTH = 1;
const NEW_FOR_SENDER = 0.5; // the mailbox gets such files from others: people start to send PDFs one day
const NEW_FOR_MAILBOX = 0.6; // from someone without a history
const PLAIN_PICTURE = 0.3; // of that: a photograph of a damaged pallet runs nothing, and what it shows is no place to go
/** By content: those in which QR codes are looked for (traits/qr/pictures.ts). */
const SEARCHED_PICTURES: ReadonlySet<string | undefined> = new Set(['png', 'jpg', 'gif', 'bmp']);
/** Come with mail by themselves: logos, signatures, cards, reports of a mail server. */
const EVERYDAY: ReadonlySet<AttachmentKind> = new Set(['signature', 'calendar', 'text', 'message']);

/**
 * A kind of file that this sender has not sent although they wrote before, or that the mailbox never got.
 * One indicator per kind; strength up to 1, growing with the sender's history (or the mailbox's, for strangers); 0.3 of that for pictures that lead
 * nowhere, from whom the owner writes to. Inline pictures, texts,
 * signatures and invites are everyday. Source: detection.md §3 "type new for sender"; Google Workspace "attachment types uncommon".
 */
export const newAttachmentType = detector({
  id: 'new-attachment-type',
  family: 'attachment',
  attack: 'T1566.001',
  needs: ['attachments'],
  detect(message, baseline) {
    const { attachments, direction } = message;
    if (direction === 'outbound') return OUTBOUND;
    const files = attachments.filter((file) => !EVERYDAY.has(file.kind) && !(file.isInline && file.kind === 'image'));
    if (files.length === 0) return [];
    const { correspondent, maturity } = baseline;
    if (countOf(correspondent?.received) === 0 && maturity.stage === 'blank')
      return skip('neither sender nor mailbox has a history');
    return files
      .filter(({ kind }, at) => files.findIndex((other) => other.kind === kind) === at)
      .map((file) => ({
        strength: strengthOf(file, baseline) * (isPlainPicture(file, message, baseline) ? PLAIN_PICTURE : 1),
        evidence: [evidenceOf(file, baseline)],
      }))
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

/** All pictures, shown ones too, were searched and lead nowhere, the mail asks for nothing new, and its owner writes to the sender. */
function isPlainPicture({ kind }: Attachment, message: Message, baseline: Baseline): boolean {
  const { attachments = [], links, content, defects } = message;
  if (kind !== 'image' || !isSolicited(baseline.correspondent) || content === undefined) return false;
  if (defects.some(({ code }) => code === 'unread-pictures' || code === 'unread-files')) return false;
  return (
    asksNothing(message, baseline) &&
    links?.all.every(({ source }) => source !== 'qr-code') === true &&
    attachments
      .filter((file) => file.kind === 'image')
      .every(
        ({ trueType, sha256 }) => SEARCHED_PICTURES.has(trueType) && links.all.every(({ inFile }) => inFile !== sha256),
      )
  );
}

/** No request, no haste, no account but quoted ones, and no link to where the mailbox is sent none: a picture beside these may be a part of the trick. */
function asksNothing({ content, money, links, sender }: Message, baseline: Baseline): boolean {
  if (content === undefined || content.intents.length > 0 || content.pressureQuotes.length > 0) return false;
  if (money?.accounts.some(({ isQuoted }) => !isQuoted) === true) return false;
  return (
    links === undefined ||
    webLinks(links).every(
      ({ host, orgDomain }) =>
        orgDomain === sender?.orgDomain ||
        orgDomain === orgDomainOf(baseline.mailbox) ||
        brandBehind(host) !== undefined ||
        linkNovelty(orgDomain, baseline) === 0,
    )
  );
}

const evidenceOf = ({ fileName, kind }: Attachment, { correspondent, maturity }: Baseline) => ({
  where: 'attachment',
  quote: `${readable(fileName ?? 'unnamed')} (${kind})`,
  messageCount: 0,
  ofCount: countOf(correspondent?.received) || maturity.messageCount,
});
