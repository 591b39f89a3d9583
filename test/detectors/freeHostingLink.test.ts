import { freeHostingLink } from '../../src/detectors/freeHostingLink.ts';
import { baseline, correspondent, link, message, sender, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const page = link('https://sign-in-here.web.app/', { orgDomain: 'sign-in-here.web.app' });
const toPage = message(withLinks(page));

detectorTable(freeHostingLink, [
  ['from a stranger', toPage, baseline(), 1],
  ['from a correspondent', toPage, baseline({ correspondent: correspondent('bea@partner.example', 40) }), 0.5],
  [
    'a club’s newsletter',
    { ...toPage, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    0.5,
  ],
  [
    'near-miss: a page the mailbox is sent links to',
    toPage,
    baseline({ linkDomains: new Map([[page.orgDomain, { mailboxCount: 1, tenantCount: 1, senderCount: 1 }]]) }),
    'clear',
  ],
  ['near-miss: the sender’s own page', { ...toPage, sender: sender('hi@sign-in-here.web.app') }, baseline(), 'clear'],
  ['near-miss: a picture from there', message(withLinks({ ...page, source: 'image' })), baseline(), 'clear'],
  ['near-miss: an ordinary host', message(withLinks(link('https://web.app.example/'))), baseline(), 'clear'],
]);
