import { forgedQuote } from '../../src/detectors/forgedQuote.ts';
import type { Message, Quote, QuotedPerson } from '../../src/domain/message.ts';
import { address, baseline, correspondent, message, NOW, sender, tally } from '../messages.ts';
import { list } from './requests.ts';
import { detectorTable } from './table.ts';

const mallory = 'mallory@evil.example';
const bea = { address: 'bea@partner.example', nameKey: 'bea lind' };
const ana = { address: 'ana@acme.example' };
const quote = (writer: QuotedPerson, ...readers: readonly QuotedPerson[]): Quote => ({
  writer,
  readers,
  shownDate: 'Monday 23',
});
const quoting = (all: readonly Quote[], more: Partial<Message> = {}) =>
  message({ sender: sender(mallory, { nameKey: 'mal ory' }), quotes: all, ...more });
const knowing = (more = {}) =>
  baseline({ correspondents: new Map([[bea.address, correspondent(bea.address, 40)]]), ...more });
const invented = quoting([quote(bea, ana)]);
const thread = {
  messageId: 'a',
  writer: bea.address,
  isOwn: false,
  isFromInside: false,
  participants: new Set<string>(),
  at: NOW,
};
const asForward = { thread: { ...message().thread, isForward: true } };
const toAna = {
  to: [address('ana@acme.example', 'Ana Almeida')],
  cc: [],
  addresses: ['ana@acme.example'],
  isUndisclosed: false,
};

detectorTable(forgedQuote, [
  ['owner and correspondent', invented, knowing(), 0.9],
  ['what the owner is said to have written', quoting([quote(ana)]), baseline(), 0.6],
  ['the owner by name', quoting([quote({ nameKey: 'almeida ana' })], { recipients: toAna }), baseline(), 0.6],
  ['a correspondent', quoting([quote(bea, { address: 'other@acme.example' })]), knowing(), 0.4],
  ['passed on', quoting([quote(bea, ana)], asForward), knowing(), 0.45],
  [
    'an impostor under the correspondent’s name',
    quoting([quote(bea, ana)], { sender: sender('bea@partner.test', { nameKey: 'bea lind' }) }),
    knowing(),
    0.9,
  ],
  [
    'somebody of a known organisation',
    invented,
    knowing({ domain: { orgDomain: 'evil.example', received: tally(4), senderCount: 1 } }),
    0.36,
  ],
  [
    'near-miss: forwarded by a known colleague',
    invented,
    knowing({ correspondent: correspondent(mallory, 3) }),
    'clear',
  ],
  [
    'near-miss: from inside',
    quoting([quote(bea, ana)], { sender: sender('bob@acme.example', { isOwnDomain: true }) }),
    knowing(),
    'clear',
  ],
  ['near-miss: the sender took part', quoting([quote(ana, { address: mallory })]), baseline(), 'clear'],
  [
    'near-miss: a colleague of the sender did',
    quoting([quote(ana, { address: 'cc@evil.example' })]),
    baseline(),
    'clear',
  ],
  ['near-miss: by name alone', quoting([quote(ana), quote({ nameKey: 'mal ory' })]), baseline(), 'clear'],
  ['near-miss: a known thread', invented, knowing({ threads: new Map([['a', thread]]) }), 'clear'],
  ['near-miss: people nobody knows', quoting([quote({ address: 'x@y.example' })]), knowing(), 'clear'],
  ['near-miss: mailing list', quoting([quote(bea, ana)], { bulk: list }), knowing(), 'clear'],
  ['a young mailbox', invented, knowing({ maturity: { stage: 'learning', messageCount: 50, ageDays: 9 } }), 'skipped'],
  ['outbound mail', quoting([quote(bea, ana)], { direction: 'outbound' }), knowing(), 'skipped'],
]);
