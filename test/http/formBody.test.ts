import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readForm } from '../../src/http/formBody.ts';
import { Refusal } from '../../src/http/problem.ts';
import { cpuClock } from '../cpuTime.ts';

const MULTIPART = 'multipart/form-data; boundary=xYzZY';
const form = readFileSync(new URL('../fixtures/webhooks/sendgrid.multipart', import.meta.url));

const part = (name: string, value: string, more = '') =>
  `--xYzZY\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const whole = (...parts: readonly string[]) => Buffer.from(`${parts.join('')}--xYzZY--\r\n`, 'latin1');

test('fields and files alike, as bytes, whatever charset they claim; of one name the first', async () => {
  const body = whole(
    part('a', '\xff\x00\r\nb'),
    part('a', 'second'),
    part('f', 'file', '; filename="x.eml"\r\nContent-Type: message/rfc822; charset=utf-16le'),
    part('empty', ''),
    part('__proto__', 'p'),
  );
  expect(Object.fromEntries(await readForm(body, MULTIPART))).toEqual({
    a: Buffer.from('\xff\x00\r\nb', 'latin1'),
    f: Buffer.from('file'),
    empty: Buffer.alloc(0),
    ['__proto__']: Buffer.from('p'),
  });
});

test('an escaped form: plus is a blank, escapes are bytes', async () => {
  const read = await readForm(Buffer.from('a=1+2%ff%0d%0a&b'), 'application/x-www-form-urlencoded; charset=utf-8');
  expect(Object.fromEntries(read)).toEqual({ a: Buffer.from('1 2\xff\r\n', 'latin1'), b: Buffer.alloc(0) });
});

test('mutated forms are read or refused, and nothing else happens', async () => {
  const mutation = fc.record({ at: fc.nat(form.length - 1), cut: fc.nat(40), put: fc.uint8Array({ maxLength: 20 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 5 }), async (mutations) => {
      let body: Buffer = form;
      for (const { at, cut, put } of mutations) {
        body = Buffer.concat([body.subarray(0, at), Buffer.from(put), body.subarray(at + cut)]);
      }
      const outcome = await readForm(body, MULTIPART).catch((error: unknown) => error);
      expect(outcome instanceof Map || outcome instanceof Refusal).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('bytes that nearly end a part, without end, take no longer than others', async () => {
  const spentMs = cpuClock();
  await readForm(whole(part('a', '\r\n--xYzZ'.repeat(1_000_000))), MULTIPART);
  expect(spentMs()).toBeLessThan(5_000);
});
