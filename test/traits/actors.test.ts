import { describe, expect, test } from '@jest/globals';
import type { Authentication } from '../../src/domain/message.ts';
import { actors } from '../../src/traits/actors.ts';
import { sender } from '../../src/traits/sender.ts';
import { cpuClock } from '../cpuTime.ts';
import { address, invite, message } from '../messages.ts';
import { written } from '../parse/written.ts';

const { authentication } = message();

async function actorOf(headers: readonly string[], text = '', claim: Authentication | undefined = authentication) {
  const mail = await written(headers);
  const found = actors(mail, text, sender(mail, ['acme.example']), claim);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
}

describe('who acts', () => {
  test('the sharer, in From and Reply-To', async () => {
    const headers = [
      'From: "Anna Kern (via Google Docs)" <drive-shares-dm-noreply@google.com>',
      'Reply-To: Anna Kern <anna@kern-ag.example>',
    ];
    expect(await actorOf(headers)).toEqual({
      platform: 'google-drive',
      kind: 'share',
      name: 'Anna Kern',
      nameKey: 'anna kern',
      address: expect.objectContaining({ address: 'anna@kern-ag.example', orgDomain: 'kern-ag.example' }),
      addressFrom: 'Reply-To',
      isAuthenticated: true,
      isNamedInFrom: true,
    });
  });
  test('the sharer, by a bare name in From', async () => {
    const headers = [
      'From: Anna Kern <no-reply@sharepointonline.com>',
      'Reply-To: anna@kern-ag.example',
      'Subject: Anna Kern shared "Plan" with you',
    ];
    expect(await actorOf(headers)).toMatchObject({ platform: 'sharepoint', name: 'Anna Kern', isNamedInFrom: true });
    expect(await actorOf(['From: SharePoint Online <no-reply@sharepointonline.com>'])).toBeUndefined();
  });
  test('the biller, in the body', async () => {
    const found = await actorOf(
      ['From: service@paypal.com', 'Subject: You have a new invoice'],
      'Hello, Ana\nKern AG (billing@kern.example) sent you an invoice for $900',
    );
    expect(found).toMatchObject({ name: 'Kern AG', addressFrom: 'words', isNamedInFrom: false });
    expect(found?.address?.address).toBe('billing@kern.example');
  });
  test('the commenter, by the platform’s own header before the subject', async () => {
    const headers = ['From: notifications@github.com', 'X-GitHub-Sender: annakern', 'Subject: Bob invited you to x/y'];
    expect(await actorOf(headers)).toMatchObject({ platform: 'github', kind: 'comment', name: 'annakern' });
  });
  test('where replies go counts more than an address in a name', async () => {
    const headers = ['From: "ceo@acme.example (via Dropbox)" <no-reply@dropbox.com>', 'Reply-To: mallory@evil.example'];
    expect(await actorOf(headers)).toMatchObject({
      addressFrom: 'Reply-To',
      address: { address: 'mallory@evil.example' },
    });
  });
  test('who holds the meeting', async () => {
    const mail = await written(['From: calendar-notification@google.com']);
    const invites = [invite({ organizer: address('anna@kern.example', 'Anna Kern') })];
    expect(actors(mail, '', sender(mail, []), authentication, invites)).toMatchObject([
      {
        platform: 'google-calendar',
        name: 'Anna Kern',
        addressFrom: 'organizer',
        address: { address: 'anna@kern.example' },
      },
    ]);
    const share = await written(['From: no-reply@dropbox.com']);
    expect(actors(share, '', sender(share, []), authentication, invites)).toEqual([]);
  });
  test('who booked through a scheduling service: replies go to the host', async () => {
    const headers = ['From: Anna Kern <notifications@calendly.com>', 'Reply-To: anna@kern.example'];
    expect(await actorOf(headers)).toMatchObject({
      platform: 'calendly',
      name: 'Anna Kern',
      address: { address: 'anna@kern.example' },
      isNamedInFrom: true,
    });
    const own = ['From: Calendly <notifications@calendly.com>', 'Subject: Your trial ends'];
    expect(await actorOf(own)).toBeUndefined();
  });
  test('whose iCloud calendar it is, and not Apple for itself', async () => {
    const mail = await written(['From: Bea Lind <noreply@email.apple.com>', 'Subject: Invitation']);
    const invites = [invite({ organizer: address('bea@partner.example', 'Bea Lind') })];
    expect(actors(mail, '', sender(mail, []), authentication, invites)).toMatchObject([
      { platform: 'icloud-calendar', address: { address: 'bea@partner.example' }, addressFrom: 'organizer' },
    ]);
    expect(await actorOf(['From: App Store <noreply@email.apple.com>', 'Subject: Your receipt'])).toBeUndefined();
  });
  test('unknown authentication is said', async () => {
    const headers = ['From: Anna Kern via DocuSign <dse@docusign.net>'];
    const mail = await written(headers);
    expect(actors(mail, '', sender(mail, []), undefined)).toMatchObject([
      { name: 'Anna Kern', isAuthenticated: false },
    ]);
  });
});

describe('nobody', () => {
  test.each([
    ['a look-alike of the platform', ['From: "Anna Kern (via Google Docs)" <drive-shares@g00gle.example>']],
    ['somebody who works there', ['From: Anna Kern <anna.kern@google.com>', 'Subject: Anna Kern shared a file']],
    ['the platform for itself', ['From: DocuSign <no-reply@docusign.com>', 'Subject: Your trial ends']],
    ['replies to the platform', ['From: Dropbox <no-reply@dropbox.com>', 'Reply-To: no-reply@mail.dropbox.com']],
  ])('%s', async (_what, headers) => expect(await actorOf(headers)).toBeUndefined());
  test('mail that the border says is not the platform’s', async () => {
    const forged = { ...authentication, isAligned: false };
    expect(await actorOf(['From: Anna Kern via DocuSign <dse@docusign.net>'], '', forged)).toBeUndefined();
  });
});

test('a megabyte of body is not searched', async () => {
  const spentMs = cpuClock();
  await actorOf(['From: service@paypal.com'], 'sent you an invoice is requesting '.repeat(30_000));
  await actorOf(['From: service@paypal.com'], 'a\n'.repeat(500_000));
  expect(spentMs()).toBeLessThan(500);
});
