import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GENERATED_PATH, generateTypes } from '../../src/http/generate.ts';
import { MEANINGS } from '../../src/http/problem.ts';
import { contract, problem, type Running, run } from './service.ts';

let http: Running;
beforeAll(async () => {
  http = await run();
});
afterAll(() => http.drain());

const paths = [...new Set(contract.operations.map((operation) => operation.path))];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

describe('routes and openapi.yaml agree', () => {
  test('its paths', () => {
    expect(paths).toEqual([
      '/v1/messages',
      '/v1/observations',
      '/v1/verdicts',
      '/v1/verdicts/{id}',
      '/v1/verdicts/{id}/feedback',
      '/v1/verdicts/{id}/restore',
      '/v1/verdicts/{id}/original',
      '/v1/verdicts/{id}/locks',
      '/l/{token}',
      '/v1/mailboxes/{address}/baseline',
      '/v1/mailboxes/{address}/correspondents/{correspondent}',
      '/v1/mailboxes/{address}/export',
      '/v1/tenant',
      '/v1/jobs',
      '/v1/jobs/{id}',
      '/v1/jobs/{id}/cancel',
      '/v1/jobs/{id}/results',
      '/checkv2',
      '/symbols',
      '/ping',
      '/v1/hooks/stalwart',
      '/v1/webhooks/mailgun/mime',
      '/v1/webhooks/sendgrid',
      '/v1/webhooks/postmark',
      '/v1/webhooks/ses',
      '/healthz',
      '/readyz',
      '/metrics',
      '/openapi.yaml',
      '/docs',
    ]);
  });

  test.each(paths.flatMap((path) => METHODS.map((method) => [method, path] as const)))(
    '%s %s',
    async (method, path) => {
      const documented = contract.operations.filter((operation) => operation.path === path).map(({ method }) => method);
      const reply = await http.ask({ method, path: path.replaceAll(/\{\w+\}/g, 'v1') });
      if (documented.some((known) => known === method.toLowerCase())) {
        expect(reply.status).not.toBe(405);
        expect(reply.text).not.toContain('"not-found"');
      } else {
        const allowed = documented
          .flatMap((known) => (known === 'get' ? ['GET', 'HEAD'] : [known.toUpperCase()]))
          .join(', ');
        expect(reply).toMatchObject(
          problem(405, 'method-not-allowed', `${method} is not allowed here, only ${allowed}`),
        );
        expect(reply.headers.allow).toBe(allowed);
      }
    },
  );

  test.each(['/', '/v1', '/v1/messages/', '/V1/messages', '/v1/verdicts/v1/', '/v1/mailboxes/a@b.example', '/docs/x'])(
    'nothing answers %s',
    async (path) => {
      expect(await http.ask({ path })).toMatchObject(problem(404, 'not-found', 'no such path; /docs lists all'));
    },
  );
});

test('every problem code of the document has a meaning, and the other way round', () => {
  const { ProblemCode } = contract.document.components.schemas;
  expect(Object.keys(MEANINGS)).toEqual(ProblemCode?.enum);
});

test('every documented refusal status has a code', () => {
  const documented = new Set(contract.operations.flatMap(({ responses }) => [...responses.keys()]));
  const meant = new Set(Object.values(MEANINGS).map(([status]) => String(status)));
  expect([...documented].filter((status) => !meant.has(status))).toEqual(['200', 'default', '303']);
});

test('the generated types are fresh (npm run generate)', async () => {
  expect(readFileSync(GENERATED_PATH, 'utf8')).toBe(await generateTypes());
});

describe('before any route', () => {
  test('a URL that is too long', async () => {
    const path = `/v1/messages?helo=${'x'.repeat(50_000)}`;
    expect(await http.ask({ path })).toMatchObject(
      problem(414, 'url-too-long', 'the URL has more than 49152 characters'),
    );
  });

  test('100 mailboxes of the largest size fit', async () => {
    const query = Array.from({ length: 100 }, () => `mailbox=${'x'.repeat(307)}@acme.example`).join('&');
    const reply = await http.ask({ method: 'POST', path: `/v1/messages?${query}` });
    expect(reply.json).toMatchObject({ code: 'unsupported-media-type' });
  });

  test.each(['/v1/verdicts/%ff', '/v1/verdicts/%', '/v1/mailboxes/%zz/baseline'])('%s is malformed', async (path) => {
    expect(await http.ask({ path })).toMatchObject(
      problem(400, 'malformed-url', 'the path has a percent-escape that is not UTF-8'),
    );
  });

  test('answers carry the security headers and no trace of what serves them', async () => {
    const { headers } = await http.ask({ path: '/healthz' });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['server', 'x-powered-by', 'etag']));
  });
});

test('an answer with a field that the document does not know is refused', () => {
  const operation = contract.operations.find(({ id }) => id === 'getHealth');
  expect(() => operation?.checkAnswer(200, { status: 'ok', tenant: 'x' })).toThrow(
    'getHealth 200:  must NOT have additional properties',
  );
});
