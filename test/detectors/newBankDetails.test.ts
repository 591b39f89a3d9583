import { newBankDetails } from '../../src/detectors/newBankDetails.ts';
import type { KnownAccount } from '../../src/domain/baseline.ts';
import type { Account } from '../../src/domain/message.ts';
import { baseline, correspondent, message, NOW } from '../messages.ts';
import { actor } from './actors.ts';
import { detectorTable } from './table.ts';

const DAY_MS = 86_400_000;
const bea = 'bea@partner.example';
const account = (mark: string, more: Partial<Account> = {}): Account => ({
  kind: 'iban',
  country: 'DE',
  lastFour: '3000',
  mark,
  isQuoted: false,
  ...more,
});
const naming = (...accounts: readonly Account[]) =>
  message({ money: { holder: 'partner.example', accounts, cardCount: 0 } });
const usual = (messageCount = 16): KnownAccount => ({ messageCount, firstAt: NOW - 300 * DAY_MS, isUsual: true });
const onProbation: KnownAccount = { messageCount: 1, firstAt: NOW - 3 * DAY_MS, isUsual: false };
const supplier = (accounts: Readonly<Record<string, KnownAccount>>, more = {}) =>
  baseline({ correspondent: correspondent(bea, 40), accounts: new Map(Object.entries(accounts)), ...more });
const thread = {
  messageId: 'a',
  writer: bea,
  isOwn: false,
  isFromInside: false,
  participants: new Set([bea]),
  at: NOW,
};

detectorTable(newBankDetails, [
  ['another account than in sixteen mails', naming(account('new')), supplier({ old: usual() }), 1],
  ['another than in one mail', naming(account('new')), supplier({ old: usual(1) }), 0.7],
  ['beside the usual one', naming(account('old'), account('new')), supplier({ old: usual() }), 1],
  ['the second mail of the hijacker', naming(account('new')), supplier({ old: usual(), new: onProbation }), 1],
  ['first details of somebody known', naming(account('new')), supplier({}), 0.2],
  ['first details, said again within the probation', naming(account('new')), supplier({ new: onProbation }), 0.2],
  ['in quoted text only', naming(account('new', { isQuoted: true })), supplier({ old: usual() }), 0.3],
  ['near-miss: the usual account', naming(account('old')), supplier({ old: usual() }), 'clear'],
  ['near-miss: one of two usual ones', naming(account('old')), supplier({ old: usual(), other: usual() }), 'clear'],
  [
    'near-miss: a known thread quotes the owner’s own account',
    naming(account('mine', { isQuoted: true })),
    supplier({ old: usual() }, { threads: new Map([['a', thread]]) }),
    'clear',
  ],
  ['near-miss: a stranger’s bill', naming(account('new')), baseline({ accounts: new Map() }), 'clear'],
  [
    'near-miss: first details of a platform’s customer',
    { ...naming(account('new')), actors: [actor('a@kern.example')] },
    supplier({}),
    'clear',
  ],
  [
    'near-miss: only a card',
    message({ money: { holder: 'partner.example', accounts: [], cardCount: 1 } }),
    supplier({ old: usual() }),
    'clear',
  ],
  ['outbound mail', { ...naming(account('new')), direction: 'outbound' }, supplier({ old: usual() }), 'skipped'],
]);
