import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Parser } from 'htmlparser2';
import { docsPage } from '../../src/http/docsPage.ts';
import { contract, type Running, run } from './service.ts';

let http: Running;
beforeAll(async () => {
  http = await run();
});
afterAll(() => http.drain());

test('openapi.yaml is served as the file stands', async () => {
  const { status, headers, text } = await http.ask({ path: '/openapi.yaml' });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/yaml; charset=utf-8');
  expect(text).toBe(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'));
});

test('the page lists every operation and schema, and every link on it leads somewhere', async () => {
  const { status, text } = await http.ask({ path: '/docs' });
  expect(status).toBe(200);
  const [ids, targets, tags] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const parser = new Parser({
    onopentag(tag, { id, href, src, ...attributes }) {
      tags.add(tag);
      if (id !== undefined) ids.add(id);
      if (href !== undefined) targets.add(href);
      expect(src).toBeUndefined();
      expect(Object.keys(attributes).filter((name) => name.startsWith('on') || name === 'style')).toEqual([]);
    },
  });
  parser.end(text);
  for (const { id } of contract.operations) expect(ids).toContain(id);
  for (const name of Object.keys(contract.document.components.schemas)) expect(ids).toContain(`schema-${name}`);
  expect([...targets].filter((target) => target.startsWith('#') && !ids.has(target.slice(1)))).toEqual([]);
  expect([...targets].filter((target) => !target.startsWith('#'))).toEqual(['/openapi.yaml']);
  expect(tags).not.toContain('script');
  expect(tags).not.toContain('link');
});

test('its policy allows its own style sheet and nothing else', async () => {
  const { headers, text } = await http.ask({ path: '/docs' });
  const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(style).not.toMatch(/url\(|@import/);
});

test('what the document says is escaped', () => {
  const info = { ...contract.document.info, title: '<img src=x>', description: 'a `<b>` & "c"' };
  const page = docsPage({ document: { ...contract.document, info }, operations: [] }, '');
  expect(page).toContain('<h1>&lt;img src=x&gt; API</h1>');
  expect(page).toContain('<p>a <code>&lt;b&gt;</code> &amp; &quot;c&quot;</p>');
});
