/** What is the reader's own is no request: 'if your bank details have changed, tell us'. Each beside the fraud that comes nearest. */
import { describe, expect, test } from '@jest/globals';
import { findIntentCues } from '../../src/text/intents.ts';

const intentsIn = (text: string): readonly string[] => findIntentCues(text).map(({ intent }) => intent);

/** Of each pair the first is silent, the second asks. */
const BANK_DETAILS: readonly (readonly [silent: string, fraud: string])[] = [
  [
    'If your bank details have changed please let Jo know.',
    'If you have not heard yet: our bank details have changed.',
  ],
  [
    'Should your address or bank details change, write to the office.',
    'Should your accountant ask, our bank details changed.',
  ],
  ['If you have changed your bank account, please tell us.', 'If you have a minute, we have changed our bank account.'],
  ['Please inform us of any changes to your bank details.', 'Please note the changes to our bank details.'],
  ['Members whose bank details have changed should tell the treasurer.', 'Note that the bank details have changed.'],
  [
    'Falls sich Ihre Bankverbindung geändert hat, teilen Sie uns dies mit.',
    'Falls Sie es nicht wissen: Unsere Bankverbindung hat sich geändert.',
  ],
  [
    'Wer seine Bankverbindung geändert hat, teile dies bitte der Kassenwartin mit.',
    'Wer fragt, dem sagen Sie: Die Bankverbindung hat sich geändert.',
  ],
  [
    'Bitte melden Sie sich, wenn sich Ihre Adresse oder Kontoverbindung geändert hat.',
    'Bitte melden Sie sich, wenn Ihre Buchhaltung fragt, unsere Kontoverbindung hat sich geändert.',
  ],
  [
    'Falls Sie eine neue Bankverbindung haben, geben Sie uns Bescheid.',
    'Falls Sie zahlen wollen, hier die neue Bankverbindung.',
  ],
  [
    'Si vos coordonnées bancaires ont changé, merci de prévenir la trésorière.',
    'Si vous payez demain, nos coordonnées bancaires ont changé.',
  ],
  [
    'En cas de changement de coordonnées bancaires, écrivez-nous.',
    'Suite au changement de nos coordonnées bancaires, voici le RIB.',
  ],
  [
    'Si habéis cambiado de cuenta bancaria, avisadnos antes de fin de mes.',
    'Si paga hoy: hemos cambiado de cuenta bancaria.',
  ],
  ['Si sus datos bancarios han cambiado, llámenos.', 'Si aún no lo sabe, nuestros datos bancarios han cambiado.'],
  [
    'Als uw rekeningnummer is gewijzigd, laat het ons weten.',
    'Als u nog niet betaald hebt, ons rekeningnummer is gewijzigd.',
  ],
  ['Indien u een nieuw rekeningnummer heeft, geef dit door.', 'Indien u betaalt, gebruik ons nieuw rekeningnummer.'],
  ['Se os seus dados bancários mudaram, avise-nos.', 'Se ainda não pagou, os nossos dados bancários mudaram.'],
];

describe('bank details of the reader', () => {
  test.each(BANK_DETAILS)('silent: %s', (silent) => expect(intentsIn(silent)).not.toContain('bank-change'));
  test.each(BANK_DETAILS.map(([, fraud]) => fraud))('asks: %s', (fraud) =>
    expect(intentsIn(fraud)).toContain('bank-change'),
  );

  test('spares its own words and no others', () => {
    const both =
      'If your bank details have changed, tell us. Our own bank details have changed too, use the new account.';
    expect(findIntentCues(both).map(({ quote }) => quote)).toEqual(['bank details have changed']);
  });
});

test('a bill that may be looked at with an account of one’s own', () => {
  const xero = 'You can print a PDF or create a free login and view your outstanding bills.';
  expect(intentsIn(xero)).not.toContain('credential-request');
  expect(intentsIn('Use your office login and view your outstanding bills.')).toContain('credential-request');
  expect(intentsIn('Create a login and view the document.')).toContain('credential-request');
});
