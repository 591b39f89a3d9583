/** Names in an ISO 9660 image: its root and the folders in it (ECMA-119 §9.1), in the long spelling (Joliet) where there is one. */
import { utf16BeAt } from '../../text/utf16.ts';
import { type Budget, leaveUnread } from './budget.ts';

const SECTOR = 2_048;
const FIRST_DESCRIPTOR = 16;
const MAX_DESCRIPTORS = 16;
const MAX_FOLDERS = 200;
const MAX_FOLDER_BYTES = 64 * 1024;
const PRIMARY = 1;
const SUPPLEMENTARY = 2;
const END = 255;

/** Never throws. Images with UDF alone have no names here. */
export function readIso(content: Buffer, budget: Budget): readonly string[] {
  let root: Folder | undefined;
  let isJoliet = false;
  for (let i = 0; i < MAX_DESCRIPTORS; i++) {
    const descriptor = content.subarray((FIRST_DESCRIPTOR + i) * SECTOR, (FIRST_DESCRIPTOR + i + 1) * SECTOR);
    if (descriptor.length < SECTOR || descriptor.toString('latin1', 1, 6) !== 'CD001' || descriptor[0] === END) break;
    const isLong = descriptor[0] === SUPPLEMENTARY && descriptor.toString('latin1', 88, 90) === '%/';
    if ((descriptor[0] === PRIMARY && root === undefined) || isLong) {
      root = { prefix: '', sector: descriptor.readUInt32LE(158), sizeBytes: descriptor.readUInt32LE(166) };
      isJoliet = isLong;
    }
  }
  return root === undefined ? [] : namesIn(content, root, isJoliet, budget);
}

interface Folder {
  readonly prefix: string;
  readonly sector: number;
  readonly sizeBytes: number;
}

function namesIn(content: Buffer, root: Folder, isJoliet: boolean, budget: Budget): readonly string[] {
  const names: string[] = [];
  const folders = [root];
  const seen = new Set([root.sector]);
  for (let i = 0; i < folders.length && i < MAX_FOLDERS; i++) {
    const { prefix, sector, sizeBytes } = folders[i] ?? root;
    const bytes = content.subarray(sector * SECTOR, sector * SECTOR + Math.min(sizeBytes, MAX_FOLDER_BYTES));
    for (let at = 0; at + 33 < bytes.length && budget.entries > 0; ) {
      const length = bytes[at] ?? 0;
      if (length < 34) {
        at = (Math.floor(at / SECTOR) + 1) * SECTOR; // records do not cross sectors
        continue;
      }
      const nameBytes = bytes.subarray(at + 33, at + 33 + (bytes[at + 32] ?? 0));
      const isFolder = ((bytes[at + 25] ?? 0) & 2) !== 0;
      const isSelfOrParent = nameBytes.length === 1 && (nameBytes[0] ?? 0) < 2;
      const name = `${prefix}${nameOf(nameBytes, isJoliet)}`;
      const target = bytes.readUInt32LE(at + 2);
      if (isFolder && !isSelfOrParent && !seen.has(target)) {
        seen.add(target);
        folders.push({ prefix: `${name}/`, sector: target, sizeBytes: bytes.readUInt32LE(at + 10) });
      } else if (!isFolder) names.push(name);
      budget.entries--;
      at += length;
    }
  }
  if (folders.length > MAX_FOLDERS || budget.entries <= 0) leaveUnread(budget, 'folders of a disk image');
  return names;
}

/** UTF-16, big-endian; ';1' is a version. */
function nameOf(bytes: Buffer, isJoliet: boolean): string {
  const text = isJoliet ? utf16BeAt(bytes) : bytes.toString('latin1');
  return text.replace(/;\d+$/, '').replace(/\.$/, '');
}
