import { remoteTemplate } from '../../src/detectors/remoteTemplate.ts';
import type { Hazard } from '../../src/domain/message.ts';
import { attachment, baseline, correspondent, message, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const holding = (...hazards: readonly Hazard[]) => message({ attachments: [attachment('offer.docx', { hazards })] });
const written = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(9) }) });
const from = (target: string): Hazard => ({ kind: 'remote-template', quote: `attachedTemplate ${target}` });
const TEMPLATE = from('https://evil.example/t.dotm');
const values = (target: string): Hazard => ({ kind: 'linked-workbook', quote: `externalLinkPath ${target}` });
const twelve = (of: (target: string) => Hazard): readonly Hazard[] =>
  Array.from({ length: 12 }, (_, i) => of(`\\\\fs${i}\\x\\t.dotm`));

detectorTable(remoteTemplate, [
  ['a stranger’s', holding(TEMPLATE), baseline(), 1],
  ['a correspondent’s, from somebody else’s server', holding(TEMPLATE), written, 1],
  ['a correspondent’s, from their own', holding(from('https://intranet.partner.example/t.dotm')), written, 0.4],
  ['from a share on their network', holding(from('file:///\\\\filer\\templates\\t.dotm')), written, 0.2],
  ['from an address on their network', holding(from('http://192.168.4.7/t.dotm')), written, 0.2],
  ['a stranger’s, from a share on their network', holding(from('file:///\\\\filer\\t.dotm')), baseline(), 0.2],
  ['a stranger’s, from a name of their network', holding(from('\\\\fs.firm.local\\x\\t.dotm')), baseline(), 0.2],
  ['a stranger’s, from an address on their network', holding(from('\\\\10.1.2.3\\x\\t.dotm')), baseline(), 0.2],
  ['a stranger’s, from their own domain', holding(from('\\\\fs.partner.example\\x\\t.dotm')), baseline(), 1],
  ['from the reader’s own machine', holding(from('\\\\127.0.0.1\\c$\\Users\\Public\\t.dotm')), baseline(), 1],
  ['from the reader’s own machine by name', holding(from('file://localhost/c$/t.dotm')), baseline(), 1],
  ['a name with a dot in numbers', holding(from('http://fs%2eevil.example/t.dotm')), baseline(), 1],
  ['a user name without a dot', holding(from('http://fs01@evil.example/t.dotm')), baseline(), 1],
  ['a share with such a user name', holding(from('file://fs01@evil.example/t.dotm')), baseline(), 1],
  ['a stranger’s, from their SharePoint', holding(from('https://partner.sharepoint.com/T/t.dotx')), baseline(), 0.2],
  ['there, with macros', holding(from('https://partner.sharepoint.com/T/t.dotm')), baseline(), 1],
  ['there, shared', holding(from('https://partner.sharepoint.com/:w:/s/T/EaB3.dotx')), baseline(), 1],
  ['there, with a code', holding(from('https://partner.sharepoint.com/d.aspx?share=E.dotx')), baseline(), 1],
  ['there, cut short', holding(from(`https://partner.sharepoint.com/${'a'.repeat(67)}.dotx`)), baseline(), 1],
  ['from another’s SharePoint', holding(from('https://evil.sharepoint.com/T/t.dotx')), baseline(), 1],
  ['behind twelve of their network', holding(...twelve(from), TEMPLATE), baseline(), 1],
  ['twelve, and no room for more', holding(...twelve(from)), baseline(), 1],
  ['a stranger’s values of a workbook', holding(values('https://else.example/p.xlsx')), baseline(), 0.2],
  ['values from a share on their network', holding(values('file:///\\\\fs01\\p.xlsx')), baseline(), 0.2],
  ['values from a share on the Internet', holding(values('\\\\203.0.113.9\\x\\p.xlsx')), baseline(), 1],
  ['values and a template', holding(values('https://else.example/p.xlsx'), TEMPLATE), baseline(), 1],
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
