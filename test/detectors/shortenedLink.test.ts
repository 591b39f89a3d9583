import { shortenedLink } from '../../src/detectors/shortenedLink.ts';
import { baseline, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const shortLink = link('https://bit.ly/3abcdef');
const short = message(withLinks(shortLink));
const toBrands = message(withLinks(link('https://goo.gl/3abcdef')));

detectorTable(shortenedLink, [
  ['from a stranger', short, baseline(), 1],
  [
    'behind many decoys',
    message(withLinks(...Array.from({ length: 25 }, (_, at) => link(`https://d${at}.decoy.example/`)), shortLink)),
    baseline(),
    1,
  ],
  [
    'a freemail address is no brand’s',
    { ...toBrands, sender: sender('cy@gmail.com', { isFreemail: true }) },
    baseline(),
    1,
  ],
  [
    'from a correspondent',
    short,
    baseline({ correspondent: correspondent('bea@partner.example', 40, { sent: tally(3) }) }),
    0.3,
  ],
  ['in a newsletter', { ...short, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } }, baseline(), 0.5],
  [
    'seen before: it leads elsewhere each time',
    short,
    baseline({ linkDomains: new Map([['bit.ly', { mailboxCount: 9, tenantCount: 9, senderCount: 5 }]]) }),
    1,
  ],
  ['near-miss: from the shortener itself', { ...short, sender: sender('news@bit.ly') }, baseline(), 'clear'],
  ['near-miss: a brand’s own', { ...toBrands, sender: sender('news@google.com') }, baseline(), 'clear'],
  ['near-miss: a short name of a host', message(withLinks(link('https://b.example/3abcdef'))), baseline(), 'clear'],
]);
