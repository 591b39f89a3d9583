/** UW-IMAP's mbx: 2,048 bytes about the mailbox, then each message behind a line ` 1-Jan-2026 10:00:00 +0000,SIZE;FLAGS-UID`. */
import type { FolderRole } from './folders.ts';

const FIRST = 2048;
const MAX_LINE = 200;
const LINE = /^[ \d]\d-[A-Z][a-z]{2}-\d{4} [\d:]{8} [+-]\d{4},(\d{1,10});[0-9a-f]{8}([0-9a-f]{4})-[0-9a-f]{8}\r\n/i;
const DELETED = 0x2;
const DRAFT = 0x20; // c-client, mail.h
const EXPUNGED = 0x8000;

export interface MbxMessage {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly role?: Extract<FolderRole, 'trash' | 'draft'>;
}

/** `read` answers what stands there, at most so many bytes. Ends with `isBroken` where no such line is. */
export async function* splitMbx(
  read: (offset: number, bytes: number) => Promise<Buffer>,
  sizeBytes: number,
): AsyncGenerator<MbxMessage | { readonly isBroken: true; readonly offset: number }> {
  for (let at = FIRST; at < sizeBytes; ) {
    const match = LINE.exec((await read(at, MAX_LINE)).toString('latin1'));
    if (match === null) {
      yield { isBroken: true, offset: at };
      return;
    }
    const offset = at + match[0].length;
    const flags = Number.parseInt(match[2] ?? '0', 16);
    const size = Math.min(Number(match[1]), sizeBytes - offset);
    const role = (flags & (DELETED | EXPUNGED)) !== 0 ? 'trash' : (flags & DRAFT) !== 0 ? 'draft' : undefined;
    yield { offset, sizeBytes: size, ...(role === undefined ? {} : { role }) };
    at = offset + Number(match[1]);
  }
}
