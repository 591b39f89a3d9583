/** Paths that a client names, kept inside its tenant's folder of exports: by what they really are, not by how they are written. */
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { JobError } from '../domain/jobs.ts';

/** The tenant's own folder below `root`. Throws JobError. */
export async function exportsOf(root: string | undefined, tenant: string): Promise<string> {
  if (root === undefined) throw new JobError('no-folder', 'JOBS_ROOT is not set: upload the export instead');
  try {
    return await realpath(join(root, tenant));
  } catch {
    throw new JobError('unusable-path', `the folder of exports holds no folder '${tenant}'`);
  }
}

/** Answers where it really is. One answer for what is not there and what is not to be seen. Throws JobError. */
export async function pathBelow(base: string, path: string): Promise<string> {
  const real = path.includes('\0') ? undefined : await realpath(join(base, path)).catch(() => undefined);
  if (real !== undefined && isBelow(base, real)) return real;
  throw new JobError('unusable-path', `'${path.slice(0, 200)}' is not in the folder of exports`);
}

/** Links in folders are followed by those who read exports, so none may lead out. Throws JobError. */
export async function checkLinksIn(base: string, dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []); // a file, or unreadable: told by who reads it
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isSymbolicLink()) await pathBelow(base, relative(base, path));
    else if (entry.isDirectory()) await checkLinksIn(base, path);
  }
}

const isBelow = (base: string, path: string): boolean => path === base || path.startsWith(base + sep);
