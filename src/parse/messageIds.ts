/** Message-ID, In-Reply-To and References (RFC 5322 §3.6.4) without their angle brackets. */

const MAX_ID_LENGTH = 998; // a line, RFC 5322 §2.1.1
const MAX_REFERENCES = 50;
const BRACKETED = /<([^<>]{1,998})>/g;

/** Oldest first; of more than 50 the newest, which are the ones worth looking up. */
export function readMessageIds(value: string): readonly string[] {
  const bracketed = Array.from(value.matchAll(BRACKETED), ([, id = '']) => clean(id)).filter((id) => id !== '');
  return bracketed.slice(-MAX_REFERENCES);
}

/** The first id; a bare one where the writer forgot the brackets. */
export function readMessageId(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [first] = readMessageIds(value.slice(0, 4 * MAX_ID_LENGTH));
  const id = first ?? clean(value.slice(0, MAX_ID_LENGTH).replace(/[<>]/g, ''));
  return id === '' ? undefined : id;
}

/** Blanks come from folding, control characters have no place in a record key. */
const clean = (id: string): string => id.replace(/[\s\p{Cc}]+/gu, '');
