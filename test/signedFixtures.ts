/** What test/fixtures/signed holds; its README says how it was made. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const signedFixture = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, 'fixtures', 'signed', name));

/** A signature of version 4 as it looks to who has no key: made for `signed`, by nobody. */
export function pgpSignatureOf(signed: Buffer | string): string {
  const hashed = Buffer.from('040016080000', 'hex'); // EdDSA, SHA-256, no subpackets
  const digest = createHash('sha256').update(signed).update(hashed).update(Buffer.from('04ff00000006', 'hex')).digest();
  const numbers = Buffer.from('0008ff0008ff', 'hex');
  const body = Buffer.concat([hashed, Buffer.alloc(2), digest.subarray(0, 2), numbers]);
  const packet = Buffer.concat([Buffer.of(0xc2, body.length), body]).toString('base64');
  return `-----BEGIN PGP SIGNATURE-----\r\n\r\n${packet}\r\n-----END PGP SIGNATURE-----\r\n`;
}
