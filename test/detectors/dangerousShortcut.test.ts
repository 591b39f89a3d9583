import { dangerousShortcut } from '../../src/detectors/dangerousShortcut.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('invoice.lnk', { hazards })] });

detectorTable(dangerousShortcut, [
  ['a command', holding({ kind: 'shortcut-command', quote: 'powershell.exe -w hidden' }), baseline(), 1],
  ['a command in an archive', holding({ kind: 'shortcut-command', quote: 'mshta', inside: 'a.lnk' }), baseline(), 1],
  ['another machine', holding({ kind: 'shortcut-remote', quote: 'file://203.0.113.9/x' }), baseline(), 0.9],
  [
    'near-miss: a shortcut to a page',
    message({ attachments: [attachment('page.url', { kind: 'shortcut', trueType: 'url' })] }),
    baseline(),
    'clear',
  ],
]);
