import { deceptiveFileName } from '../../src/detectors/deceptiveFileName.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const archive = (name: string) =>
  message({ attachments: [attachment('files.zip', { kind: 'archive', entryNames: [name] })] });

detectorTable(deceptiveFileName, [
  [
    'letters reversed',
    message({ attachments: [attachment('invoice\u202efdp.exe', { hasDeceptiveName: true })] }),
    baseline(),
    1,
  ],
  ['reversed inside an archive', archive('invoice\u202efdp.exe'), baseline(), 1],
  ['near-miss: a Hebrew name', archive('חשבונית.pdf'), baseline(), 'clear'],
  [
    'near-miss: a long name',
    message({ attachments: [attachment(`${'minutes '.repeat(12)}.pdf`)] }),
    baseline(),
    'clear',
  ],
]);
