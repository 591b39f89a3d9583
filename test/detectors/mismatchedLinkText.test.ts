import { mismatchedLinkText } from '../../src/detectors/mismatchedLinkText.ts';
import { baseline, link, message, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const shown = (shownText: string, shownHost: string, url: string) =>
  message(withLinks(link(url, { shownText, shownHost })));
const lie = shown('https://www.bank.example/login', 'www.bank.example', 'https://evil.example/x');
const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };

detectorTable(mismatchedLinkText, [
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
