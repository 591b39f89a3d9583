/** What goes wrong in writing → the error that says so. */
import { StoreAway } from '../domain/ports.ts';
import { RescoreError } from '../domain/rescore.ts';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set(['EFBIG', 'EROFS', 'EACCES', 'EPERM', 'ENAMETOOLONG']);
const SQLITE_FULL = 13; // https://sqlite.org/rescode.html
const SQLITE_IOERR = 10;

/** What a person can do something about, in words. Nothing is lost by it: what was written up to the checkpoint stays. */
export function explained(error: unknown, outDir: string | undefined): unknown {
  if (!(error instanceof Error) || error instanceof RescoreError) return error;
  const told = error instanceof StoreAway && error.cause instanceof Error ? error.cause : error;
  const { code = '', errcode = 0 } = told as Error & { readonly code?: string; readonly errcode?: number };
  const isFull = NO_ROOM.has(code) || (errcode & 0xff) === SQLITE_FULL;
  const isOther = NOT_WRITABLE.has(code) || error instanceof StoreAway || (errcode & 0xff) === SQLITE_IOERR;
  if (!isFull && !isOther) return error;
  const place = outDir ?? 'the folder for temporary files (TMPDIR)';
  const when = isFull ? 'when there is room again' : 'when it can be written to';
  const next = outDir === undefined ? '' : `; ${when}, the same command goes on from the last checkpoint`;
  return new RescoreError('cannot-write', `cannot write to ${place}: ${error.message}${next}`);
}
