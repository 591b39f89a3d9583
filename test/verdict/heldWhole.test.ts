import { expect, test } from '@jest/globals';
import type { Decision } from '../../src/verdict/decide.ts';
import { heldWhole } from '../../src/verdict/heldWhole.ts';

const mailboxes = ['deliver', 'strip', 'hold'].map((action) => ({ mailbox: `${action}@acme.example`, action }));
const decision = {
  action: 'strip',
  enacted: 'strip',
  proposed: 'strip',
  mailboxes,
  reason: 'Stripped as probable malware (97.0 %): A file.',
  banner: 'Be careful',
} as unknown as Decision;

test('held for whom it was to be stripped for, and no others; the reason says why', () => {
  const held = heldWhole(decision, 'encrypted');
  expect(held.mailboxes.map(({ action }) => action)).toEqual(['deliver', 'hold', 'hold']);
  expect(held).toMatchObject({
    action: 'hold',
    enacted: 'hold',
    enactedBecause: 'policy: what cannot be stripped is held, and it is encrypted',
    reason: 'Held, as it is encrypted and cannot be stripped, as probable malware (97.0 %): A file.',
  });
  expect(held).not.toHaveProperty('banner');
});

test('where a hold was proposed nothing differs from it any more', () => {
  const held = heldWhole({ ...decision, proposed: 'hold', enactedBecause: 'policy: one kind of evidence' }, 'signed');
  expect(held).not.toHaveProperty('enactedBecause');
});
