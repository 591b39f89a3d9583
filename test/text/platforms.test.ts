import { describe, expect, test } from '@jest/globals';
import data from '../../models/platforms.json' with { type: 'json' };
import { actorIn, type PatternPlace, type Platform, platformOf, readActor } from '../../src/text/platforms.ts';
import { cpuClock } from '../cpuTime.ts';

const platform = (sender: string): Platform => {
  const found = platformOf(sender);
  if (found === undefined) throw new Error(`${sender} is no platform`);
  return found;
};

describe('platformOf', () => {
  test.each([
    ['drive-shares-dm-noreply@google.com', 'google-drive'],
    ['dse_eu1@eumail.docusign.net', 'docusign'],
    ['noreply@email.teams.microsoft.com', 'microsoft-teams'],
    ['jira@kern.atlassian.net', 'atlassian'],
    ['noreply@email.apple.com', 'icloud-calendar'],
    ['comments-wye5@email.figma.com', 'figma'],
    ['notifications@yousign.app', 'yousign'],
    ['invoicing@messaging.squareup.com', 'square'],
    ['forms-receipts-noreply@google.com', 'google-forms'],
    ['no_reply@email.apple.com', undefined],
    ['anna.kern@calendly.com', undefined],
    ['anna.kern@webex.com', undefined],
    ['noreply@sevdesk.de', 'sevdesk'],
    ['noreply@remail.freeagentcentral.com', 'freeagent'],
    ['notifications@calendly.com', 'calendly'],
    ['member@surveymonkeyuser.com', 'surveymonkey'],
    ['noreply@sevdesk.de.evil.example', undefined],
    ['noreply@sevdesk-rechnung.de', undefined],
    ['brendan@google.com', undefined],
    ['neela@microsoft.com', undefined],
    ['a@docusign.net.evil.example', undefined],
    ['a@notdocusign.net', undefined],
    ['', undefined],
  ])('%s: %s', (sender, id) => expect(platformOf(sender)?.id).toBe(id));
});

