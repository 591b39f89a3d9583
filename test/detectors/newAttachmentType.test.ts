import { newAttachmentType } from '../../src/detectors/newAttachmentType.ts';
import { attachment, baseline, content, correspondent, link, message, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const pdf = message({ attachments: [attachment('report.pdf', { kind: 'pdf' })] });
const archive = message({ attachments: [attachment('files.zip', { kind: 'archive' })] });
const bea = (count: number, ...kinds: readonly string[]) =>
  correspondent('bea@partner.example', count, { attachmentKinds: new Map(kinds.map((kind) => [kind, 3])) });
const gets = (...kinds: readonly string[]) => new Map(kinds.map((kind) => [kind, 30]));
const picture = (trueType = 'jpg') =>
  attachment(`pallet.${trueType}`, { kind: 'image', trueType, sha256: 'f'.repeat(64) });
const photo = message({ attachments: [picture()] });
const writtenTo = baseline({ correspondent: { ...bea(40, 'pdf'), repliedCount: 3 } });
const asking = message({
  attachments: [picture()],
  content: {
    ...content('Please pay it today'),
    intents: [{ intent: 'payment-request', language: 'en', quote: 'Please pay' }],
  },
});
const withCode = message({
  attachments: [picture()],
  ...withLinks(link('https://evil.example/', { source: 'qr-code', inFile: 'f'.repeat(64) })),
});

detectorTable(newAttachmentType, [
  ['new from a sender of forty mails and to the mailbox', archive, baseline({ correspondent: bea(40, 'pdf') }), 1],
  [
    'new from the sender, usual here',
    archive,
    baseline({ correspondent: bea(40), attachmentKinds: gets('archive') }),
    0.5,
  ],
  ['the sender wrote once', archive, baseline({ correspondent: bea(1) }), 0.24],
  ['a stranger, and new to the mailbox', archive, baseline({ attachmentKinds: gets('pdf') }), 0.6],
  ['near-miss: this sender sends such files', archive, baseline({ correspondent: bea(40, 'archive') }), 'clear'],
  ['near-miss: a stranger’s file of a kind usual here', pdf, baseline({ attachmentKinds: gets('pdf') }), 'clear'],
  [
    'near-miss: a logo in the signature',
    message({ attachments: [attachment('logo.png', { kind: 'image', isInline: true })] }),
    baseline({ correspondent: bea(40) }),
    'clear',
  ],
  [
    'near-miss: a signed mail',
    message({ attachments: [attachment('smime.p7s', { kind: 'signature' })] }),
    baseline({ correspondent: bea(40) }),
    'clear',
  ],
  ['a photograph from whom the owner writes to', photo, writtenTo, 0.3],
  ['a photograph from who only writes', photo, baseline({ correspondent: bea(40, 'pdf') }), 1],
  ['a picture with a QR code', withCode, writtenTo, 1],
  ['a picture in a mail that asks for money', asking, writtenTo, 1],
  ['a picture in which nobody looks for codes', message({ attachments: [picture('heic')] }), writtenTo, 1],
  [
    'beside a picture in which nobody looks for codes',
    message({ attachments: [picture(), picture('heic')] }),
    writtenTo,
    1,
  ],
  [
    'beside a shown picture in which nobody looks for codes',
    message({ attachments: [picture(), { ...picture('heic'), isInline: true }] }),
    writtenTo,
    1,
  ],
  [
    'beside a QR code that is drawn in the text',
    { ...photo, ...withLinks(link('https://evil.example/', { source: 'qr-code' })) },
    writtenTo,
    1,
  ],
  [
    'a picture in a mail that presses',
    { ...photo, content: { ...content('Look at once'), pressureQuotes: ['at once'] } },
    writtenTo,
    1,
  ],
  [
    'a picture beside a link to somebody new',
    { ...photo, ...withLinks(link('https://evil.example/')) },
    baseline({
      ...writtenTo,
      linkDomains: new Map([['evil.example', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]),
    }),
    1,
  ],
  [
    'a photograph beside the sender’s own page',
    { ...photo, ...withLinks(link('https://www.partner.example/')) },
    writtenTo,
    0.3,
  ],
  [
    'pictures that could not all be searched',
    { ...photo, defects: [{ code: 'unread-pictures', detail: '' }] },
    writtenTo,
    1,
  ],
  [
    'an archive beside a photograph',
    message({ attachments: [picture(), attachment('a.zip', { kind: 'archive' })] }),
    writtenTo,
    1,
  ],
  ['no history at all', archive, baseline({ maturity: { stage: 'blank', messageCount: 2, ageDays: 1 } }), 'skipped'],
  ['outbound mail', { ...archive, direction: 'outbound' }, baseline(), 'skipped'],
]);
