/** Mail that is really signed, with keys made for the run. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign, sealMessage } from 'mailauth';
import type { Zone, ZoneEntry } from './dnsServer.ts';
import { RECEIVED_AT } from './verifier.ts';

const rsa = (bits: number) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  };
};
const ed25519 = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=ed25519; p=${publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`,
  };
};

export const KEY = rsa(2048);
export const SHORT_KEY = rsa(512);
export const ED25519_KEY = ed25519();

/** The key record of a domain, under the selector that `signed` and `sealed` use. */
export const keyOf = (domain: string, key: { readonly record: string } = KEY): Zone => ({
  [`s._domainkey.${domain}`]: { TXT: [key.record] } satisfies ZoneEntry,
});

export interface SignOptions {
  readonly key?: { readonly privateKey: string };
  readonly maxBodyLength?: number;
  readonly expires?: number;
}

export const mail = (
  from = 'Bea Lind <bea@partner.example>',
  headers: readonly string[] = [],
  body = 'Hello Ana\r\n',
) =>
  [
    ...headers,
    `From: ${from}`,
    'To: ana@acme.example',
    'Subject: Tuesday',
    'Date: Tue, 24 Nov 2026 12:00:00 +0100',
    'Message-ID: <m1@partner.example>',
    '',
    body,
  ].join('\r\n');

/** With a DKIM-Signature of the domain on top. */
export async function signed(raw: string, domain: string, { key = KEY, maxBodyLength, expires }: SignOptions = {}) {
  const one = {
    signingDomain: domain,
    selector: 's',
    privateKey: key.privateKey,
    ...(maxBodyLength === undefined ? {} : { maxBodyLength }),
  };
  const { signatures, errors } = await dkimSign(raw, {
    ...one,
    signatureData: [one],
    signTime: new Date(RECEIVED_AT - 60_000),
    ...(expires === undefined ? {} : { expires: new Date(expires) }),
  });
  if (errors.length > 0) throw errors[0]?.err;
  return `${signatures.trimEnd()}\r\n${raw}`;
}

/** With one more ARC set of the domain on top, which says what it saw. */
export async function sealed(raw: string, domain: string, results: string, cv: 'none' | 'pass' = 'none') {
  const seal = {
    signingDomain: domain,
    selector: 's',
    privateKey: KEY.privateKey,
    signTime: new Date(RECEIVED_AT - 30_000),
    authResults: `mx.${domain}; ${results}`,
    cv,
  };
  const set = await sealMessage(raw, seal);
  if (set.length === 0) throw new Error('nothing was sealed');
  return `${set.toString()}${raw}`;
}
