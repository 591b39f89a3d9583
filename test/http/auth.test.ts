import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from '../../src/domain/ports.ts';
import { hashOf, newKey } from '../../src/http/apiKeys.ts';
import { createAuth } from '../../src/http/auth.ts';
import {
  aVerdict,
  bearer,
  contract,
  fakeKeys,
  fakeService,
  JSON_TYPE,
  keyFor,
  MAIL,
  problem,
  type Running,
  run,
} from './service.ts';

const service = fakeService({}, [{ verdict: aVerdict({ tenant: 'other', id: 'v-other' }) }]);
let http: Running;
beforeAll(async () => {
  http = await run(service);
});
afterAll(() => http.drain());

const KEY_REQUIRED = problem(
  401,
  'key-required',
  'send Authorization: Bearer and an API key; tidemark keys add makes one',
  'Authorization',
);
const INVALID_KEY = problem(401, 'invalid-key', 'the API key is not known; it may have been removed', 'Authorization');

describe('a key', () => {
  test.each([
    ['unknown', 'Bearer tmk_guess'],
    ['of another scheme', 'Digest YWRtaW46YWRtaW4='],
    ['unknown, as a password', 'Basic YWRtaW46YWRtaW4='],
    ['empty, as a password', 'Basic YWRtaW46'],
    ['no Basic credentials', 'Basic x'],
    ['without a scheme', keyFor('admin')],
    ['empty', 'Bearer '],
    ['of absurd length', `Bearer ${'x'.repeat(5000)}`],
  ])('%s is refused, from loopback too', async (_name, authorization) => {
    const reply = await http.ask({ path: '/v1/verdicts', headers: { Authorization: authorization } });
    expect(reply).toMatchObject(INVALID_KEY);
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="tidemark", error="invalid_token"');
  });

  test('stands for its tenant, and other tenants do not exist for it', async () => {
    const other = bearer(keyFor('admin', 'other'));
    await http.ask({ method: 'POST', path: '/v1/messages', headers: { ...MAIL, ...other }, body: 'x' });
    expect(service.requests.at(-1)).toMatchObject({ tenant: 'other' });
    expect((await http.ask({ path: '/v1/verdicts/v-other', headers: other })).status).toBe(200);
    const own = bearer(keyFor('admin', 'default'));
    expect(await http.ask({ path: '/v1/verdicts/v-other', headers: own })).toMatchObject(
      problem(404, 'unknown-verdict', 'there is no verdict v-other', 'id'),
    );
    expect(await http.ask({ path: '/v1/mailboxes/ana@acme.example/baseline', headers: other })).toMatchObject(
      problem(404, 'unknown-mailbox', 'no message of this mailbox has been learned', 'address'),
    );
  });
});

test.each([
  ['the password of Basic', { Authorization: `Basic ${btoa(`any:${keyFor('review', 'other')}`)}` }],
  ["rspamd's Password", { Password: keyFor('review', 'other') }],
])('a key may come as %s', async (_name, headers) => {
  expect((await http.ask({ path: '/v1/verdicts/v-other', headers })).status).toBe(200);
});

test('an unknown Password is refused, from loopback too', async () => {
  expect(await http.ask({ path: '/v1/verdicts', headers: { Password: 'secret' } })).toMatchObject(INVALID_KEY);
});

describe('roles', () => {
  const bodies: Readonly<Record<string, { headers: Record<string, string>; body: string }>> = {
    scoreMessage: { headers: MAIL, body: 'x' },
    observeMessage: { headers: MAIL, body: 'x' },
    giveFeedback: { headers: JSON_TYPE, body: '{"feedback":"safe"}' },
    rspamdCheck: { headers: {}, body: 'x' },
    rspamdProxiedCheck: { headers: {}, body: 'x' },
    rspamdSymbols: { headers: {}, body: 'x' },
    stalwartHook: { headers: JSON_TYPE, body: '{"context":{}}' },
  };
  const allowed: Readonly<Record<string, readonly Role[]>> = {
    scoreMessage: ['score', 'admin'],
    observeMessage: ['score', 'admin'],
    listVerdicts: ['review', 'admin'],
    getVerdict: ['review', 'admin'],
    giveFeedback: ['review', 'admin'],
    restoreMessage: ['review', 'admin'],
    getOriginal: ['review', 'admin'],
    listLocks: ['review', 'admin'],
    getLockPage: ['score', 'review', 'admin'],
    passLock: ['score', 'review', 'admin'],
    getBaseline: ['review', 'admin'],
    eraseBaseline: ['admin'],
    getCorrespondent: ['review', 'admin'],
    eraseCorrespondent: ['admin'],
    exportBaseline: ['review', 'admin'],
    eraseTenant: ['admin'],
    createJob: ['admin'],
    listJobs: ['admin'],
    getJob: ['admin'],
    removeJob: ['admin'],
    cancelJob: ['admin'],
    getJobResults: ['admin'],
    rspamdCheck: ['score', 'admin'],
    rspamdProxiedCheck: ['score', 'admin'],
    rspamdSymbols: ['score', 'admin'],
    stalwartHook: ['score', 'admin'],
    mailgunWebhook: ['score', 'review', 'admin'],
    sendgridWebhook: ['score', 'admin'],
    postmarkWebhook: ['score', 'admin'],
    sesWebhook: ['score', 'review', 'admin'],
    rspamdPing: ['score', 'review', 'admin'],
    getMetrics: ['review', 'admin'],
    getHealth: ['score', 'review', 'admin'],
    getReadiness: ['score', 'review', 'admin'],
    getOpenapi: ['score', 'review', 'admin'],
    getDocs: ['score', 'review', 'admin'],
  };
  const cases = contract.operations.flatMap((operation) =>
    (['score', 'review', 'admin'] as const).map((role) => [operation.id, role] as const),
  );

  test.each(cases)('%s by %s', async (id, role) => {
    const operation = contract.operations.find((one) => one.id === id);
    const { headers, body } = bodies[id] ?? { headers: {}, body: undefined };
    const path = (operation?.path ?? '').replace('{id}', 'v-other').replace('{address}', 'ana@acme.example');
    const reply = await http.ask({
      method: (operation?.method ?? '').toUpperCase(),
      path,
      headers: { ...headers, ...bearer(keyFor(role, 'other')) },
      ...(body === undefined ? {} : { body }),
    });
    expect(reply.status === 403).toBe(!allowed[id]?.includes(role));
    if (reply.status === 403) expect(reply.json).toMatchObject({ code: 'wrong-role' });
  });

  test.each([
    ['/v1/jobs', 'admin'],
    ['/v1/verdicts', 'review or admin'],
  ])('%s says which role it needs: %s', async (path, roles) => {
    const reply = await http.ask({ path, headers: bearer(keyFor('score', 'other')) });
    expect(reply.json).toMatchObject({ detail: `this needs the role ${roles}; the key has score` });
  });
});

