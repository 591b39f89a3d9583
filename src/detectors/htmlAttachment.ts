import { detector } from '../domain/finding.ts';
import type { Attachment } from '../domain/message.ts';
import { OUTBOUND } from './history/relations.ts';
import { strangeness } from './payload/familiarity.ts';
import { fileEvidence } from './payload/files.ts';

const FROM_CORRESPONDENT = 0.5; // people mail saved pages and reports now and then
const FROM_STRANGER = 1; // a page that opens from disk escapes every check of links: detection-ideas.md 39

/**
 * An HTML file from someone who never sent one.
 * 0 or 1 indicator; strength 0.5 from a correspondent to 1 from a stranger. Silent for the HTML half of a mail that list software
 * attaches as a file, and for parts shown inside the body. Source: sublime-rules attachment_any_html_unsolicited.
 */
export const htmlAttachment = detector({
  id: 'html-attachment',
  family: 'attachment',
  attack: 'T1566.001',
  needs: ['attachments', 'bulk'],
  detect({ attachments, bulk, direction }, { correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    if ((correspondent?.attachmentKinds.get('html') ?? 0) > 0) return [];
    const file = attachments.find((one) => one.kind === 'html' && !one.isInline && !(bulk.isList && isListCopy(one)));
    if (file === undefined) return [];
    const distance = strangeness(direction, correspondent);
    const strength = FROM_CORRESPONDENT + (FROM_STRANGER - FROM_CORRESPONDENT) * distance;
    return [{ strength, evidence: [fileEvidence(file, `${file.sizeBytes} bytes of HTML`)] }];
  },
});

/** Mailman and its kin leave it without a name or call it attachment.htm. */
const isListCopy = ({ fileName }: Attachment): boolean =>
  fileName === undefined || /^attachment[\w-]{0,20}\.html?$/i.test(fileName);
