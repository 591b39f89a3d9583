import { describe, expect, test } from '@jest/globals';
import { withoutQuoted } from '../../src/traits/quotedText.ts';
import { cpuClock } from '../cpuTime.ts';

describe('what is quoted goes', () => {
  test.each([
    ['lines with a mark', 'New\n> old\n>> older\n  > indented', 'New'],
    ['words between quoted lines stay', '> old\nNew 1\n> old\nNew 2', 'New 1\nNew 2'],
    [
      'English, answered on top',
      'New\n\nOn Mon, 23 Nov 2026 at 10:00, Bea <bea@partner.example> wrote:\n\nOld words',
      'New',
    ],
    ['English, folded', 'New\nOn Mon, Nov 23, 2026 at 10:00 AM Bea Lind\n<bea@partner.example> wrote:\nOld', 'New'],
    ['English, answered below', 'On 23.11.2026, Bea wrote:\n> Old\n\nNew', 'New'],
    ['a name and a mark', 'Bea Lind writes:\n> Old\nNew', 'New'],
    ['German', 'Neu\nAm 23.11.2026 um 10:00 schrieb Bea Lind:\nAlt', 'Neu'],
    ['German, the other way', 'Neu\nBea Lind <bea@partner.example> schrieb am Mo., 23. Nov. 2026:\nAlt', 'Neu'],
    ['French', 'Nouveau\nLe lun. 23 nov. 2026 à 10:00, Bea <bea@partner.example> a écrit :\nVieux', 'Nouveau'],
    ['Spanish', 'Nuevo\nEl lun, 23 nov 2026 a las 10:00, Bea (<bea@partner.example>) escribió:\nViejo', 'Nuevo'],
    ['Dutch', 'Nieuw\nOp ma 23 nov. 2026 om 10:00 schreef Bea <bea@partner.example>:\nOud', 'Nieuw'],
    ['Portuguese', 'Novo\nEm seg., 23 de nov. de 2026 às 10:00, Bea <bea@partner.example> escreveu:\nVelho', 'Novo'],
    ['Outlook', 'New\n\n-----Original Message-----\nFrom: Bea\nOld', 'New'],
    ['Outlook, German', 'Neu\n-----Ursprüngliche Nachricht-----\nVon: Bea\nAlt', 'Neu'],
    [
      'Outlook’s headers',
      'New\n\nFrom: Bea Lind <bea@partner.example>\nSent: Monday\nTo: Ana\nSubject: x\n\nOld',
      'New',
    ],
    [
      'with a line above',
      'New\n________________________________\nDe : Bea\nEnvoyé : lundi\nVieux',
      'New\n________________________________',
    ],
    ['a forward', 'See below\n---------- Forwarded message ---------\nFrom: Bea\nOld', 'See below'],
  ])('%s', (_name, text, expected) => {
    expect(withoutQuoted(text)).toBe(expected);
  });
});

describe('what is not quoted stays as it is', () => {
  test.each([
    ['plain words', 'Hello\n\nhow are you?\n'],
    ['a sentence about writing', 'This is what I wrote:\nbuy milk'],
    ['a date and a colon', 'On Monday 23 we need:\nthe report'],
    ['a From line without a date', 'From: here to there\nis a long way'],
    ['a line of underscores, as in list footers', 'Hello\n_______________________________________\nDev mailing list'],
    ['dashes', '-- \nAna'],
    ['an arrow', 'a -> b'],
  ])('%s', (_name, text) => {
    expect(withoutQuoted(text)).toBe(text);
  });
});

test.each([
  ['60,000 lines', 'a\n'.repeat(60_000)],
  ['lines that end with a colon', 'On 1 wrote:\n\n'.repeat(10_000)],
  ['colons', ':\n'.repeat(60_000)],
  ['From lines', 'From: a\n'.repeat(20_000)],
  ['one long line', `On ${'1 '.repeat(100_000)}wrote:`],
])('%s in time', (_name, text) => {
  const spentMs = cpuClock();
  withoutQuoted(text);
  expect(spentMs()).toBeLessThan(5_000);
});
