import { expect, test } from '@jest/globals';
import { signOff } from '../../src/traits/signOff.ts';

test.each([
  ['words and a name', 'Please see below.\n\nBest regards,\nBea Lind\n', 'best regards, name'],
  ['in one line', 'See below.\n\nThanks, Bea', 'thanks, name'],
  ['without a name', 'See below.\nCheers', 'cheers'],
  ['a name alone', 'See below.\n\n- Bea', 'name'],
  ['a signature', 'See below.\n\nRegards\nBea\n\n-- \nBea Lind\nPartner Ltd', 'regards name --'],
  ['a signature alone', 'See below.\n-- \nPartner Ltd', '--'],
  [
    'an address block behind the name',
    'See below.\n\nKind regards,\nBea\nPartner Ltd\n+44 20 7946 0000',
    'kind regards, name',
  ],
  ['German, Swiss', 'Siehe unten.\n\nFreundliche Grüsse\nBea', 'freundliche grüsse name'],
  ['German, decomposed', 'Siehe unten.\n\nMit freundlichen Gru\u0308ßen\nBea', 'mit freundlichen grüßen name'],
  ['German thanks', 'Siehe unten.\n\nVielen Dank!\nBea', 'vielen dank name'],
  ['a no-break space', 'See below.\n\nBest\u00a0regards,\nBea', 'best regards, name'],
  ['Spanish thanks', 'Ver abajo.\n\nMuchas gracias,\nBea', 'muchas gracias, name'],
  [
    'Portuguese, from Portugal',
    'Veja abaixo.\n\nCom os melhores cumprimentos,\nBea',
    'com os melhores cumprimentos, name',
  ],
  ['a line below it', 'Please check.\nBea\n\n________________________________', 'name'],
  ['a sentence of thanks', 'Thanks for your mail.\nI will check.\nBea', 'name'],
  ['a sentence that begins with best', 'Best practice is to check.\nBea', 'name'],
  ['a request that begins with merci', 'Merci de payer avant vendredi.\nBea', 'name'],
  ['German', 'Siehe unten.\n\nMit freundlichen Grüßen\nBea Lind', 'mit freundlichen grüßen name'],
  ['French', 'Voir ci-dessous.\n\nCordialement,\nBéa', 'cordialement, name'],
  ['Spanish', 'Ver abajo.\n\nUn saludo,\nBea', 'un saludo, name'],
  ['Dutch', 'Zie hieronder.\n\nMet vriendelijke groet,\nBea', 'met vriendelijke groet, name'],
  ['Portuguese', 'Veja abaixo.\n\nAtenciosamente,\nBea', 'atenciosamente, name'],
  ['nothing', 'Please see below what they wrote about it today.', 'none'],
  ['a sentence that begins so', `Thanks to ${'everybody '.repeat(12)}it works.`, 'none'],
  ['a word that begins so', 'See below.\nBestellung folgt morgen frueh', 'none'],
  ['no text', '', 'none'],
])('%s', (_what, text, expected) => {
  expect(signOff(text)).toBe(expected);
});

test('reads the end only', () => {
  expect(signOff(`Thanks\n${'x '.repeat(4000)}`)).toBe('none');
  expect(signOff(`${'Thanks\n'.repeat(50_000)}see below\nit works. `)).toBe('thanks');
  expect(signOff('-- \n'.repeat(50_000))).toBe('--');
  expect(signOff(`many ${'many '.repeat(50_000)}`)).toBe('none');
});
