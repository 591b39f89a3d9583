/** Who asks: a key's tenant and role; without a key, somebody on this machine and nobody else. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { KeyStore, Role } from '../domain/ports.ts';
import { hashOf } from './apiKeys.ts';
import { Refusal } from './problem.ts';

export const LOCAL_TENANT = 'default';
const MAX_AUTHORIZATION_LENGTH = 200; // ours have 54 characters, 72 and a user name in Basic

/** Answers the caller's tenant. Rejects with a Refusal unless the caller may do what `needed` stands for. */
export type Authorise = (request: IncomingMessage, needed: Role) => Promise<string>;

export function createAuth(keys: KeyStore): Authorise {
  return async (request, needed) => {
    if (request.headers.authorization === undefined && request.headers.password === undefined) {
      checkIsLocal(request);
      return LOCAL_TENANT;
    }
    const secret = secretIn(request.headers);
    const key = secret === undefined ? undefined : await keys.findByHash(hashOf(secret));
    if (key === undefined) throw challenge('invalid-key', 'the API key is not known; it may have been removed');
    if (key.role !== 'admin' && key.role !== needed) {
      const wanted = needed === 'admin' ? needed : `${needed} or admin`;
      throw new Refusal('wrong-role', `this needs the role ${wanted}; the key has ${key.role}`);
    }
    return key.tenant;
  };
}

/** A bearer token; the password of Basic (RFC 7617), for who can give a URL and no header; rspamd's Password (`rspamc -P`). */
function secretIn({ authorization = '', password }: IncomingHttpHeaders): string | undefined {
  if (authorization.length > MAX_AUTHORIZATION_LENGTH) return undefined;
  if (authorization === '') return typeof password === 'string' ? password : undefined;
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  const userAndPassword = Buffer.from(credentials, 'base64').toString();
  return userAndPassword.slice(userAndPassword.indexOf(':') + 1);
}

/** RFC 6750 §3: an error is named only to those who tried a key. */
function challenge(code: 'key-required' | 'invalid-key', detail: string): Refusal {
  const error = code === 'invalid-key' ? ', error="invalid_token"' : '';
  return new Refusal(code, detail, 'Authorization', { 'WWW-Authenticate': `Bearer realm="tidemark"${error}` });
}

/**
 * The peer of the socket counts, never what a header says about it. A proxy on this machine passes the requests of others on, so a
 * request that was passed on needs a key. A page in the user's browser can reach loopback too: by a name that it rebinds to 127.0.0.1
 * (then Host is foreign) or by a plain request across sites (then Sec-Fetch-Site says so).
 */
function checkIsLocal({ socket, headers }: IncomingMessage): void {
  if (!isLoopbackPeer(socket.remoteAddress ?? '') || isPassedOn(headers)) {
    throw challenge('key-required', 'send Authorization: Bearer and an API key; tidemark keys add makes one');
  }
  // Only HTTP/1.0 may leave Host out (app.ts), as rspamc does; no browser can.
  if (headers.host !== undefined && !isLocalHost(headers.host)) {
    throw new Refusal('foreign-host', 'without an API key ask for localhost, 127.0.0.1 or [::1]', 'Host');
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Refusal('cross-site', 'another web site may not use this service without an API key', 'Sec-Fetch-Site');
  }
}

const isLoopbackPeer = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);

const isPassedOn = (headers: IncomingHttpHeaders): boolean =>
  headers.forwarded !== undefined ||
  headers['x-forwarded-for'] !== undefined ||
  headers['x-real-ip'] !== undefined ||
  headers.via !== undefined;

const isLocalHost = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
