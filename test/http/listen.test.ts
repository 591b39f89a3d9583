import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { startListening } from '../../src/http/listen.ts';
import { aVerdict, fakeService, run } from './service.ts';
import { lastJson, rawClient } from './socket.ts';

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
const UPLOAD =
  'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\nContent-Length: 10\r\n\r\n';

describe('drain', () => {
  test('a slow upload that was under way gets its answer, the last on its connection', async () => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(`${UPLOAD}01234`);
    await sleep(50);
    const drained = http.drain();
    await sleep(200);
    client.send('56789');
    const answer = await client.rest();
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('Connection: close');
    expect(await drained).toBe(0);
  });

  test('a request whose answer is being worked out is finished', async () => {
    let finish = (): void => undefined;
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const http = await run(fakeService({ score: () => working.then(() => aVerdict()) }));
    const client = await rawClient(http.port);
    client.send(`${UPLOAD}0123456789`);
    await sleep(50);
    const drained = http.drain();
    await sleep(200);
    finish();
    expect(await client.rest()).toMatch(/^HTTP\/1.1 200 OK[\s\S]*Connection: close/);
    expect(await drained).toBe(0);
  });

  test('headers that were half sent are waited for', async () => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(GET.slice(0, 20));
    await sleep(50);
    const drained = http.drain();
    await sleep(200);
    client.send(GET.slice(20));
    expect(await client.rest()).toMatch(/^HTTP\/1.1 200 OK[\s\S]*Connection: close/);
    await drained;
  });

  test('a request that lies in the socket when it begins is answered', async () => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(GET);
    await client.until(/"ok"}$/);
    client.send(GET);
    await http.drain();
    expect((await client.rest()).match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  });

  test('idle and silent connections are closed, new ones refused, and it is not ready meanwhile', async () => {
    const http = await run();
    const [idle, silent, probe] = await Promise.all([rawClient(http.port), rawClient(http.port), rawClient(http.port)]);
    idle.send(GET);
    probe.send(GET);
    await Promise.all([idle.until(/"ok"}$/), probe.until(/"ok"}$/)]);
    const drained = http.drain();
    probe.send('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(lastJson(await probe.rest())).toMatchObject({ status: 503, code: 'draining' });
    await drained;
    expect(await silent.rest()).toBe('');
    await idle.rest();
    const refused = connect({ host: '127.0.0.1', port: http.port });
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('what does not end in time is cut off and counted', async () => {
    const http = await run(fakeService({ score: () => new Promise(() => undefined) }), { drainLimitMs: 100 });
    const client = await rawClient(http.port);
    client.send(`${UPLOAD}0123456789`);
    await sleep(50);
    expect(await http.drain()).toBe(1);
    expect(await client.rest()).toBe('');
  });
});

describe('below HTTP', () => {
  test.each<[string, string, number, string]>([
    ['bytes that are no request', 'EHLO mail.example\r\n', 400, 'malformed-request'],
    ['a length that is no number', GET.replace('Host', 'Content-Length: x\r\nHost'), 400, 'malformed-request'],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-request'],
    [
      'a length and chunks at once (request smuggling)',
      UPLOAD.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      400,
      'malformed-request',
    ],
    [
      'headers without end',
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(70_000)}`,
      431,
      'headers-too-large',
    ],
    ['an expectation', GET.replace('\r\n\r\n', '\r\nExpect: 200-maybe\r\n\r\n'), 417, 'unsupported-expectation'],
    ['a method that there is none of', GET.replace('GET', 'FETCH'), 501, 'unknown-method'],
    ['one that begins like another', GET.replace('GET', 'GETTING'), 501, 'unknown-method'],
    ['one in lower case', GET.replace('GET', 'get'), 501, 'unknown-method'],
    ['a tunnel', 'CONNECT mail.example:25 HTTP/1.1\r\nHost: mail.example\r\n\r\n', 501, 'unknown-method'],
    [
      'a method of others',
      GET.replace('GET', 'PROPFIND').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
      405,
      'method-not-allowed',
    ],
  ])('%s', async (_name, bytes, status, code) => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(bytes);
    const answer = await client.rest();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(lastJson(answer)).toMatchObject({ status, code, type: `urn:tidemark:problem:${code}` });
    await http.drain();
  });

  test.each([
    [GET.replace('GET', 'FETCH'), "the method 'FETCH' is not known here; upper and lower case differ"],
    [GET.replace('Host', 'Content-Length: x\r\nHost'), 'this is not HTTP/1.1: Invalid character in Content-Length'],
    ['EHLO mail.example\r\n', 'this is not HTTP/1.1'],
  ])('says what is wrong with %j', async (bytes, detail) => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(bytes);
    expect(lastJson(await client.rest())).toMatchObject({ detail });
    await http.drain();
  });

  test('a request that does not arrive in time', async () => {
    const service = fakeService();
    const http = await run(service, { requestTimeoutMs: 200 });
    const client = await rawClient(http.port);
    client.send(`${UPLOAD}01234`);
    expect(lastJson(await client.rest())).toMatchObject({ status: 408, code: 'request-timeout' });
    expect(service.requests).toEqual([]);
    await http.drain();
  });

  test('a request with nonsense after it is answered first', async () => {
    const http = await run();
    const client = await rawClient(http.port);
    client.send(`${GET}nonsense\r\n\r\n`);
    expect(await client.rest()).toMatch(/^HTTP\/1.1 200 OK/);
    await http.drain();
  });
});

test('an address that is taken is an error', async () => {
  const http = await run();
  expect(http.url).toBe(`http://127.0.0.1:${http.port}`);
  const app = express();
  await expect(startListening(app, '127.0.0.1', http.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await http.drain();
});
