/** A name for what a reader sees of a message. It outlives the way through another MTA, which adds trace fields, folds anew and mends line ends. */
import { createHash } from 'node:crypto';
import type { HeldContent } from '../domain/custody.ts';
import { endOfLines, pieceEnd } from '../text/endOfLines.ts';

/** Headers that programs show or read the body by. Not Date and Message-ID: Postfix adds them to what comes without from its own machine. */
const SHOWN: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'subject', 'reply-to', 'sender', 'mime-version']);
const ABOUT_CONTENT = 'content-';
const CHUNK_BYTES = 1024 * 1024; // hashed at a time, some milliseconds: everything else goes on in between

/** sha256 hex. */
export async function releasedContent({ raw, headers, headerBytes }: HeldContent): Promise<string> {
  const sum = createHash('sha256');
  for (const { name, value } of headers) {
    const lower = name.toLowerCase().trimEnd();
    if (SHOWN.has(lower) || lower.startsWith(ABOUT_CONTENT)) {
      sum.update(`${lower}:${value.replaceAll(/\s+/g, ' ').trim()}\n`);
    }
  }
  const end = endOfLines(raw, headerBytes);
  for (let at = headerBytes; at < end; ) {
    const next = pieceEnd(raw, at, CHUNK_BYTES, end);
    sum.update(raw.toString('latin1', at, next).replaceAll(/\r\n?/g, '\n'), 'latin1');
    at = next;
    await nextTurn();
  }
  return sum.digest('hex');
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
