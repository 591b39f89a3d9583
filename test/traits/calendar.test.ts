import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInvites } from '../../src/traits/calendar.ts';
import { cpuClock } from '../cpuTime.ts';
import { part } from './parts.ts';

const calendar = (lines: readonly string[], head: readonly string[] = ['METHOD:REQUEST']): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...head, ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: readonly string[]): readonly string[] => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const asPart = (text: string) => part(undefined, text, { declaredType: 'text/calendar' });
const read = (text: string) => readInvites({ parts: [asPart(text)] }).invites;

describe('one invitation', () => {
  test('all that is read', () => {
    const text = calendar(
      event(
        'UID:1@x',
        'DTSTART:20261124T100000Z',
        'ORGANIZER;CN="Lind, Bea":MAILTO:Bea@Partner.Example',
        'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ana@acme.example',
        'ATTENDEE:mailto:ben@acme.example',
        'SUMMARY:Price talk',
        'DESCRIPTION:Join https://meet.partner.example/1\\nor call +1 202 555 0143 https://meet.part',
        ' ner.example/2',
        'LOCATION:https://rooms.example/x',
        'URL:https://partner.example/agenda',
      ),
    );
    expect(read(text)).toEqual([
      {
        method: 'REQUEST',
        organizer: {
          address: 'bea@partner.example',
          local: 'bea',
          domain: 'partner.example',
          orgDomain: 'partner.example',
          name: 'Lind, Bea',
        },
        attendeeCount: 2,
        summary: 'Price talk',
        linkHosts: ['meet.partner.example', 'rooms.example', 'partner.example'],
        phoneNumbers: ['+1 202 555 0143'],
        intents: [],
        pressureQuotes: [],
      },
    ]);
  });

  test('what it asks for', () => {
    const [found] = read(calendar(event('SUMMARY:Renewal', 'DESCRIPTION:Urgent: verify your account now')));
    expect(found?.intents).toMatchObject([{ intent: 'credential-request' }]);
    expect(found?.pressureQuotes).not.toEqual([]);
  });

  test.each([
    ['FREQ=DAILY;COUNT=400', { everyDays: 1, occurrenceCount: 400 }],
    ['FREQ=DAILY', { everyDays: 1 }],
    ['FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T100000Z', { everyDays: 14, occurrenceCount: 3 }],
    ['FREQ=MINUTELY;INTERVAL=30;COUNT=99', { everyDays: 1 / 48, occurrenceCount: 99 }],
    ['FREQ=DAILY;UNTIL=19990101', { everyDays: 1, occurrenceCount: 1 }],
    ['FREQ=DAILY;COUNT=99999999999999999999', { everyDays: 1, occurrenceCount: 1e20 }],
    ['FREQ=NEVER', undefined],
    ['nothing', undefined],
  ])('repeats: %s', (rule, recurrence) => {
    const [found] = read(calendar(event('DTSTART:20261124T100000Z', `RRULE:${rule}`, 'SUMMARY:x')));
    expect(found?.recurrence).toEqual(recurrence);
  });

  test.each([
    ['a reply', calendar(event('UID:1'), ['METHOD:reply']), { method: 'REPLY' }],
    [
      'who answers',
      calendar(event('ORGANIZER:mailto:ana@acme.example', 'ATTENDEE:mailto:Bea@Partner.Example'), ['METHOD:REPLY']),
      { organizer: { address: 'ana@acme.example' }, responder: { address: 'bea@partner.example' } },
    ],
    ['no method', calendar(event('UID:1'), []), { method: '' }],
    ['no organizer', calendar(event('SUMMARY:x')), { summary: 'x', attendeeCount: 0 }],
    ['an organizer that is no address', calendar(event('ORGANIZER:nobody')), { method: 'REQUEST' }],
    [
      'a description in HTML',
      calendar(event('X-ALT-DESC;FMTTYPE=text/html:<a href="https://evil.example/">x</a>')),
      { linkHosts: ['evil.example'] },
    ],
    ['bare line feeds', calendar(event('SUMMARY:x')).replaceAll('\r', ''), { summary: 'x' }],
    ['a line without a colon', calendar(event('SUMMARY:x', 'and more')), { summary: 'x' }],
    ['no end', 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:x', { method: 'REQUEST', summary: 'x' }],
    ['a broken date', calendar(event('DTSTART:tomorrow', 'RECURRENCE-ID:x', 'SUMMARY:x')), { summary: 'x' }],
    ['a long summary', calendar(event(`SUMMARY:${'x'.repeat(3_000)}`)), { summary: 'x'.repeat(500) }],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toMatchObject([expected]);
  });

  test.each([
    ['an answer of several', 'REPLY', ['bea@partner.example', 'eve@evil.example']],
    ['an invitation', 'REQUEST', ['bea@partner.example']],
  ])('nobody answers in %s', (_name, method, attendees) => {
    const lines = attendees.map((address) => `ATTENDEE:mailto:${address}`);
    expect(read(calendar(event(...lines), [`METHOD:${method}`]))[0]?.responder).toBeUndefined();
  });

  test.each([
    ['no calendar', 'hello'],
    ['nothing', ''],
    ['a to-do list', calendar(['BEGIN:VTODO', 'END:VTODO'])],
    ['zeros', '\0'.repeat(100)],
  ])('none in %s', (_name, text) => {
    expect(read(text)).toEqual([]);
  });
});

describe('parts', () => {
  const text = calendar(event('UID:1@x', 'SUMMARY:x', 'DESCRIPTION:https://evil.example/'));
  test('the same event as part and as file counts once', () => {
    expect(
      readInvites({ parts: [asPart(text), part('invite.ics', text.replaceAll('\r\n', '\n'))] }).invites,
    ).toHaveLength(1);
  });
  test('other files are none', () => {
    expect(readInvites({ parts: [part('invite.txt', text)] }).invites).toEqual([]);
  });
  test('links are the message’s', () => {
    expect(readInvites({ parts: [asPart(text)] }).links).toMatchObject([{ host: 'evil.example', source: 'calendar' }]);
  });
});

describe('bounds', () => {
  test('at most 20 events', () => {
    expect(read(calendar(Array.from({ length: 50 }, (_, i) => event(`UID:${i}`)).flat()))).toHaveLength(20);
  });
  test('of a long one the lines are cut', () => {
    const [invite] = read(
      calendar(
        event(
          `SUMMARY:${'x'.repeat(300_000)}`,
          `ATTACH;ENCODING=BASE64;VALUE=BINARY:${'A'.repeat(300_000)}`,
          'ORGANIZER:mailto:bea@partner.example',
        ),
      ),
    );
    expect(invite).toMatchObject({ summary: 'x'.repeat(500), organizer: { address: 'bea@partner.example' } });
  });
  test.each([
    ['attendees', calendar(event(...Array.from({ length: 6_000 }, (_, i) => `ATTENDEE;CN=a;X=b:mailto:${i}@a.ex`)))],
    ['events', calendar(Array.from({ length: 5_000 }, () => event('UID:1')).flat())],
    ['parameters', calendar(event(`SUMMARY;${'X=y;'.repeat(40_000)}Z=z:x`))],
    ['a folded line', calendar(event(`SUMMARY:${'x\r\n '.repeat(60_000)}`))],
    ['a quoted parameter', calendar(event(`SUMMARY;X="${'a'.repeat(200_000)}`))],
    ['carets', calendar(event(`SUMMARY;X="${"^'".repeat(100_000)}":x`))],
    ['commas', calendar(event(`CATEGORIES:${','.repeat(200_000)}`))],
    ['nesting', `${'BEGIN:VCALENDAR\r\n'.repeat(10_000)}`],
    ['a rule', calendar(event(`RRULE:FREQ=DAILY;BYDAY=${'MO,'.repeat(60_000)}TU`))],
    ['backslashes', calendar(event(`DESCRIPTION:${'\\n'.repeat(100_000)}`))],
  ])('many %s in time', (_name, text) => {
    const spentMs = cpuClock();
    read(text);
    expect(spentMs()).toBeLessThan(5_000);
  });
  test('any calendar is read', () => {
    const line = fc.constantFrom(
      'BEGIN:VEVENT',
      'END:VEVENT',
      'SUMMARY:x',
      'ORGANIZER:',
      'ATTENDEE;=:',
      'DTSTART;VALUE=DATE:1',
      'X-A;"":',
      ':',
      ' x',
      'RRULE:x',
      'UID;VALUE=BINARY:x',
      'URL:http://[',
      '__proto__:x',
      'constructor;x=y:z',
    );
    fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => read(calendar(lines)).length <= 20));
  });
});

