import { brandImpersonation } from '../../src/detectors/brandImpersonation.ts';
import type { Content } from '../../src/domain/message.ts';
import { findBrands } from '../../src/text/lists.ts';
import { baseline, content, correspondent, link, message, sender, tally, withLinks } from '../messages.ts';
import { detectorTable } from './table.ts';

const stranger = 'noreply@unrelated.example';
const from = (of: string, where: Content['brands'][number]['where'], brands = ['paypal'], more = {}) =>
  message({
    sender: sender(of, { name: 'PayPal Service', ...more }),
    content: content('', { brands: brands.map((brand) => ({ brand, where })) }),
  });
const named = (where: Content['brands'][number]['where'], text: string) => from(stranger, where, [...findBrands(text)]);
const list = { isList: true, hasUnsubscribe: true, isAutomatic: false };
const known = { orgDomain: 'unrelated.example', received: tally(9), senderCount: 1 };

/** As a club's own WordPress writes: under the program's name, from the club's domain, with links back to it. */
const copy = (
  more: Parameters<typeof sender>[1] = {},
  url = 'https://club.example/wp-login.php?action=rp',
  said = {},
) => ({
  ...message(withLinks(link(url))),
  sender: sender('wordpress@club.example', { name: 'WordPress', isProved: true, ...more }),
  content: content('', { brands: [{ brand: 'wordpress-com', where: 'display-name' as const }], ...said }),
});

/** As Exchange sends mail back. */
const bounce = (
  more: Parameters<typeof sender>[1] = {},
  url = 'https://go.microsoft.com/fwlink/?LinkId=525921',
  said = {},
) => ({
  ...message(withLinks(link(url))),
  sender: sender('microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@guild.onmicrosoft.com', {
    name: 'Microsoft Outlook',
    isProved: true,
    ...more,
  }),
  content: content('', { brands: [{ brand: 'microsoft', where: 'display-name' as const }], ...said }),
});

detectorTable(brandImpersonation, [
  ['what Exchange sends back', bounce(), baseline(), 0.25],
  ['the same, not proved, with links to Microsoft alone', bounce({ isProved: false }), baseline(), 0.25],
  ['the same with the domain that was written to', bounce({}, 'https://guild.example/'), baseline(), 0.25],
  ['such a domain where nothing is proved', bounce({ isProved: false }, 'https://guild.example/'), baseline(), 1],
  ['the same from another address', bounce({ local: 'postmaster' }), baseline(), 1],
  ['the same with a link elsewhere', bounce({}, 'https://evil.example/release'), baseline(), 1],
  ['the same with a page of the sender', bounce({}, 'https://guild.onmicrosoft.com/login'), baseline(), 1],
  ['the same with a page that anybody has at Microsoft', bounce({}, 'https://forms.office.com/r/1'), baseline(), 1],
  [
    'the same with a request',
    bounce({}, undefined, { intents: [{ intent: 'credential-request', language: 'en', quote: 'sign in' }] }),
    baseline(),
    1,
  ],
  ['the same with a form', bounce({}, undefined, { formCount: 1 }), baseline(), 1],
  ['the same with haste', bounce({}, undefined, { pressureQuotes: ['within 24 hours'] }), baseline(), 1],
  ['software that writes for whoever runs it', copy(), baseline(), 0.25],
  ['who is not proved', copy({ isProved: false }), baseline(), 1],
  ['under another address', copy({ local: 'security' }), baseline(), 1],
  ['under a name with an addition', copy({ name: 'WordPress Security' }), baseline(), 1],
  ['with a link elsewhere', copy({}, 'https://evil.example/wp-login.php'), baseline(), 1],
  [
    'that speaks of itself',
    copy({}, undefined, {
      brands: [
        { brand: 'wordpress', where: 'display-name' },
        { brand: 'wordpress', where: 'subject' },
      ],
    }),
    baseline(),
    1,
  ],
  ['with haste', copy({}, undefined, { pressureQuotes: ['within 24 hours'] }), baseline(), 1],
  [
    'for the site of the organisation itself',
    { ...copy(), subject: '[acme.example] Your database must be upgraded' },
    baseline(),
    1,
  ],
  [
    'a brand that is no such software',
    {
      ...copy({ name: 'PayPal', local: 'paypal' }),
      content: content('', { brands: [{ brand: 'paypal', where: 'display-name' }] }),
    },
    baseline(),
    1,
  ],
  [
    'the brand’s own domain, forged',
    from('service@paypal.com', 'display-name', ['paypal'], { isProved: false }),
    baseline(),
    1,
  ],
  [
    'the same as a forward breaks it: it asks for nothing and leads home',
    {
      ...from('service@paypal.com', 'display-name', ['paypal'], { isProved: false }),
      ...withLinks(link('https://www.paypal.com/activity')),
    },
    baseline(),
    0.4,
  ],
  [
    'the same, through a list',
    { ...from('service@paypal.com', 'display-name', ['paypal'], { isProved: false }), bulk: list },
    baseline(),
    0.5,
  ],
  [
    'near-miss: the brand itself',
    from('service@paypal.com', 'display-name', ['paypal'], { isProved: true }),
    baseline(),
    'clear',
  ],
  ['near-miss: the brand where nobody looked', from('service@paypal.com', 'display-name'), baseline(), 'clear'],
  ['a brand as the sender’s name', from(stranger, 'display-name'), baseline(), 1],
  ['in the subject', from(stranger, 'subject'), baseline(), 0.25],
  ['in the text alone', from(stranger, 'text'), baseline(), 0.15],
  [
    'a freemail address is no brand’s',
    from('paypal@gmail.com', 'display-name', ['paypal'], { isFreemail: true }),
    baseline(),
    1,
  ],
  ['in kana as the sender’s name', named('display-name', 'メルカリ事務局'), baseline(), 1],
  ['in half-width kana in the subject', named('subject', '【ﾒﾙｶﾘ】重要なお知らせ'), baseline(), 0.25],
  ['in an English text', named('text', 'I sold my old bicycle on Mercari yesterday.'), baseline(), 0.15],
  ['the same in a Japanese text', named('text', '昨日、古い自転車をメルカリで売りました。'), baseline(), 0.15],
  ['near-miss: no brand', named('text', 'みずほさん、郵便局でりんごとアップルパイを買いました。'), baseline(), 'clear'],
  ['one brand writes for another', from('no-reply@microsoft.com', 'display-name'), baseline(), 0.4],
  ['an employer named on a list', { ...from(stranger, 'display-name'), bulk: list }, baseline(), 0.5],
  ['a colleague’s domain does not excuse the name', from(stranger, 'display-name'), baseline({ domain: known }), 1],
  ['near-miss: the brand itself', from('service@mail.paypal.com', 'display-name'), baseline(), 'clear'],
  [
    'near-miss: a footer full of networks',
    from(stranger, 'text', ['paypal', 'facebook', 'amazon']),
    baseline(),
    'clear',
  ],
  ['near-miss: talk about a brand on a list', { ...from(stranger, 'subject'), bulk: list }, baseline(), 'clear'],
  ['near-miss: talk about a brand from a known domain', from(stranger, 'text'), baseline({ domain: known }), 'clear'],
  [
    'near-miss: an established correspondent',
    from(stranger, 'display-name'),
    baseline({ correspondent: correspondent(stranger, 3, { sent: tally(2) }) }),
    'clear',
  ],
]);
