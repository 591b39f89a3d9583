import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IntakeError } from '../../src/domain/service.ts';
import { aBaseline, aRelation, bearer, fakeService, keyFor, problem, type Running, run } from './service.ts';

const asked: [string, string][] = [];
let http: Running;
beforeAll(async () => {
  http = await run(
    fakeService({
      async describeBaseline(tenant, mailbox) {
        asked.push([tenant, mailbox]);
        if (!mailbox.includes('@')) throw new IntakeError('invalid-address', 'address', 'is no address');
        return mailbox.startsWith('ana') ? aBaseline : undefined;
      },
      async eraseMailbox(tenant, mailbox) {
        asked.push([tenant, mailbox]);
        return 7;
      },
    }),
  );
});
afterAll(() => http.drain());

const path = (address: string) => `/v1/mailboxes/${address}/baseline`;

test('what is known, with times as RFC 3339', async () => {
  const tally = {
    messageCount: 3,
    recentCount: 1.5,
    everCount: 2.9,
    distinctDays: 2,
    firstAt: '1970-01-01T00:00:00.000Z',
    lastAt: '1970-01-02T00:00:00.000Z',
  };
  const { status, json } = await http.ask({ path: path('ana@acme.example') });
  expect(status).toBe(200);
  expect(json).toEqual({
    ...aBaseline,
    received: tally,
    correspondents: [{ ...aBaseline.correspondents[0], received: tally, sent: tally }],
  });
});

test.each([
  ['ana+news@acme.example', 'ana+news@acme.example'],
  ['ana%2Bnews%40acme.example', 'ana+news@acme.example'],
  ['%C3%A4nna@acme.example', 'änna@acme.example'],
  ['a%2Fb@acme.example', 'a/b@acme.example'],
])('%s is the mailbox %s of the key’s tenant', async (written, mailbox) => {
  await http.ask({ path: path(written), headers: bearer(keyFor('review', 'other')) });
  expect(asked.at(-1)).toEqual(['other', mailbox]);
});

test.each([
  ['bob@acme.example', 404, 'unknown-mailbox', 'no message of this mailbox has been learned'],
  ['bob', 422, 'invalid-address', 'is no address'],
  ['x'.repeat(321), 400, 'invalid-field', 'address must NOT have more than 320 characters'],
])('%s', async (address, status, code, detail) => {
  expect(await http.ask({ path: path(address) })).toMatchObject(problem(status, code, detail, 'address'));
});

test('erasing says how much went, also when nothing was there', async () => {
  const reply = await http.ask({ method: 'DELETE', path: path('ana@acme.example') });
  expect(reply).toMatchObject({ status: 200, json: { erasedCount: 7 } });
  expect(asked.at(-1)).toEqual(['default', 'ana@acme.example']);
});

test('one correspondent, in numbers and in words', async () => {
  const of = (address: string) => http.ask({ path: `/v1/mailboxes/ana@acme.example/correspondents/${address}` });
  expect(await of('bob%40bank.example')).toMatchObject({
    status: 200,
    json: {
      address: 'bob@bank.example',
      inWords: aRelation.inWords,
      received: { firstAt: '1970-01-01T00:00:00.000Z' },
    },
  });
  expect(await of('eve@evil.example')).toMatchObject(
    problem(404, 'unknown-correspondent', 'this mailbox knows nobody of that address', 'correspondent'),
  );
});

test('all that is kept, as it is stored', async () => {
  const exported = (tenant: string) =>
    http.ask({ path: '/v1/mailboxes/ana@acme.example/export', headers: bearer(keyFor('review', tenant)) });
  expect((await exported('default')).json).toEqual({
    mailbox: 'ana@acme.example',
    records: [{ kind: 'mailbox', key: '', value: { in: { n: 3 } } }],
  });
  expect(await exported('other')).toMatchObject({ status: 404 });
});

test.each([
  ['/v1/mailboxes/ana@acme.example/correspondents/bob@bank.example', 2],
  ['/v1/tenant', 9],
])('DELETE %s is the admin’s', async (path, erasedCount) => {
  expect(await http.ask({ method: 'DELETE', path, headers: bearer(keyFor('admin')) })).toMatchObject({
    status: 200,
    json: { erasedCount },
  });
  expect(await http.ask({ method: 'DELETE', path, headers: bearer(keyFor('review')) })).toMatchObject({ status: 403 });
});
