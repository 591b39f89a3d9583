/** API keys: made once, shown once, kept as a hash. */
import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32; // 256 random bits: a plain hash cannot be searched, so no slow one is needed
const ID_BYTES = 6;

export interface NewKey {
  /** For the client; stored nowhere. */
  readonly secret: string;
  /** For people: names the key in lists and logs. */
  readonly id: string;
  readonly hash: string;
}

export function newKey(): NewKey {
  const secret = `tmk_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { secret, id: `key_${randomBytes(ID_BYTES).toString('hex')}`, hash: hashOf(secret) };
}

/** Looking a key up by this hash takes a time that tells nothing about stored secrets. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
