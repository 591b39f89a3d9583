import { mismatchedLinkText } from '../../src/detectors/mismatchedLinkText.ts';
import { baseline, correspondent, link, message, sender, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const shown = (shownText: string, shownHost: string, url: string) =>
  message(withLinks(link(url, { shownText, shownHost })));
const bank = (url: string) => shown('https://www.bank.example/a', 'www.bank.example', url);
const lie = shown('https://www.bank.example/login', 'www.bank.example', 'https://evil.example/x');
const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };

const counter = 'https://u1.ct.sendgrid.net/ls/click?upn=1';
const own = (url: string, more = {}) => ({
  ...shown('https://app.partner.example/verify', 'app.partner.example', url),
  sender: sender('bea@partner.example', { isProved: true, ...more }),
});

detectorTable(mismatchedLinkText, [
  ['an own address, the click counted', own(counter), baseline(), 0.3],
  [
    'a correspondent’s, the click counted: what a taken account would send',
    own(counter),
    baseline({ correspondent: correspondent('bea@partner.example', 40) }),
    1,
  ],
  ['an own address that leads elsewhere', own('https://evil.example/verify'), baseline(), 1],
  ['the address of a sender who is not proved', own(counter, { isProved: false }), baseline(), 1],
  ['somebody else’s address, the click counted', { ...bank(counter), sender: own(counter).sender }, baseline(), 1],
  [
    'the address of a freemail provider',
    {
      ...shown('https://www.gmail.com/', 'www.gmail.com', counter),
      sender: sender('cy@gmail.com', { isFreemail: true, isProved: true }),
    },
    baseline(),
    1,
  ],
  ['an address of somebody else', lie, baseline(), 1],
  ['only a name', shown('bank.example', 'bank.example', 'https://evil.example/'), baseline(), 0.6],
  ['clicks counted in a newsletter', { ...lie, bulk: newsletter }, baseline(), 0.3],
  [
    'an unsubscribe header excuses nobody who shows a brand',
    { ...shown('https://www.paypal.com/', 'www.paypal.com', 'https://evil.example/'), bulk: newsletter },
    baseline(),
    1,
  ],
  [
    'to a place the mailbox knows',
    lie,
    baseline({ linkDomains: new Map([['evil.example', { mailboxCount: 3, tenantCount: 3, senderCount: 1 }]]) }),
    0.4,
  ],
  [
    'wrapped around another target than shown',
    shown('https://www.bank.example/', 'www.bank.example', 'https://www.google.com/url?q=https://evil.example/'),
    baseline(),
    1,
  ],
  ...[
    'https://www.google.com/url?sa=t&url=https://evil.example/%3Fwww.bank.example',
    'https://www.google.com/url?q=https://www.bank.example/&url=https://evil.example/',
    'https://www.google.com/maps?q=https://www.bank.example/',
    'https://sites.google.com/view/www.bank.example',
    'https://outlook.com/?url=https://www.bank.example/',
    'https://urldefense.com/v3/__https://evil.example/www.bank.example__;!!a!b$',
    'https://urldefense.com/v2/url?u=https-3A__evil.example&x=/v3/__https://www.bank.example__;',
    'https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fwww.bank.example%2Fa',
  ].map((url) => [`the address shown elsewhere than as the target: ${url}`, bank(url), baseline(), 1] as const),
  [
    'a stranger’s page at a host of the brand shown',
    shown('https://accounts.google.com/', 'accounts.google.com', 'https://sites.google.com/view/x'),
    baseline({ linkDomains: new Map([['google.com', { mailboxCount: 3, tenantCount: 3, senderCount: 1 }]]) }),
    1,
  ],
  [
    'a newsletter from a freemail address is no brand’s',
    {
      ...shown('https://www.google.com/', 'www.google.com', 'https://evil.example/'),
      sender: sender('cy@gmail.com', { isFreemail: true }),
      bulk: newsletter,
    },
    baseline(),
    1,
  ],
  ...[
    'https://www.google.com/url?q=https://www.bank.example/a&sa=D',
    'https://urldefense.com/v3/__https://www.bank.example/a?b=1__;!!x!y$',
    'https://urldefense.proofpoint.com/v2/url?u=https-3A__www.bank.example_a-3Fb-3D1&d=x',
    'https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Fwww.bank.example/a&k=x',
    'https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.bank.example%2fa&c=E',
    'https://eu-west-1.protection.sophos.com/?d=bank.example&u=aHR0cHM6Ly93d3cuYmFuay5leGFtcGxlL2E=&i=x',
    'https://secure-web.cisco.com/1abc/https%3A%2F%2Fwww.bank.example%2Fa',
    'https://protect-eu.mimecast.com/s/abc?domain=bank.example',
    'https://ddec1-0-en-ctp.trendmicro.com/wis/clicktime/v1/query?url=https%3a%2f%2fwww.bank.example&umid=x',
    'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fwww.bank.example%2Fa__%3B!!x!y%24&data=z',
  ].map((url) => [`near-miss: wrapped around what is shown: ${url}`, bank(url), baseline(), 'clear'] as const),
  [
    'near-miss: wrapped by a gateway around what is shown',
    shown(
      'https://www.bank.example/a',
      'www.bank.example',
      'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.bank.example%2Fa',
    ),
    baseline(),
    'clear',
  ],
  [
    'near-miss: another host of the same organisation',
    shown('www.bank.example', 'www.bank.example', 'https://click.bank.example/1'),
    baseline(),
    'clear',
  ],
  [
    'near-miss: two domains of one brand',
    shown('www.office.com', 'www.office.com', 'https://www.microsoft.com/office'),
    baseline(),
    'clear',
  ],
  [
    'near-miss: a file name that looks like a host',
    shown('README.md', 'readme.md', 'https://code.example/p/README.md'),
    baseline(),
    'clear',
  ],
  [
    'near-miss: words',
    message(withLinks(link('https://evil.example/', { shownText: 'Sign in' }))),
    baseline(),
    'clear',
  ],
]);
