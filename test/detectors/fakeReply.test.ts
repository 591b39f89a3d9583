import { fakeReply } from '../../src/detectors/fakeReply.ts';
import type { Thread } from '../../src/domain/message.ts';
import { baseline, content, correspondent, message, NOW } from '../messages.ts';
import { detectorTable } from './table.ts';

const reply = (ancestors: readonly string[], more: Partial<Thread> = {}) =>
  message({
    subject: 'RE: invoice 2217',
    thread: { ancestors, baseSubject: 'invoice 2217', claimsReply: true, isForward: false, ...more },
    content: content('See the file.\n> our invoice 2217', { newText: 'See the file.' }),
  });
const unquoted = { ...reply([]), content: content('See the file.') };
const known = correspondent('bea@partner.example', 9);
const list = { isList: true, hasUnsubscribe: false, isAutomatic: false };
const parent = {
  messageId: 'a@acme.example',
  writer: 'ana@acme.example',
  isOwn: true,
  isFromInside: true,
  participants: new Set(['ana@acme.example']),
  at: NOW,
};

detectorTable(fakeReply, [
  ['a quoted thread without headers', reply([]), baseline(), 0.8],
  ['a prefix alone', unquoted, baseline(), 0.48],
  ['a correspondent typed it', unquoted, baseline({ correspondent: known }), 0.19],
  ['ancestors nobody knows', reply(['x@evil.example']), baseline(), 0.4],
  [
    'near-miss: the thread is known',
    reply(['a@acme.example']),
    baseline({ threads: new Map([[parent.messageId, parent]]) }),
    'clear',
  ],
  ['near-miss: a thread on a list', { ...reply(['x@list.example']), bulk: list }, baseline(), 'clear'],
  ['near-miss: a forward', reply([], { isForward: true }), baseline(), 'clear'],
  ['near-miss: no claim', reply([], { claimsReply: false }), baseline(), 'clear'],
  [
    'a young mailbox knows no threads',
    reply(['x@evil.example']),
    baseline({ maturity: { stage: 'learning', messageCount: 60, ageDays: 9 } }),
    'skipped',
  ],
  ['outbound mail', { ...reply([]), direction: 'outbound' }, baseline(), 'skipped'],
]);
