import { expect, test } from '@jest/globals';
import type { Link } from '../../src/domain/message.ts';
import { measures } from '../../src/score/measures.ts';
import { linksOfText } from '../../src/traits/links.ts';
import { actor } from '../detectors/actors.ts';
import { address as addressOf, baseline, content, message, sender } from '../messages.ts';

const NEVER = { mailboxCount: 0, tenantCount: 0, senderCount: 0 };
const fresh = baseline({ linkDomains: new Map(['one.example', 'two.example'].map((domain) => [domain, NEVER])) });

function values(all: readonly Link[]): readonly number[] {
  const mail = message({ links: { all, clickable: all, totalCount: all.length } });
  return ['new-link-domains', 'tenant-new-link-domains', 'link-domains'].map(
    (id) => measures.find((measure) => measure.id === id)?.of(mail, fresh) ?? Number.NaN,
  );
}

test('what only stands in the text of a file has no part in how many a mail leads to', () => {
  const one = linksOfText('https://one.example/');
  const two = linksOfText('https://two.example/', 'attachment').map((link) => ({ ...link, isWritten: true as const }));
  expect(values([...one, ...two])).toEqual(values(one).map(() => Math.log1p(1)));
  expect(values([...one, ...linksOfText('https://two.example/')])).toEqual(values(one).map(() => Math.log1p(2)));
});

test.each([
  [0, 'the sender', 'Forms', 'forms@hub.example'],
  [0, 'the address that the name shows', 'bea@partner.example', 'bea@partner.example'],
  [1, 'somebody else', 'Forms', 'bea@partner.example'],
])('%i: replies go to %s', (expected, _whom, name, address) => {
  const shown = name.includes('@') ? { addressInName: name } : {};
  const mail = message({
    sender: sender('forms@hub.example', { name, ...shown, replyTo: [addressOf(address)] }),
  });
  expect(measures.find(({ id }) => id === 'reply-to-elsewhere')?.of(mail, baseline())).toBe(expected);
});

test.each([
  [0, 'whom an authenticated platform writes for', true, ['anna@kern.example']],
  [1, 'that one and somebody else', true, ['anna@kern.example', 'm@evil.example']],
  [1, 'whom a forged platform names', false, ['anna@kern.example']],
])('%i: replies go to %s', (expected, _whom, isAuthenticated, targets) => {
  const mail = message({
    sender: sender('noreply@bills.example', { replyTo: targets.map((one) => addressOf(one)) }),
    actors: [actor('anna@kern.example', { isAuthenticated })],
  });
  expect(measures.find(({ id }) => id === 'reply-to-elsewhere')?.of(mail, baseline())).toBe(expected);
});

test('what the mail to learn from has in phish alone is no new request', () => {
  const intents = ['trade-document', 'data-request', 'job-lure', 'payment-request'] as const;
  const mail = message({
    content: content('', { intents: intents.map((intent) => ({ intent, language: 'en', quote: '' })) }),
  });
  expect(measures.find(({ id }) => id === 'new-intents')?.of(mail, baseline())).toBe(1);
});
