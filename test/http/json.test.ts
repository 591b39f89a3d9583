import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json.ts';

const parse = (text: string, maxItems?: number) => parseJson(Buffer.from(text), maxItems);

test.each([
  ['{"a":"[{,[{,"}', 1],
  ['{"a":"\\",[{,"}', 1],
  ['{"a":"\\\\","b":"\\\\\\""}', 2],
  ['["é",1]', 2],
])('%s has %i items outside of its strings', (text, count) => {
  expect(parse(text, count)).toEqual(JSON.parse(text));
  expect(() => parse(text, count - 1)).toThrow(`more than ${count - 1} items`);
});

test.each(['"', '"\\"', '{"a":"', '"\\\\\\"'])('a string without an end is no JSON: %j', (text) => {
  expect(() => parse(text)).toThrow('the body is not JSON');
});

describe('whatever comes', () => {
  test('JSON is read as it is', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parse(text)).toEqual(JSON.parse(text))));
  });
});
