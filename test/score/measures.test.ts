import { expect, test } from '@jest/globals';
import type { Link } from '../../src/domain/message.ts';
import { measures } from '../../src/score/measures.ts';
import { linksOfText } from '../../src/traits/links.ts';
import { baseline, message } from '../messages.ts';

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
