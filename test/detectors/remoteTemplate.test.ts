import { remoteTemplate } from '../../src/detectors/remoteTemplate.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('offer.docx', { hazards })] });
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const from = (target: string): Hazard => ({ kind: 'remote-template', quote: `attachedTemplate ${target}` });
const TEMPLATE = from('https://evil.example/t.dotm');

detectorTable(remoteTemplate, [
  ['a stranger’s', holding(TEMPLATE), baseline(), 1],
  ['a correspondent’s, from somebody else’s server', holding(TEMPLATE), written, 1],
  ['a correspondent’s, from their own', holding(from('https://intranet.partner.example/t.dotm')), written, 0.4],
  ['from a share on their network', holding(from('file:///\\\\filer\\templates\\t.dotm')), written, 0.4],
  ['from an address on their network', holding(from('http://192.168.4.7/t.dotm')), written, 0.4],
  ['from their part of SharePoint', holding(from('https://partner-my.sharepoint.com/t.dotm')), written, 0.4],
  ['from somebody else’s part of it', holding(from('https://partners.sharepoint.com/t.dotm')), written, 1],
  ['own by user name only', holding(from('https://partner.example@evil.example/t.dotm')), written, 1],
  ['own by a user name that is cut short', holding(from(`https://partner.example:${'a'.repeat(79)}`)), written, 1],
  ['own by a port', holding(from('https://partner.example:8443/t.dotm')), written, 0.4],
  ['from an address as a number', holding(from('http://3221226219/t.dotm')), written, 1],
  ['over WebDAV from elsewhere', holding(from('\\\\evil.example@SSL\\t\\t.dotm')), written, 1],
  ['behind another scheme', holding(from('mhtml:https://partner.example/a!x-usc:https://evil.example/b')), written, 1],
  ['one of two from elsewhere', holding(from('http://filer/t.dotm'), TEMPLATE), written, 1],
  ['a stranger’s, from their own', holding(from('https://partner.example/t.dotm')), baseline(), 1],
  [
    'near-miss: a document with macros of its own',
    holding({ kind: 'macro', quote: 'VBA project' }),
    baseline(),
    'clear',
  ],
]);
