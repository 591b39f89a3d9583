/** GET and POST /l/{token}, for whoever clicked a locked link; GET /v1/verdicts/{id}/locks, for the analyst. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { FoundLock, LinkLock, LockEvent, LockPolicy } from '../domain/lock.ts';
import { MAX_LOCK_COUNT } from '../domain/lock.ts';
import type { Service } from '../domain/service.ts';
import type { Lock as LockJson, LockList } from './api.generated.ts';
import type { Answer, Handlers } from './exchange.ts';
import { lockPage, lockView, nothingPage } from './lockPage.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';
import { toRfc3339 } from './times.ts';
import { createTurns } from './turns.ts';

export interface LockParts {
  readonly service: Service;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly policy: LockPolicy;
}

const TOKEN = /^[A-Za-z0-9_-]{22}$/; // 128 bits in base64url
const AT_ONCE = 4; // of the ten connections to a database: scoring keeps the others
const WAITING = 200;

export function locks({
  service,
  metrics,
  log,
  policy,
}: LockParts): Pick<Handlers, 'getLockPage' | 'passLock' | 'listLocks'> {
  const style = readFileSync(new URL('lock.css', import.meta.url), 'utf8');
  const takeTurn = createTurns(AT_ONCE, WAITING);
  const pageHeaders = headersOf(style);
  const shown = (found: FoundLock, status: 200 | 403): Answer => ({
    status,
    text: lockPage(lockView(found, policy), style),
    type: 'text/html; charset=utf-8',
    headers: pageHeaders,
  });
  const find = async (token: string): Promise<FoundLock | undefined> => {
    const found = TOKEN.test(token) ? await service.findLock(token) : undefined;
    if (found === undefined) metrics.lockAsked('unknown');
    return found;
  };
  const nothing: Answer = {
    status: 404,
    text: nothingPage(style),
    type: 'text/html; charset=utf-8',
    headers: pageHeaders,
  };
  const note = async (lock: LinkLock, event: LockEvent): Promise<void> => {
    metrics.lockAsked(event);
    const count = event === 'opened' ? lock.openedCount : lock.goneOnCount;
    if (count < MAX_LOCK_COUNT) await service.noteLock(lock, event);
  };

  return {
    /** Changes nothing that matters: scanners of mail open pages as people do. */
    getLockPage: ({ fields: { token }, request }) =>
      takeTurn(async () => {
        const found = await find(token);
        if (found === undefined) return nothing;
        if (request.method === 'GET') {
          await note(found.lock, 'opened').catch((error: unknown) =>
            log.warn({ err: error }, 'the opening of a lock page could not be noted'),
          );
        }
        return shown(found, 200);
      }),

    passLock: ({ fields: { token }, request }) =>
      takeTurn(async () => {
        const found = await find(token);
        if (found === undefined) return nothing;
        if (isFromElsewhere(request)) return seeOther(token);
        const { onward } = lockView(found, policy);
        if (onward === undefined) {
          metrics.lockAsked('refused');
          return shown(found, 403);
        }
        await note(found.lock, 'gone-on');
        log.info({ verdict: found.lock.verdictId }, 'a person went on to a locked link');
        return seeOther(onward);
      }),

    async listLocks({ tenant, fields: { id } }) {
      const found = await service.locksOf(tenant, id);
      if (found === undefined) throw new Refusal('unknown-verdict', `there is no verdict ${id}`, 'id');
      return { json: { locks: found.map(lockJson) } satisfies LockList };
    },
  };
}

/** Browsers let form-action stop where the answer to a form leads, and where that leads: so it is every web site. */
function headersOf(style: string): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action http: https:; frame-ancestors 'none'`,
    'X-Robots-Tag': 'noindex, nofollow',
  };
}

/** A form in a mail or on another site must not take a person past the page. Browsers without the header are let through. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

const seeOther = (location: string): Answer => ({
  status: 303,
  text: '',
  type: 'text/plain',
  headers: { Location: location },
});

const lockJson = ({ token, url, host, openedCount, firstOpenedAt, goneOnCount, lastGoneOnAt }: LinkLock): LockJson => ({
  token,
  url,
  host,
  openedCount,
  ...(firstOpenedAt === undefined ? {} : { firstOpenedAt: toRfc3339(firstOpenedAt) }),
  goneOnCount,
  ...(lastGoneOnAt === undefined ? {} : { lastGoneOnAt: toRfc3339(lastGoneOnAt) }),
});
