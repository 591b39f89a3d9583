import { obfuscatedLinkHost } from '../../src/detectors/obfuscatedLinkHost.ts';
import type { Link } from '../../src/domain/message.ts';
import { baseline, link, message, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const to = (url: string, more: Partial<Link> = {}) => message(withLinks(link(url, more)));

detectorTable(obfuscatedLinkHost, [
  ['a bank’s name before the @', to('https://www.bank.example@evil.example/'), baseline(), 1],
  ['a user before the @', to('https://admin@evil.example/'), baseline(), 0.6],
  ['an IP address', to('http://203.0.113.9/a'), baseline(), 0.8],
  [
    'an IP address the mailbox is sent links to',
    to('http://203.0.113.9/a', { orgDomain: '203.0.113.9' }),
    baseline({ linkDomains: new Map([['203.0.113.9', { mailboxCount: 4, tenantCount: 4, senderCount: 1 }]]) }),
    0.24,
  ],
  ['Cyrillic among Latin', to('https://bank.example/', { unicodeHost: 'bаnk.example' }), baseline(), 1],
  ['Cyrillic that reads as Latin', to('https://bank.example/', { unicodeHost: 'сосо.example' }), baseline(), 1],
  ['letters encoded for no reason', to('https://evil.example/%6c%6f%67%69%6e'), baseline(), 0.7],
  ['a chain of subdomains', to('https://www.bank.example.login.session.id.evil.example/'), baseline(), 0.6],
  ['an odd port', to('http://evil.example:8181/'), baseline(), 0.4],
  ['near-miss: a device in the office', to('http://192.168.1.10/'), baseline(), 'clear'],
  ['a host that only begins like a private address', to('https://a@10.evil.example/'), baseline(), 0.6],
  ['near-miss: a usual port', to('https://partner.example:8443/'), baseline(), 'clear'],
  [
    'near-miss: an honest umlaut',
    to('https://xn--mller-kva.example/', { unicodeHost: 'müller.example' }),
    baseline(),
    'clear',
  ],
  [
    'Cyrillic that reads as Latin, under a Cyrillic suffix',
    to('https://xn--n1aaa.xn--c1avg/', { unicodeHost: 'сосо.орг' }),
    baseline(),
    1,
  ],
  ...['храм.орг', 'влада.срб', 'книга.бг'].map(
    (unicodeHost) =>
      [
        `near-miss: an honest name under a Cyrillic suffix: ${unicodeHost}`,
        to('https://xn--a.xn--b/', { unicodeHost }),
        baseline(),
        'clear',
      ] as const,
  ),
  [
    'near-miss: two labels of a Cyrillic suffix',
    to('https://xn--a.xn--b.xn--c/', { unicodeHost: 'школа.орг.срб', orgDomain: 'xn--a.xn--b.xn--c' }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: a name in one script',
    to('https://xn--80a.example/', { unicodeHost: 'почта-банк.example' }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: an encoded address as parameter',
    to('https://a.example/?u=https%3A%2F%2Fb.example%2F%3D%26'),
    baseline(),
    'clear',
  ],
  ['near-miss: a cloud host', to('https://files.s3.eu-central-1.amazonaws.com/a'), baseline(), 'clear'],
  ['near-miss: no web link', to('ssh://git@code.example:2222/p'), baseline(), 'clear'],
]);