describe('a link is seen', () => {
  const EVIL = 'https://login.evil-portal.example/a';
  const linksOf = (text: string): readonly string[] =>
    readInvites({ parts: [asPart(text)] }).links.map(({ url, source }) => `${source} ${url}`);
  test.each([
    ['in a conference', `CONFERENCE;VALUE=URI;FEATURE=VIDEO:${EVIL}`],
    ['as another reading of the text', `DESCRIPTION;ALTREP="${EVIL}":The agenda`],
    ['where Google keeps its meetings', `X-GOOGLE-CONFERENCE:${EVIL}`],
    ['where Microsoft keeps its own', `X-MICROSOFT-SKYPETEAMSMEETINGURL:${EVIL}`],
    ['as a file', `ATTACH:${EVIL}`],
    ['as the second file', `ATTACH;ENCODING=BASE64;VALUE=BINARY:aGk=\r\nATTACH;FMTTYPE=text/html:${EVIL}`],
    ['in a comment', `COMMENT:Sign in at ${EVIL} first`],
    ['in a reminder', `BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Sign in at ${EVIL}\r\nEND:VALARM`],
    ['behind a long text', `DESCRIPTION:${'x '.repeat(20_000)}${EVIL}`],
    ['behind a very long text', `DESCRIPTION:${'x '.repeat(200_000)}\\n${EVIL}\\, please`],
    ['behind a large file', `ATTACH;ENCODING=BASE64;VALUE=BINARY:${'A'.repeat(400_000)}\r\nURL:${EVIL}`],
    ['behind many lines', `${'X-A:x\r\n'.repeat(60_000)}URL:${EVIL}`],
  ])('%s', (_name, lines) => {
    expect(linksOf(calendar(event(lines)))).toEqual([`calendar ${EVIL}`]);
  });
  test('near-miss: no address, and a name that programs keep', () => {
    expect(
      linksOf(calendar(event('X-MICROSOFT-CDO-BUSYSTATUS:BUSY', 'X-A:example.com', 'CATEGORIES:https://a.example'))),
    ).toEqual([]);
  });
});
