import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../src/http/metrics.ts';
import { fakeService, MAIL, problem, type Running, run } from './service.ts';
import { lastJson, rawClient } from './socket.ts';

const HEAD =
  'POST /v1/messages?mailbox=ana@acme.example HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const LIMITS = { maxMessageBytes: 1000, maxBytesInFlight: 1500 };
const post = (http: Running, body: string) => http.ask({ method: 'POST', path: '/v1/messages', headers: MAIL, body });

let http: Running;
afterEach(() => http.drain());

describe('over the limit', () => {
  test('a length that is announced is refused before a byte of it is sent', async () => {
    http = await run(fakeService(), LIMITS);
    const client = await rawClient(http.port);
    client.send(`${HEAD}Content-Length: 60000000\r\n\r\n`);
    expect(lastJson(await client.until(/"}$/))).toMatchObject({ code: 'message-too-large', status: 413 });
    client.socket.destroy();
  });

  test('a stream is refused at the byte that passes the limit, not at its end', async () => {
    const service = fakeService();
    http = await run(service, LIMITS);
    const client = await rawClient(http.port);
    client.send(`${CHUNKED}${chunk('x'.repeat(1000))}`);
    await sleep(20);
    expect(client.socket.bytesRead).toBe(0);
    client.send(chunk('x'));
    expect(lastJson(await client.until(/"}$/))).toMatchObject({ code: 'message-too-large', status: 413 });
    // The client may go on talking, is not listened to, and can use the connection again.
    client.send(`${chunk('y'.repeat(5000))}0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await client.until(/{"status":"ok"}$/)).toContain('HTTP/1.1 200 OK');
    expect(service.requests).toEqual([]);
    client.socket.destroy();
  });
});

test('a body in thousands of chunks of one byte is one message', async () => {
  const service = fakeService();
  http = await run(service, { maxMessageBytes: 5000 });
  const client = await rawClient(http.port);
  const text = Array.from({ length: 3000 }, (_, index) => String(index % 10)).join('');
  client.send(CHUNKED);
  for (let at = 0; at < text.length; at += 500) {
    client.send([...text.slice(at, at + 500)].map(chunk).join(''));
    await sleep(1);
  }
  client.send('0\r\n\r\n');
  await client.until(/HTTP\/1.1 200 OK/);
  expect(service.requests[0]?.raw.toString()).toBe(text);
  client.socket.destroy();
});

test('a client that goes away in the middle is nobody to answer; nothing was handed in', async () => {
  const service = fakeService();
  const metrics = createMetrics();
  http = await run(service, { ...LIMITS, metrics });
  const client = await rawClient(http.port);
  client.send(`${HEAD}Content-Length: 900\r\n\r\n${'x'.repeat(800)}`);
  await sleep(50);
  client.socket.destroy();
  await sleep(50);
  expect(service.requests).toEqual([]);
  expect(http.logged).toEqual([]);
  expect(await metrics.text()).toContain('tidemark_http_requests_total{route="/v1/messages",status="499"} 1');
  expect(await metrics.text()).toMatch(/tidemark_http_requests_in_flight 0/);
  expect((await post(http, 'x'.repeat(1000))).status).toBe(200); // its 800 bytes are free again
});

describe('bytes in flight', () => {
  test('what is over the cap is asked to come again; room returns with the answer', async () => {
    http = await run(fakeService(), LIMITS);
    const client = await rawClient(http.port);
    client.send(`${HEAD}Content-Length: 800\r\n\r\n${'x'.repeat(799)}`);
    await sleep(50);
    const refused = await post(http, 'x'.repeat(900));
    expect(refused).toMatchObject(problem(503, 'overloaded', 'too many large requests at once; try again later'));
    expect(refused.headers['retry-after']).toBe('1');
    expect((await post(http, 'x'.repeat(700))).status).toBe(200);
    client.send('x');
    await client.until(/HTTP\/1.1 200 OK/);
    client.socket.destroy();
    expect((await post(http, 'x'.repeat(900))).status).toBe(200);
  });

  test('a stream that does not say its length meets the cap on its way', async () => {
    http = await run(fakeService(), LIMITS);
    const first = await rawClient(http.port);
    first.send(`${CHUNKED}${chunk('x'.repeat(900))}`);
    const second = await rawClient(http.port);
    second.send(`${CHUNKED}${chunk('x'.repeat(500))}`);
    await sleep(50);
    second.send(chunk('x'.repeat(400)));
    expect(lastJson(await second.until(/"}$/))).toMatchObject({ code: 'overloaded', status: 503 });
    first.send('0\r\n\r\n');
    await first.until(/HTTP\/1.1 200 OK/);
    first.socket.destroy();
    second.socket.destroy();
  });

  test('JSON counts as the copies it takes', async () => {
    http = await run(fakeService(), LIMITS);
    const body = JSON.stringify({ raw: 'x'.repeat(600) });
    const headers = { 'Content-Type': 'application/json' };
    expect((await http.ask({ method: 'POST', path: '/v1/messages', headers, body })).status).toBe(503);
  });
});

test('a client that waits for 100 Continue gets it', async () => {
  http = await run(fakeService(), LIMITS);
  const client = await rawClient(http.port);
  client.send(`${HEAD}Content-Length: 1\r\nExpect: 100-continue\r\n\r\n`);
  await client.until(/HTTP\/1.1 100 Continue/);
  client.send('x');
  await client.until(/HTTP\/1.1 200 OK/);
  client.socket.end();
  await once(client.socket, 'close');
});
