/** Sockets that others connect to: on TCP, or in the file system with its rights from the first moment on, in place of one that a killed process left. */
import { once } from 'node:events';
import { chmodSync, chownSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

export interface SocketFile {
  readonly path: string;
  readonly mode: number;
  /** Name or number. */
  readonly group?: string;
}

/** Rejects when the address cannot be had, somebody listens there, or there is no such group. */
export async function listenAt(
  server: Server,
  address: SocketFile | { readonly host: string; readonly port: number },
): Promise<void> {
  if ('path' in address) return listenOnPath(server, address);
  server.listen(address.port, address.host);
  await once(server, 'listening');
}

async function listenOnPath(server: Server, { path, mode, group }: SocketFile): Promise<void> {
  statSync(dirname(path)); // for want of a folder, libuv would speak of rights
  const gid = group === undefined ? undefined : groupId(group);
  await removeLeftover(path);
  const umask = process.umask(0o177);
  try {
    server.listen(path); // binds before it returns
  } finally {
    process.umask(umask);
  }
  await once(server, 'listening');
  try {
    if (gid !== undefined) chownSync(path, process.getuid?.() ?? -1, gid);
    chmodSync(path, mode);
  } catch (error) {
    server.close();
    throw error;
  }
}

function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${group}:`));
  if (line === undefined) throw new Error(`there is no group '${group}'`);
  return Number(line.split(':')[2]);
}

/** Only a socket that nobody answers on. */
async function removeLeftover(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const isDead = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
  if (isDead) unlinkSync(path);
}

const GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ERR_STREAM_DESTROYED']);

/** The peer went away: nothing to speak of, it knows. */
export const isGone = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && GONE.has(String(error.code));
