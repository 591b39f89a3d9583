/** A small file system in memory that can be filled up. Needs root, and the right to mount. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  /** Until not a block is free. */
  fill(): void;
  /** Gives the space back. */
  clear(): void;
  close(): void;
}

/** Throws where nothing may be mounted. */
export function openSmallDisk(dir: string, megabytes: number): SmallDisk {
  mkdirSync(dir);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tidemark-faults', dir], {
    stdio: 'pipe',
  });
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill() {
      const file = openSync(ballast, 'w');
      for (const bytes of [Buffer.alloc(1024 * 1024), Buffer.alloc(4096)]) while (isWritten(file, bytes));
      closeSync(file);
    },
    clear: () => rmSync(ballast),
    close: () => void execFileSync('umount', ['-l', dir], { stdio: 'pipe' }),
  };
}

function isWritten(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Why not, or undefined. */
export function whyNoSmallDisk(dir: string): string | undefined {
  try {
    openSmallDisk(dir, 1).close();
    return undefined;
  } catch (error) {
    return `no tmpfs can be mounted: ${String(error).split('\n')[0]}`;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
