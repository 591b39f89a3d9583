import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ExportError, type LearnMbox } from '../../src/domain/history.ts';
import { IntakeError } from '../../src/domain/service.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { fakeLearnMbox, fakeService, JSON_TYPE, MAIL, problem, type Running, run } from './service.ts';
import { lastJson, rawClient } from './socket.ts';

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

describe('an mbox', () => {
  const MBOX = { 'Content-Type': 'application/mbox' };
  const BODY = 'From a@b.example Tue Nov 24 12:00:00 2026\nFrom: a@b.example\n\nhello\n';
  const post = (one: Running, query: string, body: string = BODY) =>
    one.ask({ method: 'POST', path: `/v1/observations${query}`, headers: MBOX, body });

  test('is handed on as it comes, and answered with what became of it', async () => {
    const learnMbox = fakeLearnMbox();
    const one = await run(fakeService(), { learnMbox, metrics: createMetrics(), maxMessageBytes: 10 });
    expect(await post(one, '?mailbox=ana@acme.example&direction=inbound')).toMatchObject({
      status: 200,
      json: { read: 3, learned: 1, known: 1, skippedCount: 1, skipped: [{ index: 2, reason: 'no-sender' }] },
    });
    expect(learnMbox.taken).toEqual([
      { request: { tenant: 'default', mailboxes: ['ana@acme.example'], direction: 'inbound' }, body: BODY },
    ]);
    await one.drain();
  });

  test.each<[string, string, ReturnType<typeof problem>]>([
    ['without mailbox', '', problem(400, 'missing-field', 'an mbox needs the mailbox that it belongs to', 'mailbox')],
    [
      'with one time for all',
      '?mailbox=a@b.example&receivedAt=2026-01-01T00:00:00Z',
      problem(400, 'misplaced-field', 'an mbox has no receivedAt for all of its messages', 'receivedAt'),
    ],
  ])('is refused %s', async (_name, query, expected) => {
    expect(await post(http, query)).toMatchObject(expected);
  });

  test.each([
    ['not-an-export', problem(422, 'not-an-mbox', 'no')],
    ['empty-export', problem(400, 'empty-body', 'no')],
  ] as const)('%s', async (code, expected) => {
    const one = await run(fakeService(), {
      learnMbox: async () => {
        throw new ExportError(code, 'no');
      },
    });
    expect(await post(one, '?mailbox=a@b.example')).toMatchObject(expected);
    await one.drain();
  });

  test('the connection waits while nobody asks for more', async () => {
    let readBytes = 0;
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const learnMbox: LearnMbox = async (_request, body) => {
      for await (const chunk of body) {
        readBytes += chunk.length;
        await gate;
      }
      return { readCount: 1, learnedCount: 1, knownCount: 0, skippedCounts: {}, skipped: [] };
    };
    const one = await run(fakeService(), { learnMbox, requestTimeoutMs: 1000 });
    const sentBytes = 16 * 1024 * 1024;
    const answer = post(one, '?mailbox=a@b.example', 'x'.repeat(sentBytes));
    await sleep(2500); // longer than a request may take: it is us who keep it waiting
    expect(readBytes).toBeLessThan(1024 * 1024);
    goOn();
    expect(await answer).toMatchObject({ status: 200, json: { read: 1 } });
    expect(readBytes).toBe(sentBytes);
    await one.drain();
  });

  test('one that does not get on is given up', async () => {
    const one = await run(fakeService(), { requestTimeoutMs: 100 });
    const client = await rawClient(one.port);
    client.send(
      'POST /v1/observations?mailbox=a@b.example HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/mbox\r\nContent-Length: 1000\r\n\r\nFrom',
    );
    expect(lastJson(await client.rest())).toMatchObject({ status: 408, code: 'request-timeout' });
    await one.drain();
  });

  test('more than two at once wait for their turn', async () => {
    const one = await run(fakeService(), { learnMbox: () => new Promise(() => undefined), drainLimitMs: 50 });
    const waiting = [post(one, '?mailbox=a@b.example'), post(one, '?mailbox=a@b.example')];
    for (const each of waiting) each.catch(() => undefined);
    await sleep(50);
    expect(await post(one, '?mailbox=a@b.example')).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    await one.drain();
  });
});
