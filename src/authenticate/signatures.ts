/** What the header block asks the verifier to do, read before anything is verified: attackers choose how much work that is. */
const MAX_HEAD_BYTES = 128 * 1024;
const MAX_READ_BYTES = 1024 * 1024; // what the parser reads of a header block
const MAX_FROM_LENGTH = 65_536;
const MAX_HEAD_LINES = 2_000;
const MAX_SIGNATURES = 10; // RFC 6376 §6.1 lets verifiers choose
const MAX_SEALS = 150; // 50 sets of three, RFC 8617 §4.2.1
const MAX_SIGNATURE_LENGTH = 8_192; // h= lists names, and each is looked for in all headers
const MAX_LINE_BYTES = 128 * 1024; // of the body; RFC 5322 §2.1.1 allows 998: mailauth reads a line again for each slice that it goes on
const MAX_HASHED_BYTES = 40 * 1024 * 1024; // bytes times body hashes: 6–60 ms a MiB, in slices; Gmail's 25 MB of files make 35

const MAX_HASHED_LINES = 4_000_000; // lines times body hashes: 0.3 µs each; honest 35 MB have half a million

export interface SignedHead {
  /** Names of the DKIM keys that will be asked for: '<selector>._domainkey.<domain>'. */
  readonly keyNames: readonly string[];
  /** It has signatures or seals: without them the body need not be looked at. */
  readonly isSigned: boolean;
  /** Why signatures and seals must not be verified; undefined: they may. */
  readonly refusal?: string;
  /** The From headers alone as a message: all that DMARC needs when there are no signatures, or they are refused. */
  readonly fromOnly: Buffer;
}

export function readSignedHead(raw: Buffer): SignedHead {
  const end = headEnd(raw);
  const text = raw.toString('latin1', 0, Math.min(end, MAX_READ_BYTES));
  const lines = text.split(/\r?\n(?![ \t])/, MAX_HEAD_LINES + 1);
  const named = (pattern: RegExp): readonly string[] => lines.filter((line) => pattern.test(line));
  const signatures = named(/^dkim-signature[ \t]*:/i);
  const sets = named(/^arc-(?:seal|message-signature|authentication-results)[ \t]*:/i);
  const why = refusalOf(raw, end, lines.length, signatures, sets);
  return {
    keyNames: why === undefined ? signatures.flatMap((line) => keyName(line) ?? []) : [],
    isSigned: signatures.length + sets.length > 0,
    ...(why === undefined ? {} : { refusal: why }),
    fromOnly: fromOnly(text),
  };
}

/** Wherever it stands: a From below the bounds of the verifier must not escape DMARC. Two are as good as many: there may be only one. */
function fromOnly(text: string): Buffer {
  const found = text.match(/^from[ \t]*:.*(?:\r?\n[ \t].*)*/gim) ?? [];
  const lines = found.slice(0, 2).map((line) => line.slice(0, MAX_FROM_LENGTH));
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function refusalOf(
  raw: Buffer,
  end: number,
  lineCount: number,
  signatures: readonly string[],
  sets: readonly string[],
): string | undefined {
  if (end > MAX_HEAD_BYTES) return `header block over ${MAX_HEAD_BYTES} bytes`;
  if (lineCount > MAX_HEAD_LINES) return `over ${MAX_HEAD_LINES} headers`;
  if (signatures.length === 0 && sets.length === 0) return undefined;
  if (signatures.length > MAX_SIGNATURES) return `${signatures.length} DKIM signatures`;
  if (sets.length > MAX_SEALS) return `${sets.length} ARC headers`;
  const longest = Math.max(...[...signatures, ...sets].map((line) => line.length));
  if (longest > MAX_SIGNATURE_LENGTH) return `a signature of ${longest} characters`;
  const hashes = new Set([...signatures, ...sets.filter((line) => /^arc-message/i.test(line))].map(bodyHashOf)).size;
  if ((raw.length - end) * hashes > MAX_HASHED_BYTES) return `${raw.length - end} bytes to hash in ${hashes} ways`;
  return lineFault(raw, end, MAX_HASHED_LINES / hashes);
}

/** Signatures that agree in these share one hash of the body. */
const bodyHashOf = (line: string): string => ['a', 'c', 'l'].map((tag) => tagOf(line, tag) ?? '').join(' ');

function keyName(line: string): string | undefined {
  const [domain, selector] = [tagOf(line, 'd'), tagOf(line, 's')];
  return domain === undefined || selector === undefined ? undefined : `${selector}._domainkey.${domain}`;
}

const tagOf = (line: string, tag: string): string | undefined =>
  new RegExp(`[;:]\\s*${tag}\\s*=([^;]*)`).exec(line)?.[1]?.replace(/\s/g, '').toLowerCase();

/** Offset after the first blank line. */
function headEnd(raw: Buffer): number {
  const head = raw.subarray(0, MAX_READ_BYTES + 4);
  const ends = [head.indexOf('\n\n') + 2, head.indexOf('\n\r\n') + 3].filter((end) => end > 3);
  return ends.length === 0 ? raw.length : Math.min(...ends);
}

function lineFault(raw: Buffer, from: number, maxLines: number): string | undefined {
  let lineCount = 0;
  for (let at = from; at < raw.length; lineCount++) {
    const end = raw.indexOf('\n', at);
    if ((end < 0 ? raw.length : end) - at > MAX_LINE_BYTES) return `a line of the body over ${MAX_LINE_BYTES} bytes`;
    if (end < 0) break;
    at = end + 1;
  }
  return lineCount > maxLines ? `${lineCount} lines to hash` : undefined;
}
