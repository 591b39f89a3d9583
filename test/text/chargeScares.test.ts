import { expect, test } from '@jest/globals';
import { findChargeScares } from '../../src/text/chargeScares.ts';
import { cpuClock } from '../cpuTime.ts';

const NUMBER = '+1 888 555 0142';
const kinds = (text: string) =>
  findChargeScares(text, [NUMBER])
    .map(({ kind }) => kind)
    .sort();

test.each<[string, string, readonly string[]]>([
  ['en', `If you did not authorize this transaction, call ${NUMBER}.`, ['denial']],
  ['en, a paragraph above', `$90 has been debited.\n\nNot you?\n\nCall ${NUMBER}`, ['charge', 'denial']],
  ['en, goods and undoing', `Your PC protection was renewed. To cancel it: ${NUMBER}`, ['charge', 'goods', 'undo']],
  ['with other blanks', 'Not you? Call +1 (888) 555-0142', ['denial']],
  ['de', `Diese Zahlung nicht autorisiert? Stornieren: ${NUMBER}`, ['denial', 'undo']],
  ['en, somebody else', `Someone used your PayPal to buy it. Call ${NUMBER}`, ['charge', 'denial']],
  ['de, as a question', `Waren Sie das nicht? Tel. ${NUMBER}`, ['denial']],
  ['fr', `Vous n’avez pas autorisé ce paiement ? ${NUMBER}`, ['denial']],
  ['es', `Si no reconoce esta compra llame al ${NUMBER}`, ['denial']],
  ['pt', `Se não reconhece a compra, ligue ${NUMBER}`, ['denial']],
  ['nl', `Er is 90 euro afgeschreven. Bel ${NUMBER}`, ['charge']],
  ['once more below the header', `${NUMBER}${' Item, 1 piece.'.repeat(60)} Not you? Call ${NUMBER}`, ['denial']],
  ['a warning of fraud in general', `Beware of fraud. If in doubt call ${NUMBER}`, ['alarm']],
  ['near-miss: questions', `Questions about this invoice? Call us on ${NUMBER}.`, []],
  ['near-miss: a reminder', `If you have not made payment yet, call ${NUMBER}.`, []],
  ['near-miss: a reminder, de', `Falls Sie die Zahlung noch nicht veranlasst haben, Tel. ${NUMBER}`, []],
  ['near-miss: a reminder, fr', `Si vous n’avez pas effectué votre paiement : ${NUMBER}`, []],
  ['near-miss: a reminder, es', `Si no ha pagado o no ha realizado el pago, llame al ${NUMBER}`, []],
  ['near-miss: a reminder, pt', `Se não realizou o pagamento, ligue ${NUMBER}`, []],
  ['es, a purchase', `Si no ha realizado esta compra llame al ${NUMBER}`, ['denial']],
  ['pt, a purchase', `Se não fez esta compra, ligue ${NUMBER}`, ['denial']],
  ['a mistake in a bill', `If you think that this invoice is in error, call ${NUMBER}`, ['alarm']],
  ['near-miss: far from the number', `Not you?${' Thank you for your order.'.repeat(20)} ${NUMBER}`, []],
  ['near-miss: terms of business', `Cancel at any time in your account. Our office is ${NUMBER}`, []],
  ['near-miss: no number', 'Not you? Your account was charged for Bitcoin.', []],
])('%s', (_name, text, expected) => {
  expect(kinds(text)).toEqual(expected);
});

test('long texts take no time', () => {
  const spentMs = cpuClock();
  for (const part of ['not a ', '8', 'has been ', 'n’t you ']) findChargeScares(part.repeat(20_000), [NUMBER]);
  expect(spentMs()).toBeLessThan(200);
});
