/**
 * Ordinary messages are read on the service's own thread; large or oddly built ones in a worker with a time and a memory limit, so that
 * a hostile message stalls nobody else. A message over its limit still gets a Message: its headers, and the defect that says so.
 */
import { type ApartLimits, openApart } from './apart.ts';
import type { Defect, Submission } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Organisation } from './domain/organisation.ts';
import { hasLeftLocks, type Read, type Reading, readMessage } from './read.ts';
import type { ReadTask } from './readWorker.ts';
import { createSlots } from './slots.ts';

export interface Reader {
  readonly read: Read;
  close(): Promise<void>;
}

export interface ReaderLimits extends ApartLimits {
  readonly inlineBytes: number;
}

const DEFAULT_LIMITS: ReaderLimits = {
  timeoutMs: 2000, // the longest any message may take: the bound for a hang
  workerHeapMb: 256,
  inlineBytes: 192 * 1024, // 97 % of the development mail is smaller; such a message cannot hold the thread for long
};
/** One thread does one thing at a time: more at once take longer each by the clock, and the parser's limit would stop honest mail. */
const MAX_READ_AT_ONCE = 50; // of a few milliseconds each
const MAX_WAITING_FOR_PICTURES = 3; // large messages; the largest pictures take up to 180 ms each
const MAX_INLINE_HEADER_BYTES = 64 * 1024;
const MAX_INLINE_MARKERS = 60; // lines that open with '--': parts, at two or more each; ordinary mail has under 20
const MAX_INLINE_TAGS = 8000; // '<' in the raw bytes; a long newsletter has 2,000–4,000
/** Base64 of what archives, Office files, PDF and TNEF begin with: taking them apart costs the most a byte. */
const TAKEN_APART = [
  ...['UEsDB', 'UEsFB', '0M8R4K', 'N3q8r', 'UmFyI', 'H4sI', '/Td6W', 'KLUv/', 'Qlpo'], // zip, compound files, 7z, RAR, gz, xz, zst, bz2
  ...['JVBERi', 'eJ8+I'],
];
const HEAD_BYTES = 64 * 1024; // what is read of a message that went over its limit

export function openReader(organisation: Organisation, limits: ReaderLimits = DEFAULT_LIMITS): Reader {
  const apart = openApart<ReadTask, Reading>('./readWorker.ts', 'read', limits);
  const places = createSlots(MAX_READ_AT_ONCE);

  async function readHere(submission: Submission): Promise<Reading> {
    const release = await places.take();
    try {
      const reading = await readMessage(submission, organisation, { forLocks: false });
      return hasLeftLocks(reading) ? readInWorker(submission) : reading;
    } finally {
      release();
    }
  }

  async function readInWorker(submission: Submission): Promise<Reading> {
    const startedAt = performance.now();
    // What waits too long is known by its headers only, and held: in a burst, others' pictures must not cost a message its place.
    const hasTime = apart.waitingCount < MAX_WAITING_FOR_PICTURES;
    try {
      return await apart.run({ submission, organisation, hasTime });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const defect = { code: 'time-limit', detail: `reading was stopped: ${why}` } as const;
      return readHead(submission, organisation, defect, startedAt);
    }
  }

  return {
    read: (submission) => (isOrdinary(submission.raw, limits) ? readHere(submission) : readInWorker(submission)),
    close: apart.close,
  };
}

/** What the headers tell, without the traits that need a body. */
async function readHead(
  submission: Submission,
  organisation: Organisation,
  defect: Defect,
  startedAt: number,
): Promise<Reading> {
  const head = submission.raw.subarray(0, headerEnd(submission.raw, HEAD_BYTES));
  const { message } = await readMessage({ ...submission, raw: head }, organisation);
  const { links, attachments, content, invites, ...known } = message;
  const cut: Message = { ...known, sizeBytes: submission.raw.length, defects: [...message.defects, defect] };
  return { message: cut, parseMs: performance.now() - startedAt, traitsMs: 0 };
}

/**
 * Cheap signs that a message cannot take long: size, header size, parts, tags, nothing packed. Who writes such a file in another way than
 * base64 gets past the last; what it may cost is bounded all the same (traits/files/budget.ts).
 */
export function isOrdinary(raw: Buffer, { inlineBytes }: Pick<ReaderLimits, 'inlineBytes'> = DEFAULT_LIMITS): boolean {
  return (
    raw.length <= inlineBytes &&
    headerEnd(raw, MAX_INLINE_HEADER_BYTES + 1) <= MAX_INLINE_HEADER_BYTES &&
    !hasMore(raw, '\n--', MAX_INLINE_MARKERS) &&
    !hasMore(raw, '<', MAX_INLINE_TAGS) &&
    !TAKEN_APART.some((mark) => raw.includes(mark))
  );
}

/** Offset of the blank line after the header block, at most `limit`. */
function headerEnd(raw: Buffer, limit: number): number {
  const head = raw.subarray(0, limit);
  const ends = [head.indexOf('\r\n\r\n'), head.indexOf('\n\n')].filter((offset) => offset >= 0);
  return ends.length > 0 ? Math.min(...ends) : head.length;
}

function hasMore(raw: Buffer, marker: string, limit: number): boolean {
  let count = 0;
  for (let at = raw.indexOf(marker); at >= 0; at = raw.indexOf(marker, at + marker.length)) {
    if (++count > limit) return true;
  }
  return false;
}
