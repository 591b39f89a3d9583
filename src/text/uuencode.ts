/**
 * Uuencoded files (POSIX uuencode), as a part's transfer encoding or in the middle of a text: Outlook and Thunderbird show them as
 * attachments. Linear; a file that breaks off is what there is of it.
 */

export interface UuFile {
  readonly name: string;
  readonly content: Buffer;
}

const ENCODINGS: ReadonlySet<string> = new Set(['x-uuencode', 'uuencode', 'x-uue', 'uue']);
export const isUuencoded = (encoding: string | false): boolean => encoding !== false && ENCODINGS.has(encoding);

export const MAX_UU_FILES = 20; // in one text
const BEGIN = /begin [0-7]{3,4} ([^\r\n]{1,8000})\r?\n/y;

export function uuFilesIn(text: string, maxCount = MAX_UU_FILES): readonly UuFile[] {
  const files: UuFile[] = [];
  let scratch: Buffer | undefined;
  for (let at = text.indexOf('begin '); at >= 0 && files.length < maxCount; at = text.indexOf('begin ', at + 1)) {
    if (at > 0 && text.charCodeAt(at - 1) !== LF) continue;
    BEGIN.lastIndex = at;
    const [head = '', written = ''] = BEGIN.exec(text) ?? [];
    const name = written.trimEnd();
    if (name === '') continue;
    scratch ??= Buffer.alloc(text.length); // data are three quarters of the text that they are written in
    const { content, end } = linesFrom(text, at + head.length, scratch);
    if (content.length === 0) continue;
    files.push({ name, content });
    at = end;
  }
  return files;
}

/** The first file; the bytes themselves where none begins. */
export function uuDecoded(bytes: Buffer): Buffer {
  const [first] = uuFilesIn(bytes.toString('latin1'), 1);
  return first?.content ?? bytes;
}

const LF = 10;
const CR = 13;

function linesFrom(text: string, from: number, scratch: Buffer): { readonly content: Buffer; readonly end: number } {
  let size = 0;
  let at = from;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    const line = text.slice(at, text.charCodeAt(end - 1) === CR ? end - 1 : end);
    const count = decodeLine(line, scratch, size);
    if (count === undefined) break;
    at = end + 1;
    if (count === 0) break; // it ends the data
    size += count;
  }
  return { content: Buffer.from(scratch.subarray(0, size)), end: at };
}

const MAX_SLACK = 4; // characters after the data: some writers add a checksum

/** Into `to` at `start`; how many bytes. undefined: no line of data, or no room. Blanks at its end may have been cut off on the way. */
function decodeLine(line: string, to: Buffer, start: number): number | undefined {
  const count = sixBits(line.charCodeAt(0));
  if (line === '' || line === 'end' || count < 0) return undefined;
  const needed = Math.ceil(count / 3) * 4;
  if (line.length - 1 > needed + MAX_SLACK || start + (needed / 4) * 3 > to.length) return undefined;
  for (let at = 0; at < needed; at += 4) {
    let word = 0;
    for (let i = 1; i <= 4; i++) {
      const bits = at + i < line.length ? sixBits(line.charCodeAt(at + i)) : 0;
      if (bits < 0) return undefined;
      word = (word << 6) | bits;
    }
    to.writeUIntBE(word, start + (at / 4) * 3, 3);
  }
  return count;
}

/** −1: no character of uuencode. */
const sixBits = (code: number): number => (code >= 32 && code <= 96 ? (code - 32) & 63 : -1);
