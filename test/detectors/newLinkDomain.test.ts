import { newLinkDomain } from '../../src/detectors/newLinkDomain.ts';
import type { Prevalence } from '../../src/domain/baseline.ts';
import { baseline, content, correspondent, link, message, sender, withLinks } from '../messages.ts';
import { asking } from './requests.ts';
import { detectorTable } from './table.ts';

const linking = (...urls: readonly string[]) => message(withLinks(...urls.map((url) => link(url))));
const toOther = linking('https://www.other.example/offer');
const seen = (of: Partial<Prevalence>) =>
  new Map([['other.example', { mailboxCount: 0, tenantCount: 0, senderCount: 0, ...of }]]);
const newAt = (orgDomain: string) =>
  baseline({ linkDomains: new Map([[orgDomain, { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]) });
const learning = { stage: 'learning', messageCount: 100, ageDays: 30 } as const;

const counted = linking('https://u1.ct.sendgrid.net/ls/click?upn=1');
const newCounter = baseline({
  linkDomains: new Map([['sendgrid.net', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]),
});
const proved = { sender: sender('bea@partner.example', { isProved: true }) };

detectorTable(newLinkDomain, [
  ['clicks counted for a proved sender', { ...counted, ...proved }, newCounter, 0.4],
  [
    'clicks counted in a reset of a password',
    { ...counted, ...proved, content: asking('credential-request', ['reset your password']) },
    newCounter,
    0.7,
  ],
  [
    'clicks counted for who presses',
    {
      ...counted,
      ...proved,
      content: asking('credential-request', ['verify your account'], { pressureQuotes: ['within 24 hours'] }),
    },
    newCounter,
    1,
  ],
  [
    'clicks counted on the way to a prize',
    { ...counted, ...proved, content: asking('windfall', ['claim your tokens']) },
    newCounter,
    1,
  ],
  [
    'clicks counted for who shows another address as a name',
    { ...counted, sender: { ...proved.sender, addressInName: 'support@wallet.example' } },
    newCounter,
    1,
  ],
  [
    'clicks counted for who bears a brand’s name',
    { ...counted, ...proved, content: content('', { brands: [{ brand: 'paypal', where: 'display-name' }] }) },
    newCounter,
    1,
  ],
  [
    'clicks counted for a correspondent: what a taken account would send',
    { ...counted, ...proved },
    { ...newCounter, correspondent: correspondent('bea@partner.example', 40) },
    1,
  ],
  [
    'clicks counted beside a brand that is somebody else’s',
    { ...counted, ...proved, content: content('', { brands: [{ brand: 'microsoft', where: 'subject' }] }) },
    newCounter,
    1,
  ],
  ['clicks counted for anybody else', counted, newCounter, 1],
  ['a proved sender’s link elsewhere', { ...toOther, ...proved }, baseline({ linkDomains: seen({}) }), 1],
  ['new to mailbox and tenant', toOther, baseline({ linkDomains: seen({}) }), 1],
  ['new to the mailbox only', toOther, baseline({ linkDomains: seen({ tenantCount: 9 }) }), 0.4],
  ['a mailbox half way to steady', toOther, baseline({ linkDomains: seen({}), maturity: learning }), 0.5],
  [
    'a newsletter’s new tool',
    { ...toOther, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } },
    baseline({ linkDomains: seen({}) }),
    0.5,
  ],
  [
    'behind many hosts of one organisation',
    linking(...Array.from({ length: 25 }, (_, at) => `https://d${at}.partner.example/`), 'https://www.other.example/'),
    baseline({ linkDomains: seen({}) }),
    1,
  ],
  [
    'a stranger’s page at a brand’s host',
    message(withLinks(link('https://evil-page.wordpress.com/', { orgDomain: 'evil-page.wordpress.com' }))),
    baseline({
      linkDomains: new Map([['evil-page.wordpress.com', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]),
    }),
    1,
  ],
  ['near-miss: seen once in this mailbox', toOther, baseline({ linkDomains: seen({ mailboxCount: 1 }) }), 'clear'],
  [
    'near-miss: the sender’s own domain',
    linking('https://www.partner.example/'),
    baseline({ linkDomains: new Map([['partner.example', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]) }),
    'clear',
  ],
  [
    'near-miss: our own domain',
    linking('https://wiki.acme.example/'),
    baseline({ linkDomains: new Map([['acme.example', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]) }),
    'clear',
  ],
  [
    'near-miss: a brand everyone knows',
    linking('https://www.microsoft.com/'),
    baseline({ linkDomains: new Map([['microsoft.com', { mailboxCount: 0, tenantCount: 0, senderCount: 0 }]]) }),
    'clear',
  ],
  [
    'near-miss: an article',
    linking('https://www.handelsblatt.com/unternehmen/papier/1.html'),
    newAt('handelsblatt.com'),
    'clear',
  ],
  [
    'a publisher’s redirector to nobody knows where',
    linking('https://www.handelsblatt.com/redirect/8fK2mQ9x'),
    newAt('handelsblatt.com'),
    1,
  ],
  [
    'a publisher’s page with an address that does not read',
    linking('https://www.bbc.com/ws?url=Zm9vYmFyYmF6MTIz'),
    newAt('bbc.com'),
    1,
  ],
  [
    'near-miss: an article that somebody shares',
    linking('https://www.ft.com/content/2cbd1e36-0c0f-4b9f-8a77-1f2e3d4c5b6a?shareType=gift&token=9b2f77c1aa'),
    newAt('ft.com'),
    'clear',
  ],
  ['what lies below a publisher', linking('https://kunden.handelsblatt.com/x'), newAt('handelsblatt.com'), 1],
  ['a look-alike of a publisher', linking('https://www.handelsblatt.com.evil.example/'), newAt('evil.example'), 1],
  [
    'past a publisher to somebody else',
    linking('https://www.handelsblatt.com/redirect?url=https%3A%2F%2Fevil.example%2F'),
    newAt('handelsblatt.com'),
    1,
  ],
  [
    'beside an article',
    linking('https://www.ft.com/content/1', 'https://www.other.example/'),
    baseline({ linkDomains: seen({}) }),
    1,
  ],
  ['near-miss: not looked up', toOther, baseline(), 'clear'],
  [
    'near-miss: a picture loaded from there',
    message(withLinks(link('https://www.other.example/logo.png', { source: 'image' }))),
    baseline({ linkDomains: seen({}) }),
    'clear',
  ],
  [
    'a blank mailbox',
    toOther,
    baseline({ linkDomains: seen({}), maturity: { stage: 'blank', messageCount: 3, ageDays: 1 } }),
    'skipped',
  ],
  ['outbound mail', { ...toOther, direction: 'outbound' }, baseline({ linkDomains: seen({}) }), 'skipped'],
]);