describe('without a key', () => {
  test.each<[string, Record<string, string>, ReturnType<typeof problem>]>([
    [
      'a name that an attacker pointed at 127.0.0.1',
      { Host: 'rebound.evil.example' },
      problem(403, 'foreign-host', 'without an API key ask for localhost, 127.0.0.1 or [::1]', 'Host'),
    ],
    [
      'a name that looks local',
      { Host: 'localhost.evil.example:8484' },
      problem(403, 'foreign-host', 'without an API key ask for localhost, 127.0.0.1 or [::1]', 'Host'),
    ],
    [
      'a page of another site',
      { 'Sec-Fetch-Site': 'cross-site' },
      problem(403, 'cross-site', 'another web site may not use this service without an API key', 'Sec-Fetch-Site'),
    ],
    [
      'a page on another port',
      { 'Sec-Fetch-Site': 'same-site' },
      problem(403, 'cross-site', 'another web site may not use this service without an API key', 'Sec-Fetch-Site'),
    ],
    ['a request passed on (X-Forwarded-For)', { 'X-Forwarded-For': '127.0.0.1' }, KEY_REQUIRED],
    ['a request passed on (X-Real-IP)', { 'X-Real-IP': '127.0.0.1' }, KEY_REQUIRED],
    ['a request passed on (Forwarded)', { Forwarded: 'for=127.0.0.1' }, KEY_REQUIRED],
    ['a request passed on (Via)', { Via: '1.1 proxy.example' }, KEY_REQUIRED],
  ])('%s', async (_name, headers, expected) => {
    expect(await http.ask({ path: '/v1/verdicts', headers })).toMatchObject(expected);
    const withKey = { ...headers, ...bearer(keyFor('review')) };
    expect((await http.ask({ path: '/v1/verdicts', headers: withKey })).status).toBe(200);
    expect((await http.ask({ path: '/healthz', headers })).status).toBe(200);
  });

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:8484', '127.0.0.2', '[::1]:8484'])('Host %s', async (host) => {
    expect((await http.ask({ path: '/v1/verdicts', headers: { Host: host } })).status).toBe(200);
  });

  test.each(['same-origin', 'none'])('Sec-Fetch-Site %s', async (site) => {
    expect((await http.ask({ path: '/v1/verdicts', headers: { 'Sec-Fetch-Site': site } })).status).toBe(200);
  });

  const authorise = createAuth(fakeKeys());
  const from = (remoteAddress: string | undefined, headers = {}) =>
    ({ socket: { remoteAddress }, headers: { host: 'localhost', ...headers } }) as IncomingMessage;

  test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('the peer %s is this machine', async (address) => {
    expect(await authorise(from(address), 'admin')).toBe('default');
  });

  test.each(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '::', '10.127.0.1', undefined])(
    'the peer %s is not, whatever its headers say',
    async (address) => {
      const refused = { code: 'key-required', headers: { 'WWW-Authenticate': 'Bearer realm="tidemark"' } };
      await expect(authorise(from(address), 'score')).rejects.toMatchObject(refused);
      const authorization = `Bearer ${keyFor('score')}`;
      expect(await authorise(from(address, { authorization, host: 'mail.example' }), 'score')).toBe('default');
    },
  );
});

test('a new key is long, random, and stored as its hash', () => {
  const [one, two] = [newKey(), newKey()];
  expect(one.secret).toMatch(/^tmk_[A-Za-z0-9_-]{43}$/);
  expect(one.id).toMatch(/^key_[0-9a-f]{12}$/);
  expect(one.hash).toBe(hashOf(one.secret));
  expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set([one.secret, two.secret, one.id, two.id]).size).toBe(4);
});
