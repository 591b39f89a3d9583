/**
 * What finding messages needs beside the disk: a spool in `dir` (spool.ts says what `name` is for), a reader of Outlook's files, and where files
 * have to lie.
 */
import type { Unpacking } from './found.ts';
import { openOutlookReader } from './outlook/reading.ts';
import { openSpool } from './spool.ts';

export function openUnpacking(dir: string, name?: string, root?: string): Unpacking & { close(): Promise<void> } {
  const spool = openSpool(dir, name);
  const outlook = openOutlookReader();
  return {
    spool,
    outlook,
    ...(root === undefined ? {} : { root }),
    async close() {
      await outlook.close();
      await spool.close();
    },
  };
}