describe('actorIn', () => {
  test.each<[string, PatternPlace, string, object | undefined]>([
    ['drive-shares-noreply@google.com', 'from', 'Anna Kern (via Google Docs)', { name: 'Anna Kern' }],
    ['drive-shares-noreply@google.com', 'from', 'Anna Kern (über Google Drive)', { name: 'Anna Kern' }],
    ['drive-shares-noreply@google.com', 'from', 'Google Drive', undefined],
    [
      'drive-shares-noreply@google.com',
      'text',
      '  Anna Kern (anna@kern-ag.example)  has invited you to edit the following document:',
      { name: 'Anna Kern', address: 'anna@kern-ag.example' },
    ],
    ['no-reply@dropbox.com', 'subject', 'Anna Kern shared "Plan" with you', { name: 'Anna Kern' }],
    ['dse@docusign.net', 'from', 'Anna Kern via DocuSign', { name: 'Anna Kern' }],
    ['dse@docusign.net', 'from', 'DocuSign NA3 System', undefined],
    ['dse@docusign.net', 'text', 'Sender: Anna Kern', { name: 'Anna Kern' }],
    ['service@paypal.com', 'subject', 'Invoice from Kern AG (0042)', { name: 'Kern AG' }],
    ['service@paypal.com', 'text', 'Kern AG sent you an invoice for $99.99 USD', { name: 'Kern AG' }],
    ['service@paypal.de', 'text', 'Kern AG hat Ihnen eine Rechnung geschickt', { name: 'Kern AG' }],
    ['service@paypal.com', 'subject', 'PayPal sent you an invoice', undefined],
    ['quickbooks@notification.intuit.com', 'from', 'Kern AG', { name: 'Kern AG' }],
    ['invoicing@messaging.squareup.com', 'subject', 'New invoice from Kern AG (#0002)', { name: 'Kern AG' }],
    ['venmo@venmo.com', 'subject', 'Anna Kern requests $35.00', { name: 'Anna Kern' }],
    ['no-reply@zoom.us', 'text', 'Anna Kern is inviting you to a scheduled Zoom meeting.', { name: 'Anna Kern' }],
    [
      'noreply@wetransfer.com',
      'subject',
      'anna@kern.example sent you a.pdf via WeTransfer',
      { address: 'anna@kern.example' },
    ],
    [
      'noreply@email.teams.microsoft.com',
      'text',
      'Kern Billing (external, kern.example) wants to chat with you.',
      { name: 'Kern Billing' },
    ],
    ['messenger@webex.com', 'from', 'Anna Kern', { name: 'Anna Kern' }],
    ['messenger@webex.com', 'from', 'Cisco Webex', undefined],
    ['messenger@webex.com', 'text', 'Anna Kern invites you to a Webex meeting.', { name: 'Anna Kern' }],
    ['notifications@calendly.com', 'from', 'Anna Kern', { name: 'Anna Kern' }],
    ['notifications@calendly.com', 'from', 'Calendly', undefined],
    ['mailer@doodle.com', 'subject', 'Anna Kern lädt Sie zur Umfrage "Jour fixe" ein', { name: 'Anna Kern' }],
    ['notifications@yousign.app', 'from', 'Youtrust pour Kern SA', { name: 'Kern SA' }],
    ['no-reply@email.figma.com', 'from', 'Anna Kern (via Figma)', { name: 'Anna Kern' }],
    ['no-reply@email.figma.com', 'subject', 'Anna Kern invited you to view Label', { name: 'Anna Kern' }],
    ['noreply@email.apple.com', 'subject', 'Anna Kern invited you to “Jour fixe”', { name: 'Anna Kern' }],
    ['noreply@email.apple.com', 'subject', 'Your subscription is confirmed', undefined],
    ['notifications@calendly.com', 'text', 'You are scheduled with Anna Kern.', { name: 'Anna Kern' }],
    ['noreply@wetransfer.com', 'subject', 'Your transfer has expired', undefined],
    ['noreply@wetransfer.com', 'subject', '', undefined],
    ['noreply@wetransfer.com', 'subject', `${'a'.repeat(130)} sent you a.pdf`, undefined],
    // U+0130 gets longer when it gets small: no place may slip by that.
    ['noreply@wetransfer.com', 'subject', 'İİİ Kern sent you a.pdf', { name: 'İİİ Kern' }],
  ])('%s, %s: %s', (sender, place, line, expected) => {
    expect(actorIn(line, place, platform(sender))).toEqual(expected);
  });

  test('a megabyte of almost-patterns takes no time', () => {
    const line = 'has invited you to shared ('.repeat(40_000);
    const spentMs = cpuClock();
    for (const place of ['from', 'subject', 'text'] as const) actorIn(line, place, platform('no-reply@dropbox.com'));
    expect(spentMs()).toBeLessThan(100);
  });
});

test.each([
  ['"Anna Kern" <anna@kern.example>', { name: 'Anna Kern', address: 'anna@kern.example' }],
  ['  ', undefined],
  ['()', undefined],
])('readActor %s', (written, expected) => expect(readActor(written)).toEqual(expected));

describe('models/platforms.json', () => {
  const all = data.platforms;
  const sorted = (items: readonly string[]) => [...new Set(items)].length === items.length;
  test.each(all.map((one) => [one.id, one] as const))('%s', (_id, { senders, own, from, subject, text, kind }) => {
    expect(['share', 'sign', 'invoice', 'meeting', 'comment']).toContain(kind);
    for (const written of [...senders, ...own]) expect(written).toBe(written.toLowerCase());
    for (const pattern of [...from, ...subject, ...text]) {
      expect(pattern).toBe(pattern.toLowerCase());
      expect(pattern.split('{actor}')).toHaveLength(2);
      expect(pattern).not.toMatch(/\}\*|\*\{|\*\*/);
    }
    expect([senders, own, from, subject, text].every(sorted)).toBe(true);
  });
  test('a sender belongs to one platform', () => {
    const senders = all.flatMap((one) => one.senders);
    expect(new Set(senders).size).toBe(senders.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
});
