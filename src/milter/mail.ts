/** A message as the MTA holds it, and as it is to deliver it instead. */

export interface MailHeader {
  readonly name: string;
  /** What stands after the colon, byte for byte as latin1: with its leading space and its folds, without the last line end. */
  readonly value: string;
}

export interface RewrittenMail {
  /** All of them, in order. A header that is not here is removed. */
  readonly headers: readonly MailHeader[];
  readonly body: Buffer;
}

/** The header block in its lines; what is no header is left out. */
export function splitHeaders(block: Buffer): readonly MailHeader[] {
  const lines = block.toString('latin1').split(/\r?\n(?![ \t])/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : { name: line.slice(0, colon), value: line.slice(colon + 1) };
  });
}
