/** Whatever the message: each token that leaves is told, and so has a page. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadSamples } from '../../../bench/samples.ts';
import { parseMail } from '../../../src/parse/parse.ts';
import { strip } from '../../../src/verdict/strip.ts';

const lockPage = { template: 'https://lock.example/l/{token}', secret: 's' };
const samples = loadSamples(join(import.meta.dirname, '../../../samples'));

test('of all golden mail, with every link locked', async () => {
  let count = 0;
  for (const { raw } of samples) {
    const stripped = await strip(raw, { links: 'all', files: new Map() }, { lockPage });
    if (!stripped.isRewritten) continue;
    const told = new Set(stripped.locks.map(({ token }) => token));
    expect(told.size).toBe(stripped.locks.length);
    const { text = '', html = '' } = await parseMail(stripped.bytes);
    for (const [, token = ''] of `${text}\n${html}`.matchAll(/https:\/\/lock\.example\/l\/([\w-]{22})/g)) {
      expect(told).toContain(token);
      count += 1;
    }
    for (const { url, host } of stripped.locks) expect([URL.parse(url)?.href, host === '']).toEqual([url, false]);
  }
  expect(count).toBeGreaterThan(50);
});
