import { linkInQrCode } from '../../src/detectors/linkInQrCode.ts';
import { baseline, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const code = link('https://login.evil-portal.example/a', { source: 'qr-code' });
const coded = message(withLinks(code));

detectorTable(linkInQrCode, [
  ['from a stranger', coded, baseline(), 1],
  [
    'from a correspondent',
    coded,
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.3,
  ],
  ['in a newsletter', { ...coded, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } }, baseline(), 0.5],
  [
    'near-miss: to the sender’s own pages',
    { ...coded, sender: sender('events@evil-portal.example') },
    baseline(),
    'clear',
  ],
  [
    'near-miss: to the organisation itself',
    message(withLinks(link('https://intranet.acme.example/', { source: 'qr-code', orgDomain: 'acme.example' }))),
    baseline(),
    'clear',
  ],
  [
    'near-miss: where the mailbox is sent links',
    coded,
    baseline({ linkDomains: new Map([[code.orgDomain, { mailboxCount: 9, tenantCount: 9, senderCount: 5 }]]) }),
    'clear',
  ],
  ['near-miss: a link that is no code', message(withLinks({ ...code, source: 'html' })), baseline(), 'clear'],
  ['outbound', { ...coded, direction: 'outbound' }, baseline(), 'skipped'],
]);
