import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/http/metrics.ts';
import { aVerdict, fakeService, MAIL, problem, run } from './service.ts';

test('healthz says that the process lives, readyz that the service works', async () => {
  let reason: Error | undefined;
  const http = await run(
    fakeService({
      async checkReady() {
        if (reason !== undefined) throw reason;
      },
    }),
  );
  expect(await http.ask({ path: '/readyz' })).toMatchObject({ status: 200, json: { status: 'ready' } });
  reason = new Error('database is locked');
  const reply = await http.ask({ path: '/readyz' });
  expect(reply).toMatchObject(problem(503, 'not-ready', 'database is locked'));
  expect(reply.headers['retry-after']).toBe('1');
  expect(await http.ask({ path: '/healthz' })).toMatchObject({ status: 200, json: { status: 'ok' } });
  expect(await http.ask({ method: 'HEAD', path: '/healthz' })).toMatchObject({ status: 200, text: '' });
  await http.drain();
});

test('metrics name routes as openapi.yaml does, never paths that a client made up', async () => {
  const http = await run(fakeService({ score: async () => aVerdict({ mailboxes: [], action: 'deliver' }) }));
  for (const path of ['/v1/verdicts/v9', '/v1/verdicts/v8', '/secret/path', '/v1/verdicts?x=1'])
    await http.ask({ path });
  await http.ask({ method: 'PUT', path: '/v1/messages' });
  await http.ask({ method: 'POST', path: '/v1/messages', headers: MAIL, body: 'x' });
  const { status, headers, text } = await http.ask({ path: '/metrics' });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const line of [
    'tidemark_http_requests_total{route="/v1/verdicts/{id}",status="404"} 2',
    'tidemark_http_requests_total{route="none",status="404"} 1',
    'tidemark_http_requests_total{route="/v1/verdicts",status="400"} 1',
    'tidemark_http_requests_total{route="/v1/messages",status="405"} 1',
    'tidemark_http_requests_in_flight 1',
    'tidemark_verdicts_total{action="deliver",attack_type="bec",gate="none"} 1',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).not.toContain('secret');
  await http.drain();
});

test('a second service in the process counts for itself', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.recordLearned('observation');
  expect(await one.text()).toContain('tidemark_messages_learned_total{source="observation"} 1');
  expect(await two.text()).not.toContain('tidemark_messages_learned_total{');
});
