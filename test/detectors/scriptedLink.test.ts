import { scriptedLink } from '../../src/detectors/scriptedLink.ts';
import { baseline, correspondent, link, message, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (url: string) => message(withLinks(link(url, { url, host: '', orgDomain: '' })));
const known = baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) });

detectorTable(scriptedLink, [
  ['a script', to('javascript:location.replace(atob(x))'), baseline(), 1],
  ['a script that opens like an idle one', to('javascript:void(0);location=x'), baseline(), 1],
  ['a page in the link itself', to('data:text/html;base64,PGgxPg=='), baseline(), 1],
  ['a picture that can run', to('data:image/svg+xml;base64,PHN2Zz4='), baseline(), 1],
  ['the same in capitals', to('DATA:image/svg+xml,<svg onload=x>'), baseline(), 1],
  ['a remote folder', to('search-ms:query=invoice&crumb=location:%5C%5Cevil.example%5Cshare'), baseline(), 1],
  ['a file path from a stranger', to('file://evil.example/share/invoice.lnk'), baseline(), 1],
  ['a file path from a correspondent', to('file://server/share/report.xls'), known, 0.2],
  ['a share by four slashes', to('file:////evil.example/share/invoice.lnk'), baseline(), 1],
  ['a path on the reader’s own machine', to('file:///home/ana/build.log'), baseline(), 0.1],
  ['near-miss: a link that goes nowhere', to('javascript:void(0)'), baseline(), 'clear'],
  ['near-miss: the same, spelt otherwise', to('javascript:;'), baseline(), 'clear'],
  ['near-miss: a picture in the mail', to('data:image/png;base64,iVBORw0KGgo='), baseline(), 'clear'],
  ['near-miss: the same in capitals', to('DATA:IMAGE/PNG;base64,iVBORw0KGgo='), baseline(), 'clear'],
  ['near-miss: a mail address', to('mailto:bea@partner.example'), baseline(), 'clear'],
]);
