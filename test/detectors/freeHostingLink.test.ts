import { freeHostingLink } from '../../src/detectors/freeHostingLink.ts';
import { baseline, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const page = link('https://sign-in-here.web.app/', { orgDomain: 'sign-in-here.web.app' });
const toPage = message(withLinks(page));

const seen = (orgDomain: string) =>
  baseline({ linkDomains: new Map([[orgDomain, { mailboxCount: 1, tenantCount: 1, senderCount: 1 }]]) });

detectorTable(freeHostingLink, [
  ['from a stranger', toPage, baseline(), 1],
  [
    'behind many organisations',
    message(withLinks(...Array.from({ length: 25 }, (_, at) => link(`https://www.decoy${at}.example/`)), page)),
    baseline(),
    1,
  ],
  [
    'at a brand’s host that the mailbox is sent links to',
    message(withLinks(link('https://sites.google.com/view/x'))),
    seen('google.com'),
    1,
  ],
  [
    'from a correspondent',
    toPage,
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.5,
  ],
  [
    'a club’s newsletter',
    { ...toPage, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    0.5,
  ],
  ['near-miss: a page the mailbox is sent links to', toPage, seen(page.orgDomain), 'clear'],
  ['near-miss: the sender’s own page', { ...toPage, sender: sender('hi@sign-in-here.web.app') }, baseline(), 'clear'],
  ['near-miss: a picture from there', message(withLinks({ ...page, source: 'image' })), baseline(), 'clear'],
  ['near-miss: the brand itself', message(withLinks(link('https://www.google.com/maps'))), baseline(), 'clear'],
  ['near-miss: an ordinary host', message(withLinks(link('https://web.app.example/'))), baseline(), 'clear'],
]);
