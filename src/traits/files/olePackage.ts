/** Files that a document keeps inside: OLE packages ("\x01Ole10Native") with the name and the first bytes of what a double click starts. */
import { kindOfExtension } from '../fileKind.ts';
import { magicType } from '../fileMagic.ts';
import type { Budget } from './budget.ts';
import { type CompoundStream, readCompound } from './compoundFile.ts';
import type { HazardList } from './hazards.ts';

const MAX_PACKAGE = 64 * 1024; // bytes looked at
const MAX_PACKAGES = 20;
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const MAX_NAME = 260;

/** `bytes`: an embedding of an OOXML file. */
export function addPackages(bytes: Buffer | undefined, budget: Budget, list: HazardList): void {
  if (bytes?.subarray(0, 8).equals(COMPOUND) === true) addPackagesOf(readCompound(bytes, budget), list);
}

export function addPackagesOf(streams: readonly CompoundStream[], list: HazardList): void {
  const natives = streams.filter(({ name }) => name.toLowerCase() === '\u0001ole10native');
  for (const stream of natives.slice(0, MAX_PACKAGES)) addNative(stream.read(MAX_PACKAGE), list);
}

/** An \x01Ole10Native stream: size 4, type 2, then label, path (zero-ended), 8 bytes, temporary path with its length, size 4, content. */
export function addNative(bytes: Buffer, list: HazardList): void {
  if (bytes.length < 8 || bytes.readUInt16LE(4) !== 2) return;
  const label = textAt(bytes, 6);
  const path = textAt(bytes, 6 + label.length + 1);
  const at = 6 + label.length + 1 + path.length + 1 + 4;
  const temporary = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
  const start = at + 4 + Math.min(temporary, MAX_NAME) + 4;
  addEmbedded(path === '' ? label : path, bytes.subarray(start), list);
}

/** Adds what runs, by its name or its first bytes. */
export function addEmbedded(path: string, content: Buffer, list: HazardList): void {
  const name = path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const type = content.length === 0 ? undefined : magicType(content);
  const kind = kindOfExtension(type ?? '') ?? kindOfExtension(extension);
  if (isRunnable(kind) || isRunnable(kindOfExtension(extension)))
    list.add('embedded-program', name === '' ? `unnamed ${type}` : name);
}

const isRunnable = (kind: string | undefined): boolean =>
  kind === 'executable' || kind === 'script' || kind === 'shortcut' || kind === 'disk-image';

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, Math.min(end < 0 ? bytes.length : end, at + MAX_NAME));
}
