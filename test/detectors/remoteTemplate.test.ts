import { remoteTemplate } from '../../src/detectors/remoteTemplate.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('offer.docx', { hazards })] });
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const TEMPLATE: Hazard = { kind: 'remote-template', quote: 'attachedTemplate https://evil.example/t.dotm' };

detectorTable(remoteTemplate, [
  ['a stranger’s', holding(TEMPLATE), baseline(), 1],
  ['a correspondent’s', holding(TEMPLATE), written, 0.4],
  [
    'near-miss: a document with macros of its own',
    holding({ kind: 'macro', quote: 'VBA project' }),
    baseline(),
    'clear',
  ],
]);
