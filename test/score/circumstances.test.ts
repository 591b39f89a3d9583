/** What is told of a circumstance is so, whichever way the trees weigh it. */
import { describe, expect, test } from '@jest/globals';
import type { Baseline, KnownThread } from '../../src/domain/baseline.ts';
import type { Message } from '../../src/domain/message.ts';
import { circumstanceOf } from '../../src/score/circumstances.ts';
import { habit } from '../detectors/histories.ts';
import { address, baseline, correspondent, message, NOW, tally } from '../messages.ts';

const bea = 'bea@partner.example';
const DAY_MS = 86_400_000;
const to = (...addresses: readonly string[]): Message =>
  message({ recipients: { to: addresses.map((one) => address(one)), cc: [], addresses, isUndisclosed: false } });
const withHabits = (...habits: Baseline['habits']): Baseline => baseline({ habits });
const thread = (participants: readonly string[]): KnownThread => ({
  ...{ messageId: 'm0@acme.example', writer: 'ana@acme.example', isOwn: true, isFromInside: true },
  participants: new Set(participants),
  at: NOW,
});
const inThread = (participants: readonly string[]): Baseline =>
  baseline({ threads: new Map([['m0@acme.example', thread(participants)]]) });
const since = (days: number): Baseline =>
  baseline({ correspondent: correspondent(bea, 26, { received: tally(26, { lastAt: NOW - days * DAY_MS }) }) });
const beside = baseline({ correspondent: correspondent(bea, 26, { coRecipients: new Map([['cy@acme.example', 5]]) }) });

describe.each([
  [
    'a stranger’s good authentication',
    'authentication-failure',
    message(),
    baseline(),
    'The authentication results are good, which says nothing of who has the address',
    false,
    true,
  ],
  [
    'that of a known sender',
    'authentication-failure',
    message(),
    since(9),
    'The authentication results are good',
    true,
    false,
  ],
  [
    'a pause, in days',
    'dormant-correspondent',
    message(),
    since(9),
    'The last mail of the sender came 9 days ago',
    false,
    false,
  ],
  [
    'mail of the same day',
    'dormant-correspondent',
    message(),
    since(0),
    'The last mail of the sender came today',
    false,
    false,
  ],
  [
    'nothing before',
    'dormant-correspondent',
    message(),
    baseline(),
    'This mailbox has had no mail from the sender',
    false,
    true,
  ],
  [
    'what the sender always had',
    'new-infrastructure',
    message(),
    withHabits(habit('sendingOrgDomain', 'partner.example', 30, 30)),
    'The servers look as usual: sending domain “partner.example” in 30 of 30 mails',
    true,
    false,
  ],
  [
    'what the sender never had',
    'new-infrastructure',
    message(),
    withHabits(habit('sendingNetwork', '203.0', 0, 18)),
    'The servers look unusual: sending network “203.0” in 0 of 18 mails',
    false,
    true,
  ],
  [
    'a habit of the domain alone',
    'new-client',
    message(),
    withHabits(habit('mailer', 'mutt', 0, 0)),
    'Nothing is known of the ways of writing this sender uses',
    false,
    true,
  ],
  ['this mailbox alone', 'unusual-recipients', message(), beside, 'It shows no other reader', false, true],
  [
    'who is known from the sender’s mail',
    'unusual-recipients',
    to('ana@acme.example', 'cy@acme.example', 'dan@acme.example'),
    beside,
    'The sender has written to 1 of the 2 other recipients before',
    false,
    false,
  ],
  [
    'a thread of the owner with the writer',
    'own-thread',
    message(),
    inThread([bea]),
    'It answers the owner',
    true,
    false,
  ],
  [
    'a Message-ID of the owner in other hands',
    'own-thread',
    message(),
    inThread(['cy@other.example']),
    'It answers nothing that the owner wrote',
    false,
    true,
  ],
] as const)('%s', (_what, group, mail, about, sentence, contraryRaising, contraryLowering) => {
  test.each([
    [true, contraryRaising],
    [false, contraryLowering],
  ])('raising: %s', (raised, isContrary) => {
    expect(circumstanceOf(group, raised, mail, about)).toEqual({ sentence, isContrary });
  });
});
