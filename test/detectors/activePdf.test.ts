import { activePdf } from '../../src/detectors/activePdf.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('form.pdf', { hazards })] });
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const SCRIPT: Hazard = { kind: 'pdf-script', quote: 'JavaScript' };
const FILE: Hazard = { kind: 'pdf-file', quote: 'factur-x.xml' };

detectorTable(activePdf, [
  ['a program', holding({ kind: 'pdf-launch', quote: 'Launch cmd.exe' }), baseline(), 1],
  ['a script that opens a file inside', holding(SCRIPT, FILE), baseline(), 0.9],
  ['a script that exports a file', holding({ kind: 'pdf-script', quote: 'exportDataObject' }), baseline(), 0.9],
  [
    'a script on opening',
    holding(SCRIPT, { kind: 'pdf-open-action', quote: 'OpenAction JavaScript' }),
    baseline(),
    0.6,
  ],
  [
    'a script behind an action that was not found',
    holding(SCRIPT, { kind: 'pdf-open-action', quote: 'OpenAction' }),
    baseline(),
    0.6,
  ],
  ['a script that calls an address', holding(SCRIPT, { kind: 'pdf-script', quote: 'app.launchURL(' }), baseline(), 0.6],
  [
    'a script that only prints on opening',
    holding(SCRIPT, { kind: 'pdf-open-action', quote: 'OpenAction view' }),
    baseline(),
    0.15,
  ],
  ['a form that calculates', holding(SCRIPT, { kind: 'pdf-open-action', quote: 'AA' }), baseline(), 0.15],
  ['a form that calculates, of a correspondent', holding(SCRIPT), written, 0.075],
  ['an e-invoice with its data inside', holding(FILE), written, 0.05],
  ['near-miss: opens at a page', holding({ kind: 'pdf-open-action', quote: 'OpenAction GoTo' }), baseline(), 'clear'],
  ['near-miss: plain', holding(), baseline(), 'clear'],
]);
