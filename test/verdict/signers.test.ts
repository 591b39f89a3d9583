import { expect, test } from '@jest/globals';
import type { Correspondent } from '../../src/domain/baseline.ts';
import type { Message } from '../../src/domain/message.ts';
import { isKnownSigner } from '../../src/verdict/signers.ts';
import { baseline, correspondent, message, tally } from '../messages.ts';

const { authentication } = message();
const SIGNING = new Map([['signature', 3]]);

test.each<[string, Partial<Correspondent>, Pick<Message, 'authentication'>, boolean]>([
  ['the owner writes there, and they sign', { sent: tally(1), attachmentKinds: SIGNING }, message(), true],
  ['the owner answers', { repliedCount: 1, attachmentKinds: SIGNING }, message(), true],
  ['nobody here ever wrote there', { attachmentKinds: SIGNING }, message(), false],
  [
    'their domain does not vouch for it',
    { sent: tally(1), attachmentKinds: SIGNING },
    { authentication: { ...authentication, isAligned: false } },
    false,
  ],
  ['nobody looked whether it does', { sent: tally(1), attachmentKinds: SIGNING }, {}, false],
  ['they signed twice', { sent: tally(1), attachmentKinds: new Map([['signature', 2]]) }, message(), false],
  ['they send other files', { sent: tally(1), attachmentKinds: new Map([['pdf', 9]]) }, message(), false],
])('%s', (_what, more, mail, expected) => {
  const known = baseline({ correspondent: correspondent('bea@partner.example', 10, more) });
  expect(isKnownSigner(mail, known)).toBe(expected);
});

test('nothing is known of the sender', () => {
  expect(isKnownSigner(message(), baseline())).toBe(false);
});
