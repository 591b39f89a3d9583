/** A name for what a reader sees of a message. It outlives the way through another MTA, which adds trace fields, folds anew and mends line ends. */
import { createHash } from 'node:crypto';
import type { HeldContent } from '../domain/custody.ts';

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
  const end = textEnd(raw, headerBytes);
  for (let at = headerBytes; at < end; ) {
    let next = Math.min(end, at + CHUNK_BYTES);
    if (raw[next - 1] === CR && raw[next] === LF) next++; // a line end stays whole
    sum.update(raw.toString('latin1', at, next).replaceAll(/\r\n?/g, '\n'), 'latin1');
    at = next;
    await nextTurn();
  }
  return sum.digest('hex');
}

const CR = 13;
const LF = 10;

/** Without empty lines at the end. */
function textEnd(raw: Buffer, start: number): number {
  let end = raw.length;
  while (end > start && (raw[end - 1] === LF || raw[end - 1] === CR)) end--;
  return end;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
