import { detector } from '../domain/finding.ts';
import type { Attachment, Hazard } from '../domain/message.ts';
import { OUTBOUND } from './history/relations.ts';
import { archivedShare } from './payload/archives.ts';
import { strangeness } from './payload/familiarity.ts';
import { fileEvidence } from './payload/files.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';
import { isManual } from './payload/manuals.ts';

const FROM_CORRESPONDENT = 0.5; // people mail saved pages and reports now and then
const FROM_STRANGER = 1; // a page that opens from disk escapes every check of links: detection-ideas.md 39

/**
 * An HTML file from someone who never sent one, or an archive with a page that runs scripts, goes elsewhere or asks for a password.
 * 0 or 1 indicator; strength 0.5 from a correspondent to 1 from a stranger, 0.9 of that in archives, among many files of a correspondent less.
 * Silent for plain pages in archives, for manuals whose scripts only arrange what they show, for the HTML half of a mail that list software
 * attaches as a file, and for parts shown inside the body. Source: sublime-rules attachment_any_html_unsolicited.
 */
export const htmlAttachment = detector({
  id: 'html-attachment',
  family: 'attachment',
  attack: 'T1566.001',
  needs: ['attachments', 'bulk'],
  detect({ attachments, bulk, direction, defects }, { correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    if ((correspondent?.attachmentKinds.get('html') ?? 0) > 0) return [];
    const file = attachments.find((one) => one.kind === 'html' && !one.isInline && !(bulk.isList && isListCopy(one)));
    const distance = strangeness(direction, correspondent);
    const strength = FROM_CORRESPONDENT + (FROM_STRANGER - FROM_CORRESPONDENT) * distance;
    if (file !== undefined) return [{ strength, evidence: [fileEvidence(file, `${file.sizeBytes} bytes of HTML`)] }];
    const archive = attachments.find((one) => pagesIn(one).length > 0 && !isManual(one, defects));
    if (archive === undefined) return [];
    const share = archivedShare(archive, direction, correspondent);
    return [{ strength: strength * share, evidence: [hazardEvidence(archive, pagesIn(archive))] }];
  },
});

const pagesIn = (file: Attachment): readonly Hazard[] =>
  hazardsOf(file, 'page-password', 'page-script', 'page-quiet-script');

/** Mailman and its kin leave it without a name or call it attachment.htm. */
const isListCopy = ({ fileName }: Attachment): boolean =>
  fileName === undefined || /^attachment[\w-]{0,20}\.html?$/i.test(fileName);
