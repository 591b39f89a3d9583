import { newAttachmentType } from '../../src/detectors/newAttachmentType.ts';
import { attachment, baseline, correspondent, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const pdf = message({ attachments: [attachment('report.pdf', { kind: 'pdf' })] });
const archive = message({ attachments: [attachment('files.zip', { kind: 'archive' })] });
const bea = (count: number, ...kinds: readonly string[]) =>
  correspondent('bea@partner.example', count, { attachmentKinds: new Map(kinds.map((kind) => [kind, 3])) });
const gets = (...kinds: readonly string[]) => new Map(kinds.map((kind) => [kind, 30]));

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
  ['no history at all', archive, baseline({ maturity: { stage: 'blank', messageCount: 2, ageDays: 1 } }), 'skipped'],
  ['outbound mail', { ...archive, direction: 'outbound' }, baseline(), 'skipped'],
]);
