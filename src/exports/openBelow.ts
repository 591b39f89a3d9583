/**
 * Opens what an export lies in. Where others can write to its folder, only what really lies below `root` is read: told by what was opened,
 * since a name that was looked at may lead elsewhere a moment later. `root` is a real path, or absent.
 */
import { closeSync, constants, type Dirent, openSync, readdirSync, readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { sep } from 'node:path';

const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK; // a pipe would wait for who writes to it

export function openNow(path: string, root: string | undefined): number {
  const descriptor = openSync(path, FLAGS);
  try {
    checkPlace(descriptor, root);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

export async function openFile(path: string, root: string | undefined): Promise<FileHandle> {
  const handle = await open(path, FLAGS);
  try {
    checkPlace(handle.fd, root);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What stands in a folder. */
export function entriesOf(dir: string, root: string | undefined): readonly Dirent[] {
  if (root === undefined) return readdirSync(dir, { withFileTypes: true });
  const descriptor = openNow(dir, root);
  try {
    return readdirSync(pathOfOpen(descriptor), { withFileTypes: true });
  } finally {
    closeSync(descriptor);
  }
}

/** For readers that want a name: one that leads to what was opened, whatever lies at `path` by now. To be closed behind them. */
export async function openNamed(path: string, root: string | undefined) {
  if (root === undefined) return { name: path, close: async () => undefined };
  const handle = await openFile(path, root);
  return { name: pathOfOpen(handle.fd), close: () => handle.close() };
}

/** proc(5) of Linux */
const pathOfOpen = (descriptor: number): string => `/proc/self/fd/${descriptor}`;

function checkPlace(descriptor: number, root: string | undefined): void {
  if (root === undefined) return;
  const real = readlinkSync(pathOfOpen(descriptor));
  if (real !== root && !real.startsWith(root + sep)) throw new Error('it leads out of the folder of exports');
}
