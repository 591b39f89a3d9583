/** How much counts what an archive holds. */
import type { Correspondent } from '../../domain/baseline.ts';
import type { Direction } from '../../domain/mail.ts';
import type { Attachment } from '../../domain/message.ts';
import { strangeness } from './familiarity.ts';

const IN_ARCHIVE = 0.9; // one more click
const AMONG_MANY = 0.4; // a correspondent's release, project or manual. A stranger's fillers cost nothing
const MANY_ENTRIES = 20; // archives made to carry one program or page hold a handful of files

/** Of a danger that is 1 as a file of its own. */
export function archivedShare(
  { entryNames }: Attachment,
  direction: Direction,
  correspondent: Correspondent | undefined,
): number {
  const least = entryNames.length > MANY_ENTRIES ? AMONG_MANY : IN_ARCHIVE;
  return least + (IN_ARCHIVE - least) * strangeness(direction, correspondent);
}
