/** The header with which a restored message passes: for one content, one verdict, one tenant, and not for long. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CheckRelease, KeptOriginal } from '../domain/custody.ts';
import { releasedContent } from './content.ts';

type Released = Pick<KeptOriginal, 'tenant' | 'verdictId' | 'contentHash'>;

const FORM = /^\s*id=(v[0-9a-f]{1,64}); expires=(\d{1,12}); content=([0-9a-f]{64}); mac=([0-9a-f]{64})\s*$/;

/** The header's value. `expiresAt` in milliseconds; kept in whole seconds. */
export function signRelease(released: Released, expiresAt: number, secret: string): string {
  const expires = Math.floor(expiresAt / 1000);
  const { verdictId, contentHash } = released;
  return `id=${verdictId}; expires=${expires}; content=${contentHash}; mac=${macOf(released, expires, secret).toString('hex')}`;
}

/** Knows releases that one of `secrets` signed. A forged one costs an HMAC; only then is the message itself looked at. */
export function createCheckRelease(tenant: string, secrets: readonly string[], now: () => number): CheckRelease {
  return async (value, content) => {
    const [, verdictId, expires, contentHash, mac] = FORM.exec(value) ?? [];
    if (verdictId === undefined || contentHash === undefined || mac === undefined) return undefined;
    if (Number(expires) * 1000 < now()) return undefined;
    const given = Buffer.from(mac, 'hex');
    const released = { tenant, verdictId, contentHash };
    const isSigned = secrets.some((secret) => timingSafeEqual(given, macOf(released, Number(expires), secret)));
    if (!isSigned || (await releasedContent(content)) !== contentHash) return undefined;
    return verdictId;
  };
}

function macOf({ tenant, verdictId, contentHash }: Released, expires: number, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(['tidemark-release-1', tenant, verdictId, String(expires), contentHash].join('\n'))
    .digest();
}
