/** Apple Mail's .emlx: the number of bytes on a line, that many bytes of message, then a property list. */

const FIRST_LINE = /^(\d{1,10})[ \t]*\r?\n/;

/** Where the message stands in it; undefined for anything else. */
export function emlxSize(head: Buffer): { readonly offset: number; readonly sizeBytes: number } | undefined {
  const match = FIRST_LINE.exec(head.toString('latin1', 0, 40));
  if (match === null || !/^[!-9;-~]+:/.test(head.toString('latin1', match[0].length, match[0].length + 200)))
    return undefined;
  return { offset: match[0].length, sizeBytes: Number(match[1]) };
}
