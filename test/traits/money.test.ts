import { expect, test } from '@jest/globals';
import { money } from '../../src/traits/money.ts';
import { actor } from '../detectors/actors.ts';
import { content, sender } from '../messages.ts';

const IBAN = 'DE89 3704 0044 0532 0130 00';
const bea = sender('bea@partner.example');
const marksOf = (from: string, more = {}) => money(content(IBAN), sender(from, more)).accounts.map(({ mark }) => mark);

test('an account is told by country, last four digits and a mark, never by its number', () => {
  const found = money(content(`Please pay to ${IBAN}, or by card 4111 1111 1111 1111`), bea);
  expect(found).toEqual({
    holder: 'partner.example',
    accounts: [
      { kind: 'iban', country: 'DE', lastFour: '3000', mark: expect.stringMatching(/^[\da-f]{8}$/), isQuoted: false },
    ],
    cardCount: 1,
  });
  expect(JSON.stringify(found)).not.toMatch(/\d{5}|4111/);
});
test('quoted text is told apart', () => {
  const text = `All right.\n\nBea wrote:\n> ${IBAN}`;
  expect(money(content(text, { newText: 'All right.' }), bea).accounts).toMatchObject([{ isQuoted: true }]);
  expect(money(content(`${text}\n${IBAN}`, { newText: IBAN }), bea).accounts).toMatchObject([{ isQuoted: false }]);
});
test('a mark is the organisation’s; each person’s own at freemail providers and inside', () => {
  expect(marksOf('bea@partner.example')).toEqual(marksOf('bills@partner.example'));
  expect(marksOf('bea@partner.example')).not.toEqual(marksOf('bea@other.example'));
  expect(marksOf('a@gmail.com', { isFreemail: true })).not.toEqual(marksOf('b@gmail.com', { isFreemail: true }));
  expect(marksOf('a@acme.example', { isOwnDomain: true })).not.toEqual(
    marksOf('b@acme.example', { isOwnDomain: true }),
  );
});
test('none without a sender or a number', () => {
  expect(money(content('no number'), bea)).toEqual({ holder: 'partner.example', accounts: [], cardCount: 0 });
  expect(money(content(IBAN), undefined).accounts).toHaveLength(1);
});
test('of platform mail, they are the actor’s, as far as replies go there', () => {
  const platform = sender('quickbooks@notification.intuit.com');
  const holder = (who: Parameters<typeof actor>[0], more = {}) =>
    money(content(IBAN), platform, actor(who, more)).holder;
  expect(holder('bills@kern.example')).toBe('kern.example');
  expect(holder('anna@gmail.com')).toBe('anna@gmail.com');
  expect(holder('bills@kern.example', { addressFrom: 'words' })).toBe('google-drive bills@kern.example');
  expect(holder(undefined)).toBe('google-drive anna kern');
});
