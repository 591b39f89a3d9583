import { expect, test } from '@jest/globals';
import { bulk } from '../../src/traits/bulk.ts';
import { written } from '../parse/written.ts';

const NONE = { isList: false, hasUnsubscribe: false, isAutomatic: false };

test.each([
  ['a person', [], NONE],
  ['a list', ['List-Id: Dev <Dev.lists.example>'], { ...NONE, isList: true, listId: 'dev.lists.example' }],
  ['a bare List-Id', ['List-Id: dev.lists.example'], { ...NONE, isList: true, listId: 'dev.lists.example' }],
  [
    'the first List-Id',
    ['List-Id: <a.example>', 'List-Id: <b.example>'],
    { ...NONE, isList: true, listId: 'a.example' },
  ],
  ['an old list', ['Precedence: list'], { ...NONE, isList: true }],
  ['a list post address', ['List-Post: <mailto:dev@lists.example>'], { ...NONE, isList: true }],
  ['a list with an owner', ['List-Owner: <mailto:own@lists.example>'], { ...NONE, isList: true }],
  [
    'a campaign',
    ['List-Id: <c77.mailer.example>', 'List-Unsubscribe: <https://x.example/u>'],
    { ...NONE, listId: 'c77.mailer.example', hasUnsubscribe: true },
  ],
  [
    'a list that offers to unsubscribe',
    [
      'List-Id: <dev.lists.example>',
      'List-Unsubscribe: <https://x.example/u>',
      'List-Post: <mailto:dev@lists.example>',
    ],
    { isList: true, listId: 'dev.lists.example', hasUnsubscribe: true, isAutomatic: false },
  ],
  ['announcements only', ['List-Post: NO'], NONE],
  ['a newsletter', ['List-Unsubscribe: <https://x.example/u>'], { ...NONE, hasUnsubscribe: true }],
  ['bulk', ['Precedence: Bulk'], { ...NONE, isAutomatic: true }],
  ['an auto-reply', ['Auto-Submitted: auto-replied'], { ...NONE, isAutomatic: true }],
  ['written by hand, it says', ['Auto-Submitted: no'], NONE],
  ['a bounce', ['Return-Path: <>'], { ...NONE, isAutomatic: true }],
  ['near-miss: a return path', ['Return-Path: <bea@partner.example>'], NONE],
  ['near-miss: another header about lists', ['X-List-Info: dev'], NONE],
])('%s', async (_name, headers, expected) => {
  expect(bulk(await written(headers))).toEqual(expected);
});
