import type { Correspondent } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Attachment, AttachmentKind, Hazard } from '../domain/message.ts';
import { archivedShare } from './payload/archives.ts';
import { strangeness } from './payload/familiarity.ts';
import { fileEvidence, readable } from './payload/files.ts';
import { extensionOf, LAUNCHED } from './payload/fileTypes.ts';
import { hazardsOf } from './payload/hazards.ts';
import { isManual, isScriptOfPages } from './payload/manuals.ts';

const LAUNCHES = 1;
const SOURCE_TEXT = 0.4; // a .py or .sh needs more than a click: what developers mail each other
const USUAL = 0.4; // this sender sends programs
const NORMAL_AFTER = 3; // files of the kind: detection.md §2, a value becomes normal after three
const RUNNABLE: ReadonlySet<AttachmentKind> = new Set(['executable', 'shortcut', 'disk-image']);

/**
 * A file that runs or mounts when opened, or an archive or attached message that holds one, by its name or its bytes.
 * One indicator per file; strength 1 for what a double click starts, less in a correspondent's archives of many files, for source text of
 * strangers, and from senders who send programs. Source: Microsoft "Blocked attachments in Outlook"; detection-ideas.md 45.
 */
export const executableAttachment = detector({
  id: 'executable-attachment',
  family: 'attachment',
  attack: 'T1204.002',
  needs: ['attachments'],
  detect({ attachments, direction, defects }, { correspondent }) {
    return attachments
      .map((file) => ({ file, ...dangerOf(file, isManual(file, defects), direction, correspondent) }))
      .filter(({ strength }) => strength > 0)
      .map(({ file, strength, detail }) => ({
        strength: strength * usualFactor(file, correspondent),
        evidence: [fileEvidence(file, detail)],
      }));
  },
});

interface Danger {
  readonly strength: number;
  readonly detail: string;
}

function dangerOf(
  file: Attachment,
  isOfPages: boolean,
  direction: Direction,
  correspondent: Correspondent | undefined,
): Danger {
  if (RUNNABLE.has(file.kind) || LAUNCHED.has(file.extension)) return { strength: LAUNCHES, detail: detailOf(file) };
  if (file.kind === 'script') {
    return { strength: SOURCE_TEXT * strangeness(direction, correspondent), detail: detailOf(file) };
  }
  const entry = file.entryNames.find(
    (name) => LAUNCHED.has(extensionOf(name)) && !(isOfPages && isScriptOfPages(name)),
  );
  const [program] = hazardsOf(file, 'program');
  const detail = entry === undefined ? programOf(program) : `holds ${readable(entry)}`;
  if (detail === undefined) return { strength: 0, detail: '' };
  return { strength: LAUNCHES * archivedShare(file, direction, correspondent), detail };
}

/** By its bytes: under a name that opens nothing it has a use to whoever renames it, or loads it. */
const programOf = (hazard: Hazard | undefined): string | undefined =>
  hazard === undefined ? undefined : `holds ${readable(hazard.inside ?? '')}, a ${hazard.quote}`;

const detailOf = ({ kind, trueType, extension }: Attachment): string => `${kind}, ${trueType ?? extension}`;

/** By its own kind if all of that kind runs. Three zips or notes explain no program in a zip and no .one. */
function usualFactor({ kind }: Attachment, correspondent: Correspondent | undefined): number {
  const habit = RUNNABLE.has(kind) || kind === 'script' ? kind : 'executable';
  return (correspondent?.attachmentKinds.get(habit) ?? 0) >= NORMAL_AFTER ? USUAL : 1;
}
