/** The count of the fault runs: it sees what is missing, and what is there twice. */
import { expect, test } from '@jest/globals';
import { whereabouts } from '../../bench/faults/count.ts';
import type { PrivatePostfix, QueuedMail } from '../e2e/postfix.ts';

const mail = (address: string, mark = 'X-Tidemark-Action: deliver; id=v1\n'): string =>
  `X-Original-To: ${address}\n${mark}Subject: x\n\nHello.\n`;
const queued = (address: string): QueuedMail => ({
  queue_name: 'deferred',
  queue_id: '4XyZ',
  sender: 'bea@partner.example',
  recipients: [{ address }],
});
const anMta = (delivered: readonly string[], waiting: readonly QueuedMail[] = []) =>
  ({ delivered: () => delivered, queued: () => waiting }) as unknown as PrivatePostfix;

test.each<[string, PrivatePostfix, PrivatePostfix, object, (readonly string[])?]>([
  ['all there', anMta([mail('1a'), mail('2a')]), anMta([]), { maildir: 2, lost: 0, twice: 0, unmarked: 0 }],
  ['one waits', anMta([mail('1a')]), anMta([], [queued('2a')]), { maildir: 1, atSender: 1, lost: 0, twice: 0 }],
  ['one is nowhere', anMta([mail('1a')]), anMta([]), { maildir: 1, lost: 1, twice: 0 }],
  ['one came twice', anMta([mail('1a'), mail('1a'), mail('2a')]), anMta([]), { lost: 0, twice: 1 }],
  ['one came, and waits', anMta([mail('1a'), mail('2a')]), anMta([], [queued('2a')]), { lost: 0, twice: 1 }],
  ['one went by unseen', anMta([mail('1a'), mail('2a', '')]), anMta([]), { lost: 0, twice: 0, unmarked: 1 }],
  [
    'one unscored, one stripped',
    anMta([mail('1a', 'X-Tidemark-Action: unscored\n'), mail('2a', 'X-Tidemark-Action: strip; id=v2\n')]),
    anMta([]),
    { unscored: 1, stripped: 1, unmarked: 0 },
  ],
  [
    'one is in custody',
    anMta([mail('2a')]),
    anMta([]),
    { maildir: 1, custody: 1, released: 0, lost: 0, twice: 0 },
    ['1a'],
  ],
  [
    'one was given back',
    anMta([mail('1a', 'X-Tidemark-Action: deliver; released; id=v1\n'), mail('2a')]),
    anMta([]),
    { maildir: 2, released: 1, unmarked: 0, lost: 0, twice: 0 },
  ],
  [
    'one was given back twice',
    anMta([...[1, 2].map(() => mail('1a', 'X-Tidemark-Action: deliver; released; id=v1\n')), mail('2a')]),
    anMta([]),
    { maildir: 3, released: 2, releasedAgain: 1, lost: 0, twice: 0 },
  ],
  [
    'one came, and was given back',
    anMta([mail('1a'), mail('1a', 'X-Tidemark-Action: deliver; released; id=v1\n'), mail('2a')]),
    anMta([]),
    { released: 1, releasedAgain: 0, lost: 0, twice: 1 },
  ],
  [
    'one was given back, and is in custody',
    anMta([mail('1a', 'X-Tidemark-Action: deliver; released; id=v1\n'), mail('2a')]),
    anMta([]),
    { released: 1, lost: 0, twice: 1 },
    ['1a'],
  ],
  ['one came, and is in custody', anMta([mail('1a'), mail('2a')]), anMta([]), { lost: 0, twice: 1 }, ['1a']],
])('%s', (_name, receiver, sender, expected, inCustody = []) => {
  expect(whereabouts(['1a', '2a'], receiver, sender, inCustody)).toMatchObject(expected);
});
