/** Source text of VBA macros: unpacked from the module streams of a project (MS-OVBA §2.3.4 and §2.4.1). */
import { type Budget, leaveUnread, searchable } from './budget.ts';
import type { CompoundStream } from './compoundFile.ts';

const MAX_SOURCE = 512 * 1024; // bytes of one module
const MAX_MODULES = 100;
const MAX_STREAM = 2 * 1024 * 1024;
const CHUNK = 4_096;
const CONTAINER_MARK = 1;
/** Every module of a project opens with it; so does its packed form, as its first bytes are literals. */
const FIRST_WORDS = Buffer.from('\0Attribut', 'latin1');

/** undefined when there is no project. Modules of a project whose directory is damaged are found by how their text begins. */
export function readVbaSource(streams: readonly CompoundStream[], budget: Budget): string | undefined {
  const dir = streams.find(({ path }) => path === 'vba/dir' || path.endsWith('/vba/dir'));
  const project = streams.find(({ path }) => path.endsWith('_vba_project') || path.endsWith('vba/_vba_project'));
  const folder = dir?.folder ?? project?.folder;
  if (folder === undefined) return undefined;
  const unpacked = (bytes: Buffer, at: number): Buffer =>
    searchable(unpackVba(bytes, at, Math.min(MAX_SOURCE, budget.scanned)), budget);
  const offsets = dir === undefined ? new Map<string, number>() : moduleOffsets(unpacked(dir.read(MAX_STREAM), 0));
  const texts: string[] = [];
  const modules = streams.filter((one) => one.folder === folder);
  if (modules.length > MAX_MODULES) leaveUnread(budget, `modules of macros beyond ${MAX_MODULES}`);
  for (const stream of modules.slice(0, MAX_MODULES)) {
    if (/^(?:dir|_vba_project|__srp_.*)$/i.test(stream.name)) continue;
    const bytes = stream.read(MAX_STREAM);
    const at = offsets.get(stream.name.toLowerCase());
    const told = at === undefined ? '' : unpacked(bytes, at).toString('latin1');
    texts.push(told.includes('Attribut') ? told : sourceByMark(bytes, unpacked));
  }
  return texts.filter((text) => text !== '').join('\n');
}

/** Container 1, chunk header 2, flags 1, then 'Attribut' as literals. */
function sourceByMark(bytes: Buffer, unpacked: (bytes: Buffer, at: number) => Buffer): string {
  const mark = bytes.indexOf(FIRST_WORDS);
  return mark < 3 ? '' : unpacked(bytes, mark - 3).toString('latin1');
}

const MODULE_STREAM_NAME = 0x1a;
const MODULE_OFFSET = 0x31;

/** Records: id 2, size 4, data. The one with the project's version has a size that lies (§2.3.4.2.1.11). */
function moduleOffsets(dir: Buffer): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let name = '';
  for (let at = 0; at + 6 <= dir.length; ) {
    const id = dir.readUInt16LE(at);
    const size = id === 0x09 ? 6 : dir.readUInt32LE(at + 2);
    const data = dir.subarray(at + 6, at + 6 + size);
    if (id === MODULE_STREAM_NAME) name = data.toString('latin1').toLowerCase();
    if (id === MODULE_OFFSET && data.length === 4 && name !== '') offsets.set(name, data.readUInt32LE(0));
    at += 6 + size;
  }
  return offsets;
}

/**
 * MS-OVBA §2.4.1.3.1: a mark, then chunks of at most 4,096 bytes; each holds literals, and copies of what went before in the same chunk.
 * What was unpacked before an error counts.
 */
export function unpackVba(bytes: Buffer, start: number, limit: number = MAX_SOURCE): Buffer {
  if (bytes[start] !== CONTAINER_MARK) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let total = 0;
  for (let at = start + 1; at + 2 <= bytes.length && total < limit; ) {
    const header = bytes.readUInt16LE(at);
    if (((header >> 12) & 7) !== 3) break;
    const end = Math.min(at + (header & 0x0fff) + 3, bytes.length);
    const packed = bytes.subarray(at + 2, end);
    const chunk = (header & 0x8000) === 0 ? packed.subarray(0, CHUNK) : unpackChunk(packed);
    chunks.push(chunk);
    total += chunk.length;
    at = end;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function unpackChunk(packed: Buffer): Buffer {
  const out = Buffer.alloc(CHUNK);
  let size = 0;
  for (let at = 0; at < packed.length && size < CHUNK; ) {
    const flags = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length && size < CHUNK; bit++) {
      if (((flags >> bit) & 1) === 0) {
        out[size++] = packed[at++] ?? 0;
        continue;
      }
      if (at + 2 > packed.length) return out.subarray(0, size);
      const token = packed.readUInt16LE(at);
      at += 2;
      const offsetBits = Math.max(4, Math.ceil(Math.log2(Math.max(1, size)))); // §2.4.1.3.19.1
      const length = (token & (0xffff >> offsetBits)) + 3;
      const from = size - (token >> (16 - offsetBits)) - 1;
      if (from < 0) return out.subarray(0, size);
      for (let i = 0; i < length && size < CHUNK; i++) out[size++] = out[from + i] ?? 0;
    }
  }
  return out.subarray(0, size);
}
