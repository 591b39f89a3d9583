import { scriptedAttachment } from '../../src/detectors/scriptedAttachment.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const page = (...activeContent: readonly string[]) =>
  message({ attachments: [attachment('invoice.html', { kind: 'html', activeContent })] });

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
  ['near-miss: a page without script', page(), baseline(), 'clear'],
  [
    'near-miss: a picture without script',
    message({ attachments: [attachment('logo.svg', { kind: 'svg' })] }),
    baseline(),
    'clear',
  ],
]);
