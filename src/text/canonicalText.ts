/** What is signed of a part of a message (RFC 8551 §3.1.1, RFC 3156 §5): its lines end with CRLF, whatever they end with where it is kept. */

/** The bytes as they are, and with CRLF at the end of lines where they have something else. */
export function canonicalForms(bytes: Buffer): readonly Buffer[] {
  const text = bytes.toString('latin1');
  const canonical = text.replace(/\r?\n/g, '\r\n');
  return canonical.length === text.length ? [bytes] : [bytes, Buffer.from(canonical, 'latin1')];
}
