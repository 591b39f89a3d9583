import { archiveBomb } from '../../src/detectors/archiveBomb.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('logs.zip', { hazards })] });

detectorTable(archiveBomb, [
  ['a thousand to one', holding({ kind: 'bomb', quote: '4096 MB in 4000000 bytes' }), baseline(), 1],
  [
    'near-miss: an archive of many files',
    message({
      attachments: [
        attachment('a.zip', { kind: 'archive', entryNames: Array.from({ length: 100 }, (_, i) => `${i}.log`) }),
      ],
    }),
    baseline(),
    'clear',
  ],
]);
