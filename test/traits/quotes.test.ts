import { describe, expect, test } from '@jest/globals';
import { quotes } from '../../src/traits/quotes.ts';
import { cpuClock } from '../cpuTime.ts';

const BEA = { address: 'bea@partner.example', nameKey: 'bea lind' };

describe('who wrote what is quoted', () => {
  test.each([
    ['English', 'On Mon, 23 Nov 2026 at 10:00, Bea Lind <bea@partner.example> wrote:', 'On Mon, 23 Nov 2026 at 10:00'],
    [
      'folded',
      'On Mon, Nov 23, 2026 at 10:00 AM Bea Lind\n<bea@partner.example> wrote:',
      'On Mon, Nov 23, 2026 at 10:00 AM',
    ],
    ['German', 'Am 23.11.2026 um 10:00 schrieb Bea Lind <bea@partner.example>:', 'Am 23.11.2026 um 10:00'],
    ['German, date last', 'Bea Lind <bea@partner.example> schrieb am 23. Nov. 2026:', 'schrieb am 23. Nov. 2026'],
    [
      'French',
      'Le lun. 23 nov. 2026 à 10:00, Bea Lind <bea@partner.example> a écrit :',
      'Le lun. 23 nov. 2026 à 10:00',
    ],
    [
      'Spanish',
      'El lun, 23 nov 2026 a las 10:00, Bea Lind (<bea@partner.example>) escribió:',
      'El lun, 23 nov 2026 a las 10:00',
    ],
    ['Dutch', 'Op ma 23 nov. 2026 om 10:00 schreef Bea Lind <bea@partner.example>:', 'Op ma 23 nov. 2026 om 10:00'],
    [
      'Portuguese',
      'Em seg., 23 de nov. de 2026 às 10:00, Bea Lind <bea@partner.example> escreveu:',
      'Em seg., 23 de nov. de 2026 às 10:00',
    ],
    ['Outlook', 'From: Bea Lind <bea@partner.example>\nSent: Monday 23\nSubject: x', 'Monday 23'],
    ['Outlook, bold and old', '*Von:* Bea Lind [mailto:bea@partner.example]\n*Gesendet:* Montag 23', 'Montag 23'],
    [
      'a forward',
      '---------- Forwarded message ---------\nFrom: Bea Lind <bea@partner.example>\nDate: Mon 23\nSubject: x',
      'Mon 23',
    ],
  ])('%s', (_what, text, shownDate) => {
    const found = quotes(`New words\n\n${text}\n\nOld words`);
    expect(found).toEqual([{ writer: BEA, readers: [], shownDate, form: expect.any(String) }]);
  });
  test('how the program words it', () => {
    const formOf = (text: string) => quotes(`New words\n\n${text}\n\nOld words`)[0]?.form;
    expect(formOf('On Mon, Nov 23, 2026 at 10:00 AM Bea Lind\n<bea@partner.example> wrote:')).toBe(
      'On … 9, 9 at 9:9 PM … wrote:',
    );
    expect(formOf('On 11/23/26 10:00 AM, Bea Lind wrote:\n> On Sunday Carl <c@x.example> wrote:\n>> x')).toBe(
      'On 9/9/9 9:9 PM, … wrote:',
    );
    expect(formOf('> On 11/23/26 10:00 AM, Bea Lind <b@x.example> wrote:')).toBe('On 9/9/9 9:9 PM, … wrote:');
    expect(formOf('Lind said\n> x\n> On Sunday, Carl <c@x.example> wrote:')).toBeUndefined();
    const outlook =
      'From: Bea Lind\nSent: Monday 23\nTo: Ana\nCc: Carl\nSubject: x\nDear Carl (carl@secret.example): our IBAN: GB33';
    expect(formOf(outlook)).toBe('From:Sent:To:');
    expect(formOf('*Von:* Bea Lind\n*Gesendet:* Montag 23\n*An:* Ana')).toBe('*Von:*Gesendet:*An:');
  });
  test('a name alone', () => {
    expect(quotes('Am 23.11.2026 um 10:00 schrieb Bea Lind:\n> x')).toMatchObject([
      { writer: { nameKey: 'bea lind' } },
    ]);
    expect(quotes('From: Bea Lind\nSent: Monday 23')[0]?.writer).toEqual({ nameKey: 'bea lind' });
  });
  test('readers', () => {
    const text =
      'Von: Bea Lind <bea@partner.example>\nGesendet: Montag\nAn: Ana Almeida <Ana@acme.example>; Carl Ohm\nCc: x@y.example';
    expect(quotes(text)[0]?.readers).toEqual([
      { address: 'ana@acme.example', nameKey: 'almeida ana' },
      { nameKey: 'carl ohm' },
      { address: 'x@y.example' },
    ]);
  });
  test('a quotation in a quotation', () => {
    const text =
      'On 23 Nov 2026, Bea Lind <bea@partner.example> wrote:\n> Old\n> On 22 Nov 2026, Ana <ana@acme.example> wrote:\n>> Older';
    expect(quotes(text).map(({ writer }) => writer.address)).toEqual(['bea@partner.example', 'ana@acme.example']);
  });
  test.each(['This is what I wrote:\nbuy milk', 'Hello', '', '> quoted by nobody'])('nobody: %j', (text) => {
    expect(quotes(text)).toEqual([]);
  });
});

test('at most ten, of at most ten readers', () => {
  const block = `From: a@b.example\nSent: 1\nTo: ${'x@y.example, '.repeat(20)}\n\n`;
  const found = quotes(block.repeat(30));
  expect(found).toHaveLength(10);
  expect(Math.max(...found.map(({ readers }) => readers.length))).toBe(10);
});
test.each([
  ['attributions of nobody', 'On 1 wrote:\n\n'.repeat(80_000)],
  ['header blocks of nobody', 'From: a\nSent: 1\n'.repeat(60_000)],
  ['one long line', `On ${'1 '.repeat(500_000)}wrote:`],
  ['marks', '>'.repeat(1_000_000)],
  ['addresses', 'On 1, a<a@b.c wrote:\n> '.repeat(45_000)],
])('a megabyte of %s in time', (_what, text) => {
  const spentMs = cpuClock();
  quotes(text);
  expect(spentMs()).toBeLessThan(1_000);
});
