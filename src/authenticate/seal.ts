/**
 * Signs a rewritten message: its authors' DKIM signatures are broken. A DKIM signature of the organisation's own domain (RFC 6376), and, when
 * the message was verified here as it came, an ARC set that says so (RFC 8617 §5.1), which receivers who trust the domain go by.
 */
import { createPrivateKey } from 'node:crypto';
import { authenticationResults } from '../domain/authenticationResults.ts';
import type { Verification } from '../domain/mail.ts';
import type { Sealer, TopField } from '../domain/ports.ts';

export interface SealingKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM; RSA or Ed25519. */
  readonly privateKey: string;
}

/** Rejects when the key is none. Only what is needed of mailauth is loaded, as in verify.ts. */
export async function openSealer({ domain, selector, privateKey }: SealingKey): Promise<Sealer> {
  createPrivateKey(privateKey);
  const [{ dkimSign }, { sealMessage }] = await Promise.all([
    import('mailauth/lib/dkim/sign.js'),
    import('mailauth/lib/arc/index.js'),
  ]);
  const key = { signingDomain: domain, selector, privateKey };
  return {
    async seal(raw, seen, now) {
      try {
        const signTime = new Date(now);
        const { signatures, errors } = await dkimSign(raw, { ...key, signatureData: [key], signTime });
        if (errors.length > 0) return [];
        const signature = fieldsIn(signatures);
        if (seen === undefined) return signature;
        const signed = Buffer.concat([Buffer.from(`${signatures.trimEnd()}\r\n`), raw]);
        const set = await sealMessage(signed, {
          ...key,
          signTime,
          authResults: authenticationResults(domain, seen).join('; '),
          cv: statusOf(seen),
        });
        return [...fieldsIn(set.toString()), ...signature];
      } catch {
        return []; // a message that cannot be signed is still better stripped than not
      }
    },
  };
}

/** Of the chain as it came; a rewritten body breaks none of its seals (RFC 8617 §5.2). */
const statusOf = ({ arc }: Verification): 'none' | 'pass' | 'fail' =>
  arc === undefined || arc === 'none' ? 'none' : arc === 'pass' ? 'pass' : 'fail';

const fieldsIn = (block: string): readonly TopField[] =>
  block
    .split(/\r?\n(?![ \t])/)
    .filter((line) => line.includes(':'))
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));
