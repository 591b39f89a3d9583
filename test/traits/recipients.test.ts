import { describe, expect, test } from '@jest/globals';
import { recipients } from '../../src/traits/recipients.ts';
import { written } from '../parse/written.ts';

const TO = 'To: Ana <ana@acme.example>, leo@acme.example';

describe('recipients', () => {
  test('distinct addresses of To and Cc', async () => {
    const found = recipients(await written([TO, 'Cc: LEO@acme.example, zoe@x.example']), ['ana@acme.example']);
    expect(found.addresses).toEqual(['ana@acme.example', 'leo@acme.example', 'zoe@x.example']);
    expect([found.to.length, found.cc.length]).toEqual([2, 2]);
  });

  test('at most 200, but all are looked at', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `u${i}@x.example`).join(',\r\n ');
    const found = recipients(await written([`To: ${many}`]), ['u299@x.example']);
    expect(found.addresses).toHaveLength(200);
    expect(found.isUndisclosed).toBe(false);
  });

  test.each([
    ['the mailbox is there', [TO], ['ana@acme.example'], false],
    ['with a tag', ['To: ana+news@acme.example'], ['ana@acme.example'], false],
    ['one of two mailboxes', [TO], ['zoe@acme.example', 'leo@acme.example'], false],
    ['others only', [TO], ['zoe@acme.example'], true],
    ['nobody', ['To: undisclosed-recipients:;'], ['ana@acme.example'], true],
    ['a plus in the domain is no tag', ['To: ana@x+acme.example'], ['ana@x.example'], true],
    ['no mailbox known, somebody shown', [TO], [], false],
    ['no mailbox known, nobody shown', [], [], true],
  ])('undisclosed: %s', async (_name, headers, mailboxes, expected) => {
    expect(recipients(await written(headers), mailboxes).isUndisclosed).toBe(expected);
  });
});
