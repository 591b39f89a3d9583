import { embeddedBrandLink } from '../../src/detectors/embeddedBrandLink.ts';
import { baseline, content, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (url: string) => message(withLinks(link(url)));
const speaksOfPaypal = { content: content('Your PayPal account', { brands: [{ brand: 'paypal', where: 'text' }] }) };
const bea = correspondent('bea@partner.example', 40, { sent: tally(3) });

detectorTable(embeddedBrandLink, [
  ['a brand as subdomain', to('https://paypal.evil.example/'), baseline(), 0.9],
  [
    'a brand as subdomain, and the mail speaks of it',
    { ...to('https://paypal.evil.example/'), ...speaksOfPaypal },
    baseline(),
    1,
  ],
  ['glued to a lure', to('https://paypallogin.evil.example/'), baseline(), 0.9],
  ['with digits for letters', to('https://paypa1.evil.example/'), baseline(), 0.9],
  ['combined in the domain', to('https://paypal-help.example/'), baseline(), 0.5],
  ['glued to a lure in the domain', to('https://paypallogin.example/'), baseline(), 0.5],
  ['disguised in the domain', to('https://paypa1.example/'), baseline(), 0.5],
  ['of several words', to('https://bank-of-america.evil.example/'), baseline(), 0.9],
  ['with a dot inside', to('https://www.booking.com.evil.example/'), baseline(), 0.9],
  [
    'behind many decoys',
    message(
      withLinks(
        ...Array.from({ length: 25 }, (_, at) => link(`https://d${at}.decoy.example/`)),
        link('https://paypal.evil.example/'),
      ),
    ),
    baseline(),
    0.9,
  ],
  [
    'on a stranger’s page at another brand’s host, which the mailbox is sent links to',
    { ...to('https://sites.google.com/view/paypal-login'), ...speaksOfPaypal },
    baseline({ linkDomains: new Map([['google.com', { mailboxCount: 2, tenantCount: 2, senderCount: 1 }]]) }),
    0.5,
  ],
  ['under another suffix', to('https://paypal.example/'), baseline(), 0.3],
  [
    'in the path, and the mail speaks of it',
    { ...to('https://evil.example/paypal/login'), ...speaksOfPaypal },
    baseline(),
    0.5,
  ],
  ['our name in front of a stranger’s domain', to('https://acme.evil.example/'), baseline(), 0.7],
  [
    'our name with a hyphen',
    to('https://acme-tools.evil.example/'),
    baseline({ mailbox: 'ana@acme-tools.example' }),
    0.7,
  ],
  ['our name in the path', to('https://evil.example/acme/login'), baseline(), 0.4],
  ['near-miss: the brand itself', to('https://www.paypal.com/paypal'), baseline(), 'clear'],
  ['near-miss: a brand in the path of an article', to('https://news.example/2026/paypal-results'), baseline(), 'clear'],
  [
    'near-miss: a page in a social network',
    { ...to('https://www.linkedin.com/company/paypal'), ...speaksOfPaypal },
    baseline(),
    'clear',
  ],
  [
    'near-miss: the sender’s own host',
    { ...to('https://paypal.shop.example/'), sender: sender('news@shop.example') },
    baseline(),
    'clear',
  ],
  [
    'near-miss: a host the mailbox is sent links to',
    to('https://acme.tracker.example/'),
    baseline({ linkDomains: new Map([['tracker.example', { mailboxCount: 2, tenantCount: 2, senderCount: 1 }]]) }),
    'clear',
  ],
  [
    'near-miss: our name, from a correspondent',
    to('https://acme.tracker.example/'),
    baseline({ correspondent: bea }),
    'clear',
  ],
  [
    'near-miss: half of our name',
    to('https://acme.other.example/'),
    baseline({ mailbox: 'ana@acme-tools.example' }),
    'clear',
  ],
  ['near-miss: names of servers', to('https://mail-ru.partner-2.example/'), baseline(), 'clear'],
  ['near-miss: a page at a brand’s host', to('https://sites.google.com/view/chess'), baseline(), 'clear'],
  ['near-miss: our name as part of a word', to('https://acmeology.example/'), baseline(), 'clear'],
]);
