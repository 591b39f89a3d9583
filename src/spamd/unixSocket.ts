/** A socket in the file system, in place of one that a killed process left. */
import { once } from 'node:events';
import { chmodSync, statSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

export interface SocketFile {
  readonly path: string;
  readonly mode: number;
}

/** Rejects when the path cannot be had, or somebody listens there. */
export async function listenOnPath(server: Server, { path, mode }: SocketFile): Promise<void> {
  statSync(dirname(path)); // for want of a folder, libuv would speak of rights
  await removeLeftover(path);
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, mode);
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
