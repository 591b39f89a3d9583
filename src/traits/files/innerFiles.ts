/** The files that an archive of any kind holds, each unpacked on demand. */
import { MAX_UU_FILES, uuFilesIn } from '../../text/uuencode.ts';
import { type Budget, leaveUnread, MAX_ONE, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import type { Inner } from './messageInside.ts';
import { isSinglePacked, readSinglePacked } from './singlePacked.ts';
import { readTar } from './tarFile.ts';
import type { TrueType } from './trueType.ts';
import { innerOfZip, isBomb, megabytes } from './zipEntries.ts';

/** Adds that it is made to burst, where that is seen only now. None of what has no files, or hides them. */
export function innerFiles(
  content: Buffer,
  told: TrueType,
  { fileName, extension }: { readonly fileName: string; readonly extension: string },
  budget: Budget,
  list: HazardList,
): readonly Inner[] {
  const { zip, trueType } = told;
  if (zip !== undefined) return zip.entries.map((entry) => innerOfZip(content, entry, budget));
  if (trueType === 'tar') {
    return readTar(content, budget).map(({ name, content: data }) => ({
      name,
      sizeBytes: data.length,
      read: () => data,
    }));
  }
  if (trueType === 'uue') return uuFiles(content, budget);
  if (!isSinglePacked(trueType ?? '', extension)) return [];
  const { name, content: unpacked } = readSinglePacked(content, trueType ?? '', { fileName, extension }, budget);
  // The size at the end may be anything (bytes after the end are ignored): it counts when there is as much as was unpacked, and more.
  const declared = trueType === 'gz' && content.length > 18 ? content.readUInt32LE(content.length - 4) : 0;
  if (unpacked !== undefined && unpacked.length >= LOOKS_LARGE && isBomb(declared, content.length)) {
    list.add('bomb', `${megabytes(declared)} MB in ${content.length} bytes`);
    return [];
  }
  return [{ name, sizeBytes: unpacked?.length ?? 0, isSole: true, read: () => unpacked }];
}

/** Programs that unpack open it as an archive. */
function uuFiles(content: Buffer, budget: Budget): readonly Inner[] {
  const files = uuFilesIn(searchable(content.subarray(0, MAX_ONE), budget).toString('latin1'));
  if (files.length === MAX_UU_FILES || content.length > MAX_ONE) leaveUnread(budget, 'the rest of a uuencoded text');
  return files.map(({ name, content: data }) => ({ name, sizeBytes: data.length, read: () => data }));
}

const LOOKS_LARGE = 2 * 1024 * 1024; // half of what one file may cost
