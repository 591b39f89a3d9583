/** Files that a document keeps inside: OLE packages ("\x01Ole10Native") with the name and the first bytes of what a double click starts. */
import { kindOfExtension } from '../fileKind.ts';
import { magicType } from '../fileMagic.ts';
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';
import type { CompoundStream } from './compoundFile.ts';
import type { HazardList } from './hazards.ts';

const MAX_HEAD = 64 * 1024; // bytes: names, and what the file begins with
const MAX_PACKAGES = 20;
const MAX_NAME = 4_096; // bytes; Windows has 260

export function addPackagesOf(streams: readonly CompoundStream[], budget: Budget, list: HazardList): void {
  const natives = streams.filter(({ name }) => name.toLowerCase() === '\u0001ole10native');
  if (natives.length > MAX_PACKAGES) leaveUnread(budget, `files in a document beyond ${MAX_PACKAGES}`);
  for (const stream of natives.slice(0, MAX_PACKAGES)) {
    const head = stream.read(MAX_HEAD);
    addNative(head, budget, list, () => (stream.sizeBytes > head.length ? stream.read(MAX_ONE) : head));
  }
}

/**
 * An \x01Ole10Native stream: size 4, type 2, then label, path (zero-ended), 4 bytes, temporary path with its length, size 4, content. `head`
 * has the first of it at least, `whole` all.
 */
export function addNative(head: Buffer, budget: Budget, list: HazardList, whole: () => Buffer = () => head): void {
  if (head.length < 8 || head.readUInt16LE(4) !== 2) return;
  const label = textAt(head, 6);
  const path = textAt(head, 6 + label.length + 1);
  const at = 6 + label.length + 1 + path.length + 1 + 4;
  const temporaryBytes = at + 4 <= head.length ? Math.min(head.readUInt32LE(at), MAX_NAME) : 0;
  const start = at + 4 + temporaryBytes + 4;
  const sizeBytes = start <= head.length ? head.readUInt32LE(start - 4) : 0;
  const first = head.subarray(start);
  // What is shown, where it came from, and what it is called when it is opened: it runs if one of them does.
  const names = [path, label, textAt(head.subarray(0, at + 4 + temporaryBytes), at + 4)].filter((name) => name !== '');
  if ((names.length === 0 ? [''] : names).some((name) => addEmbedded(name, first, list))) return;
  if (sizeBytes > MAX_ONE) leaveUnread(budget, 'a large file in a document');
  else if (!isDull(first))
    list.keep({
      name: baseOf(names[0] ?? 'package'),
      sizeBytes,
      read: () => whole().subarray(start, start + sizeBytes),
    });
}

/** Pictures and sound have nothing in them that matters here. */
function isDull(content: Buffer): boolean {
  const kind = kindOfExtension(magicType(content) ?? '');
  return kind === 'image' || kind === 'audio' || kind === 'video';
}

/** Adds what runs, by its name or its first bytes, and tells whether it does. */
export function addEmbedded(path: string, content: Buffer, list: HazardList): boolean {
  const name = baseOf(path);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const type = content.length === 0 ? undefined : magicType(content);
  const kind = kindOfExtension(type ?? '') ?? kindOfExtension(extension);
  const runs = isRunnable(kind) || isRunnable(kindOfExtension(extension));
  if (runs) list.add('embedded-program', name === '' ? `unnamed ${type}` : name);
  return runs;
}

const baseOf = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1).slice(-MAX_BASE);
const MAX_BASE = 255; // characters, from the end

const isRunnable = (kind: string | undefined): boolean =>
  kind === 'executable' || kind === 'script' || kind === 'shortcut' || kind === 'disk-image';

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, Math.min(end < 0 ? bytes.length : end, at + MAX_NAME));
}
