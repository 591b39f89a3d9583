import { htmlAttachment } from '../../src/detectors/htmlAttachment.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { list } from './requests.ts';
import { detectorTable } from './table.ts';

const html = attachment('invoice.html', { kind: 'html' });
const page = message({ attachments: [html] });
const bea = (more = {}) =>
  baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3), ...more }) });

const archive = (kind?: 'page-password' | 'page-script' | 'page-quiet-script', pageCount = 1) =>
  message({
    attachments: [
      attachment('invoice.zip', {
        kind: 'archive',
        entryNames: Array.from({ length: pageCount }, () => 'invoice.html'),
        hazards: kind === undefined ? [] : [{ kind, quote: 'script 1', inside: 'invoice.html' }],
      }),
    ],
  });

detectorTable(htmlAttachment, [
  ['from a stranger', page, baseline(), 1],
  ['from a correspondent who never sent one', page, bea(), 0.5],
  ['near-miss: from a correspondent who sends them', page, bea({ attachmentKinds: new Map([['html', 2]]) }), 'clear'],
  ['a stranger’s file on a list', { ...page, bulk: list }, baseline(), 1],
  [
    'near-miss: a list’s copy of the text',
    { ...message({ attachments: [attachment('attachment.htm', { kind: 'html' })] }), bulk: list },
    baseline(),
    'clear',
  ],
  ['near-miss: shown inside the body', message({ attachments: [{ ...html, isInline: true }] }), baseline(), 'clear'],
  [
    'near-miss: a document',
    message({ attachments: [attachment('invoice.pdf', { kind: 'pdf' })] }),
    baseline(),
    'clear',
  ],
  ['an archive with a page that runs scripts', archive('page-script'), baseline(), 0.9],
  ['an archive with a page that asks for a password', archive('page-password'), baseline(), 0.9],
  ['such an archive from a correspondent', archive('page-script'), bea(), 0.45],
  ['nine pages that only arrange what they show', archive('page-quiet-script', 9), baseline(), 0.9],
  ['ten pages of which one does more', archive('page-script', 10), baseline(), 0.9],
  ['near-miss: ten pages that only arrange what they show', archive('page-quiet-script', 10), baseline(), 'clear'],
  ['near-miss: an archive with a plain page', archive(), baseline(), 'clear'],
  ['outbound mail', { ...page, direction: 'outbound' }, baseline(), 'skipped'],
]);
