import { expect, test } from '@jest/globals';
import { hostOfTarget, isWebTarget, isWithinNetwork } from '../../src/text/remoteTarget.ts';

test.each([
  ['https://fs01/x', 'fs01', true, true],
  ['file:///\\\\fs01\\x\\t.dotm', 'fs01', false, true],
  ['\\\\FS01@SSL\\x', 'fs01', false, true],
  ['\\\\fs.firm.local\\x', 'fs.firm.local', false, true],
  ['http://192.168.4.7/', '192.168.4.7', true, true],
  ['http://3232235777/', '192.168.1.1', true, true],
  ['http://3221226219/', '192.0.2.235', true, false],
  ['http://fs01%2eevil/', 'fs01.evil', true, false],
  ['\\\\fs01\u3002evil\\x', 'fs01.evil', false, false],
  ['file://localhost/x', 'localhost', false, false],
  ['http://127.1/', '127.0.0.1', true, false],
  ['https://evil.example/', 'evil.example', true, false],
])('%s', (target, host, isWeb, isWithin) => {
  expect(hostOfTarget(target)).toBe(host);
  expect(isWebTarget(target)).toBe(isWeb);
  expect(isWithinNetwork(host)).toBe(isWithin);
});

test.each(['https://fs01', 'mhtml:http://fs01/a', 'ms-word:ofe|u|http://fs01/', '\\\\?\\c:\\x', 't.dotm'])(
  '%s has no host that is known',
  (target) => {
    expect(hostOfTarget(target)).toBeUndefined();
  },
);
