/** Links in invitations. */
import { describe, expect, test } from '@jest/globals';
import { HEAD, LOCKED, single, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

describe('calendars', () => {
  const event = (...lines: readonly string[]): readonly string[] => [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  const invite = (...lines: readonly string[]): Buffer =>
    single('text/calendar; method=REQUEST', '7bit', event(...lines).join('\r\n'));
  test('descriptions, places and addresses; all other lines stay', async () => {
    const raw = invite(
      'SUMMARY;LANGUAGE=en:Call\\, soon https://good.example',
      'DESCRIPTION:Join:\\nhttps://evil.example/x\\n\\nnow\\, or ',
      ' never; see https://ev',
      ' il.example/y',
      'LOCATION;ALTREP="https://evil.example/z":https://evil.example/room',
      'URL:https://evil.example/u',
      'ATTACH;FMTTYPE=text/html:https://evil.example/a.html',
      'X-ALT-DESC;FMTTYPE=text/html:<a href="https://evil.example/x">Join</a>',
      'DTSTART:20261125T100000Z',
    );
    const unfolded = (await text(raw))
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .slice(HEAD.length + 3);
    expect(unfolded).toEqual(
      event(
        'SUMMARY;LANGUAGE=en:Call\\, soon https://good.example',
        `DESCRIPTION:Join:\\n${LOCKED}\\n\\nnow\\, or never; see ${LOCKED}`,
        `LOCATION;ALTREP="${LOCKED}":${LOCKED}`,
        'X-TIDEMARK-LOCKED:hxxps[:]//evil[.]example/...',
        'X-TIDEMARK-LOCKED:hxxps[:]//evil[.]example/...',
        'DTSTART:20261125T100000Z',
      ),
    );
  });
  test('lines without a locked link keep their folds, long ones are folded', async () => {
    const folded = 'SUMMARY:a folded \r\n line';
    const result = await text(invite(folded, `DESCRIPTION:${'word '.repeat(20)}${LINK}`));
    expect(result).toContain(folded);
    expect(Math.max(...result.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(75);
  });
});
