import { smuggledFile } from '../../src/detectors/smuggledFile.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('invoice.html', { hazards })] });

detectorTable(smuggledFile, [
  ['a zip', holding({ kind: 'smuggled-file', quote: 'zip of 4000 characters, createObjectURL' }), baseline(), 1],
  [
    'in an archive',
    holding({ kind: 'smuggled-file', quote: 'iso of 4000 characters', inside: 'a.html' }),
    baseline(),
    1,
  ],
  [
    'near-miss: a page with a script',
    message({ attachments: [attachment('a.html', { kind: 'html', activeContent: ['script 1', 'atob'] })] }),
    baseline(),
    'clear',
  ],
]);
