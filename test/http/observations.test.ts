import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IntakeError } from '../../src/domain/service.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { fakeService, JSON_TYPE, MAIL, problem, type Running, run } from './service.ts';

const service = fakeService();
const metrics = createMetrics();
let http: Running;
beforeAll(async () => {
  http = await run(service, { metrics });
});
afterAll(() => http.drain());

const RECEIPT = { messageId: 'm1@bank.example', mailboxes: ['ana@acme.example'], isNew: true };

test('takes both forms and answers with a receipt', async () => {
  const inQuery = { method: 'POST', path: '/v1/observations?mailbox=ana@acme.example&receivedAt=1999-01-01T00:00:00Z' };
  expect(await http.ask({ ...inQuery, headers: MAIL, body: 'x' })).toMatchObject({ status: 200, json: RECEIPT });
  const body = JSON.stringify({ raw: 'eA==', mailbox: ['ana@acme.example'], receivedAt: '1999-01-01T00:00:00Z' });
  const inBody = { method: 'POST', path: '/v1/observations', headers: JSON_TYPE, body };
  expect(await http.ask(inBody)).toMatchObject({ status: 200, json: RECEIPT });
  expect(service.requests[0]).toEqual(service.requests[1]);
  expect(service.requests[0]).toMatchObject({ receivedAt: Date.UTC(1999, 0, 1) });
  expect(await metrics.text()).toContain('tidemark_messages_learned_total{source="observation"} 2');
});

test('what was learned before is not counted again', async () => {
  const again = await run(
    fakeService({ observe: async () => ({ messageId: 'm1@bank.example', mailboxes: [], isNew: false }) }),
    { metrics },
  );
  const reply = await again.ask({ method: 'POST', path: '/v1/observations', headers: MAIL, body: 'x' });
  expect(reply.json).toEqual({ messageId: 'm1@bank.example', mailboxes: [], isNew: false });
  expect(await metrics.text()).toContain('tidemark_messages_learned_total{source="observation"} 2');
  await again.drain();
});

test('refuses as /v1/messages does', async () => {
  const ask = (path: string, body = 'x') => http.ask({ method: 'POST', path, headers: MAIL, body });
  expect(await ask('/v1/observations', '')).toMatchObject(problem(400, 'empty-body', 'the request has no body'));
  expect(await ask('/v1/observations?x=1')).toMatchObject(
    problem(400, 'unknown-field', "there is no query parameter 'x'", 'x'),
  );
  const refusing = await run(
    fakeService({
      observe: async () => {
        throw new IntakeError('no-mailbox', 'mailbox', 'for nobody');
      },
    }),
  );
  expect(await refusing.ask({ method: 'POST', path: '/v1/observations', headers: MAIL, body: 'x' })).toMatchObject(
    problem(422, 'no-mailbox', 'for nobody', 'mailbox'),
  );
  await refusing.drain();
});
