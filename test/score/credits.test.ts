/** What speaks for a message, and what is only true of it. */
import { expect, test } from '@jest/globals';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Message } from '../../src/domain/message.ts';
import { type CreditId, creditsOf } from '../../src/score/credits.ts';
import { profile } from '../detectors/histories.ts';
import { baseline, correspondent, message, sender, tally } from '../messages.ts';

const bea = 'bea@partner.example';
const credit = (id: CreditId, mail: Message, about: Baseline) => creditsOf(mail, about).find((one) => one.id === id);
const heardBy = (mailboxCount: number, receivedCount: number): Baseline =>
  baseline({ correspondent: correspondent(bea, receivedCount), profile: profile(1, 1, { mailboxCount }) });

test.each([
  ['a domain of which nothing is known', message(), baseline(), true],
  ['a freemail address, known or not', message({ sender: sender(bea, { isFreemail: true }) }), heardBy(1, 40), true],
  ['a known sender', message(), heardBy(1, 40), undefined],
  [
    'a known domain',
    message(),
    baseline({ domain: { orgDomain: 'partner.example', received: tally(9), senderCount: 2 } }),
    undefined,
  ],
])('authenticated as %s persuades nobody: %s', (_what, mail, about, isHollow) => {
  expect(credit('authenticated', mail, about)).toMatchObject({ value: 1 });
  expect(credit('authenticated', mail, about)?.isHollow).toBe(isHollow);
});

test('that it is list mail persuades nobody: anyone can write the headers', () => {
  const mail = message({ bulk: { isList: true, hasUnsubscribe: false, isAutomatic: false } });
  expect(credit('list-mail', mail, baseline())).toMatchObject({ value: 1, isHollow: true });
  expect(credit('list-mail', message(), baseline())).toBeUndefined();
});

test.each([
  ['this mailbox alone', heardBy(1, 40), undefined],
  ['this mailbox and another', heardBy(2, 40), 'the sender writes to one other mailbox of the organisation'],
  [
    'another, and this one for the first time',
    heardBy(1, 0),
    'the sender writes to one other mailbox of the organisation',
  ],
  ['five others', heardBy(6, 40), 'the sender writes to 5 other mailboxes of the organisation'],
])('the organisation knows a sender of whom there hears %s', (_what, about, sentence) => {
  expect(credit('known-to-tenant', message(), about)?.sentence).toBe(sentence);
});
