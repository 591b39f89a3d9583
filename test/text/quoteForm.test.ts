import { expect, test } from '@jest/globals';
import { quoteForm } from '../../src/text/quoteForm.ts';

const PAIRS: readonly (readonly [what: string, one: string, other: string])[] = [
  ['names and addresses', 'On 11/23/26 10:00 AM, Bea Lind wrote:', 'On 1/2/27 9:05 PM, Carl van Ohm wrote:'],
  [
    'no name',
    'On Mon, Nov 23, 2026 at 10:00 AM Bea Lind <b@x.example> wrote:',
    'On Sun, Dec 6, 2026 at 1:00 PM <c@y.example> wrote:',
  ],
  ['a name in quotes', 'Am 23.11.2026 schrieb "Lind, Bea" <b@x.example>:', 'Am 1.2.2026 schrieb Carl <c@y.example>:'],
  [
    'halves of the day',
    'On 23 Nov 2026, at 10:00 am, Bea Lind <b@x.example> wrote:',
    'On 2 Dec 2026, at 9:00 pm, C. Ohm <c@y.example> wrote:',
  ],
  [
    'names with words',
    'Le lun. 23 nov. 2026 à 10:00, Hanh Le <b@x.example> a écrit :',
    'Le mar. 1er déc. 2026 à 9:05, Em Am Ende <c@y.example> a écrit :',
  ],
  [
    'names with signs',
    'On 23/11/2026 10:00, Bea | R&D <b@x.example> wrote:',
    'On 1/12/2026 9:00, Carl <c@y.example> wrote:',
  ],
  ['zones', 'On 2026-11-23 at 10:00 +0100, Bea wrote:', 'On 2027-01-02 at 22:13 -0700, Carl wrote:'],
];

test.each(PAIRS)('one program words it alike: %s', (_what, one, other) => {
  expect(quoteForm(one)).toBe(quoteForm(other));
  expect(quoteForm(one)).not.toMatch(/Bea|Lind|x\.example/);
});

test('programs differ', () => {
  const forms = PAIRS.map(([, one]) => quoteForm(one));
  expect(new Set(forms).size).toBe(forms.length);
  expect(forms[1]).toBe('On … 9, 9 at 9:9 PM … wrote:');
});

test.each(['', ':', '@'.repeat(5000), 'n '.repeat(5000), '9'.repeat(5000), `On ${'<'.repeat(5000)} wrote:`])(
  'short whatever is written: %#',
  (written) => {
    expect(quoteForm(written).length).toBeLessThanOrEqual(60);
  },
);
