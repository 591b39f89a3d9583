import { expect, test } from '@jest/globals';
import type { Account, Message } from '../../src/domain/message.ts';
import { sender } from '../messages.ts';
import { DAY_MS, mail, newMemory, START } from './memory.ts';

const account = (mark: string, isQuoted = false): Account => ({
  kind: 'iban',
  country: 'DE',
  lastFour: '3000',
  mark,
  isQuoted,
});
const bill = (n: number, marks: readonly (string | Account)[], more: Partial<Message> = {}): Message =>
  mail(n, {
    money: {
      holder: more.sender?.orgDomain ?? 'partner.example',
      accounts: marks.map((mark) => (typeof mark === 'string' ? account(mark) : mark)),
      cardCount: 0,
    },
    ...more,
  });
const knownOn = (memory: ReturnType<typeof newMemory>, day: number, more: Partial<Message> = {}) =>
  Object.fromEntries(memory.baseline(bill(99, ['x'], { receivedAt: START + day * DAY_MS, ...more })).accounts ?? []);

test('an account is usual after fourteen days, whoever at the organisation names it', () => {
  const memory = newMemory();
  memory.learn(bill(0, ['a']));
  memory.learn(bill(10, ['a', 'b'], { sender: sender('bills@partner.example') }));
  expect(knownOn(memory, 13)).toMatchObject({ a: { messageCount: 2, isUsual: false }, b: { isUsual: false } });
  expect(knownOn(memory, 14)).toMatchObject({ a: { isUsual: true, firstAt: START }, b: { isUsual: false } });
  expect(knownOn(memory, 14, { sender: sender('bea@other.example') })).toEqual({});
});
test('what is quoted, or taken back, is not learned', () => {
  const memory = newMemory();
  memory.learn(bill(0, [account('q', true)]));
  memory.learn(bill(1, ['a']));
  memory.unlearn(bill(1, ['a']));
  expect(knownOn(memory, 30)).toEqual({});
});
test('made-up accounts cannot drive out what is known', () => {
  const memory = newMemory();
  memory.learn(bill(0, ['a']));
  for (let n = 1; n < 30; n++) memory.learn(bill(n, [`m${n}`]));
  const known = knownOn(memory, 60);
  expect(Object.keys(known)).toHaveLength(8);
  expect(known).toHaveProperty('a');
});
test('nothing is read for mail without accounts', () => {
  expect(newMemory().baseline(mail(0)).accounts).toBeUndefined();
});
