/** Which addresses are to be locked, and what stands in their place. */
import { createHmac } from 'node:crypto';
import type { LockedLink } from '../../domain/lock.ts';
import type { LockPage, StripPlan } from '../../domain/strip.ts';
import { endsOf } from '../../text/gateways.ts';
import { type LinkAddress, MAX_URL_LENGTH, readAddress } from '../../text/linkAddress.ts';
import { STRIP_LIMITS } from './limits.ts';

export interface Lock {
  /** WHATWG-canonical. */
  readonly url: string;
  /** Where the click would have ended, for a reader, in ASCII lest the part needs another charset: 'hxxps[:]//evil[.]example/...'. */
  readonly shown: string;
  /** Of that; '' without one. */
  readonly host: string;
  /** What of the plan it meets; absent when all links are to be locked. */
  readonly target?: string;
  /** Where the link leads now, and by which token; absent: nowhere. */
  readonly page?: { readonly address: string; readonly token: string };
}

/** A link is clicked, a picture loads. */
export type LinkUse = 'link' | 'picture';

export interface Locks {
  /** undefined: it may stay. */
  find(address: LinkAddress | undefined, use: LinkUse): Lock | undefined;
  /** By token: those found so far that have a page. */
  readonly withPage: ReadonlyMap<string, LockedLink>;
}

export const LOCKED = 'link locked by Tidemark';

export function newLocks({ links }: Pick<StripPlan, 'links'>, page?: LockPage): Locks {
  const withPage = new Map<string, LockedLink>();
  const placed = ({ url, host }: LinkAddress, end: LinkAddress): Pick<Lock, 'page'> => {
    if (page === undefined || host === '' || url.length >= MAX_URL_LENGTH) return {};
    const place = placeOn(page, url);
    if (withPage.size >= STRIP_LIMITS.lockPages && !withPage.has(place.token)) return {};
    withPage.set(place.token, { token: place.token, url, host: end.host === '' ? host : end.host });
    return { page: place };
  };
  const lockOf = (address: LinkAddress, end: LinkAddress = address): Lock => ({
    url: address.url,
    ...shownOf(end),
    ...placed(address, end),
  });
  if (links === 'all') {
    return {
      withPage,
      find: (address, use) => (address === undefined || use === 'picture' ? undefined : lockOf(address)),
    };
  }
  const targets = new Set(links.map(({ to }) => to));
  return {
    withPage,
    find(address) {
      if (address === undefined || targets.size === 0) return undefined;
      for (const end of [address, ...endsBehind(address)]) {
        const target = targetOf(end, targets);
        if (target !== undefined) return { ...lockOf(address, end), target };
      }
      return undefined;
    },
  };
}

const endsBehind = ({ url, uncut = url }: LinkAddress): readonly LinkAddress[] =>
  endsOf(uncut).flatMap((end) => readAddress(end) ?? []);

/** The host itself, or one that it stands below. */
function targetOf({ host, scheme }: LinkAddress, targets: ReadonlySet<string>): string | undefined {
  if (host === '') return targets.has(`${scheme}:`) ? `${scheme}:` : undefined;
  for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
    if (targets.has(name)) return name;
    if (!name.includes('.')) return undefined;
  }
}

const shownOf = ({ scheme, host }: LinkAddress): Pick<Lock, 'host' | 'shown'> => ({
  host,
  shown: host === '' ? `${inertScheme(scheme)}...` : `${inertScheme(scheme)}//${host.replaceAll('.', '[.]')}/...`,
});

const TOKEN_BYTES = 16; // nobody guesses 128 bits

function placeOn({ template, secret }: LockPage, url: string): NonNullable<Lock['page']> {
  const token = createHmac('sha256', secret).update(url).digest().subarray(0, TOKEN_BYTES).toString('base64url');
  return { token, address: template.replace('{token}', token) };
}

const inertScheme = (scheme: string): string => `${scheme.replace(/^http/, 'hxxp').replace(/^ftp/, 'fxp')}[:]`;

/** In running text. */
export const lockedText = ({ shown, page }: Lock): string =>
  page === undefined ? `${shown} [${LOCKED}]` : `${page.address} [leads to ${shown}, ${LOCKED}]`;
