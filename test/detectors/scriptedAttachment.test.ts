import { scriptedAttachment } from '../../src/detectors/scriptedAttachment.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const page = (...activeContent: readonly string[]) =>
  message({ attachments: [attachment('invoice.html', { kind: 'html', activeContent })] });

const archive = (
  quotes: readonly string[],
  entryCount = 1,
  kind: 'page-script' | 'page-quiet-script' = 'page-script',
) =>
  message({
    attachments: [
      attachment('invoice.zip', {
        kind: 'archive',
        entryNames: Array.from({ length: entryCount }, (_, at) => `${at}.html`),
        hazards: quotes.map((quote, at) => ({ kind, quote, inside: `${at}.html` })),
      }),
    ],
  });
const bea = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) });

detectorTable(scriptedAttachment, [
  ['a page that unpacks a file', page('script', 'atob', 'Blob'), baseline(), 1],
  ['a page with a script', page('script'), baseline(), 0.7],
  [
    'smuggling behind more than is quoted',
    page('script 1', ...Array.from({ length: 18 }, (_, at) => `onhandler${at}`), 'atob'),
    baseline(),
    1,
  ],
  [
    'a picture with a script',
    message({ attachments: [attachment('logo.svg', { kind: 'svg', activeContent: ['script'] })] }),
    baseline(),
    0.7,
  ],
  ['in an archive', archive(['script 1', 'atob, eval'], 2), baseline(), 0.9],
  ['in an archive, nothing but a script', archive(['script 1']), baseline(), 0.63],
  ['in a correspondent’s archive', archive(['script 1']), bea, 0.63],
  ['in a correspondent’s manual', archive(['script 1'], 21), bea, 0.28],
  ['in as many files of a stranger', archive(['script 1'], 21), baseline(), 0.63],
  ['a stranger’s manual', archive(['script 1, redirect'], 10, 'page-quiet-script'), baseline(), 0.09],
  ['nine such pages', archive(['script 1, redirect'], 9, 'page-quiet-script'), baseline(), 0.63],
  [
    'such a manual, not all of which was read',
    { ...archive(['script 1'], 10, 'page-quiet-script'), defects: [{ code: 'unread-files', detail: 'x' }] },
    baseline(),
    0.63,
  ],
  ['near-miss: an archive of plain pages', archive([], 2), baseline(), 'clear'],
  ['near-miss: a page without script', page(), baseline(), 'clear'],
  [
    'near-miss: a picture without script',
    message({ attachments: [attachment('logo.svg', { kind: 'svg' })] }),
    baseline(),
    'clear',
  ],
]);
