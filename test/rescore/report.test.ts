/** The report: what it says, what hangs together in it, and that nothing in it comes alive. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Parser } from 'htmlparser2';
import type { RescoreEnd, RescoreRow } from '../../src/domain/rescore.ts';
import { campaignsOf, subjectShape } from '../../src/rescore/report/campaigns.ts';
import { reportHtml, text } from '../../src/rescore/report/html.ts';
import { summaryOf } from '../../src/rescore/report/summary.ts';
import { writeReport } from '../../src/rescore/report/write.ts';
import { createRescoreExports } from '../../src/rescore/run.ts';
import { ANA, attack, historyOf, mboxOf, openParts, put, textOf } from './parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-report-'));
const { parts, close } = openParts(dir);
afterAll(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

const END: RescoreEnd = {
  phase: 'score',
  foundCount: 12_347,
  readCount: 12_347,
  resumedCount: 0,
  actions: { deliver: 12_000, strip: 40, hold: 5 },
  sentCount: 290,
  repeatCount: 7,
  datesDisagreeCount: 3,
  skippedCounts: { corrupt: 10, draft: 2 },
  damaged: [{ file: 'a<b>.mbox', index: 3, offset: 99, reason: 'corrupt' }],
  isComplete: true,
  wasComplete: false,
  modelVersion: 'test',
};

let serial = 0;
const row = (more: Partial<RescoreRow>): RescoreRow => ({
  file: 'a.mbox',
  index: ++serial,
  outcome: 'scored',
  arrivedAt: '2026-11-24T09:00:00.000Z',
  from: `a${serial}@one${serial}.example`,
  subject: `${'abcdefghijklmnop'.charAt(serial % 16).repeat(9)}`,
  mailboxes: [ANA],
  action: 'hold',
  score: 0.9,
  ...more,
});

const summarise = (rows: readonly RescoreRow[]) =>
  summaryOf(
    (async function* () {
      yield* rows;
    })(),
  );

describe('campaigns', () => {
  const none = () => false;
  test.each<[string, Partial<RescoreRow>, Partial<RescoreRow>, number]>([
    ['nothing in common', {}, {}, 2],
    ['a link', { linkDomains: ['evil.example'] }, { linkDomains: ['x.example', 'evil.example'] }, 1],
    ['the domain of the sender', { from: 'a@mail.evil.example' }, { from: 'b@evil.example' }, 1],
    ['a freemail domain', { from: 'a@gmail.com' }, { from: 'b@gmail.com' }, 2],
    ['the shape of the subject', { subject: 'Re: Invoice 4711 is due' }, { subject: 'Invoice 99-12 is due' }, 1],
    ['a short subject', { subject: 'Hi 1' }, { subject: 'Hi 2' }, 2],
    [
      'a file',
      { attachments: [{ sha256: 'ab'.repeat(32) }] },
      { attachments: [{ name: 'x', sha256: 'ab'.repeat(32) }] },
      1,
    ],
  ])('%s: of two messages', (_what, a, b, expected) => {
    expect(campaignsOf([row(a), row(b)], none)).toHaveLength(expected);
  });

  test('bound through a third, named by what most share, in the order of the worst', () => {
    const rows = [
      row({ from: 'x@lone.example' }),
      row({ from: 'a@evil.example', linkDomains: ['l1.example'] }),
      row({ linkDomains: ['l1.example', 'l2.example'] }),
      row({ linkDomains: ['l2.example'] }),
    ];
    const found = campaignsOf(rows, none);
    expect(found.map(({ rows: all }) => all.length)).toEqual([1, 3]);
    expect(found[1]?.shared).toEqual(['link to l1.example (2)', 'link to l2.example (2)']);
  });

  test('what much delivered mail shares binds nothing', async () => {
    const link = { linkDomains: ['usual.example'] };
    const delivered = Array.from({ length: 6 }, () => row({ action: 'deliver', score: 0, ...link }));
    expect((await summarise([...delivered, row(link), row(link)])).campaignCount).toBe(2);
    expect((await summarise([...delivered.slice(2), row(link), row(link)])).campaignCount).toBe(1);
  });

  test('the shape of a subject', () => {
    expect(subjectShape('AW: Re:  Rechnung 2026-4711 für a.b@c.example')).toBe(
      subjectShape('rechnung 12 für x@y.example'),
    );
  });
});

test('the time line has few bars, and every message in one', async () => {
  const rows = Array.from({ length: 400 }, (_, day) =>
    row({ arrivedAt: new Date(Date.UTC(2025, 0, 1 + day)).toISOString(), action: day % 2 ? 'deliver' : 'strip' }),
  );
  const { bars } = await summarise(rows);
  expect(bars.length).toBeLessThanOrEqual(60);
  expect(bars[0]?.from).toBe('2025-01-01');
  expect(bars.at(-1)?.to).toBe('2026-02-04');
  expect(bars.reduce((sum, { counts }) => sum + counts.deliver + counts.strip + counts.hold, 0)).toBe(400);
});

const EVIL = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' style='x:expression(1)'",
  '</title></style><svg/onload=alert(1)>',
  '<a href="https://evil.example/">click</a>',
  '\u202egnp.exe\u0000\u001b[31m',
  '&lt;b&gt;',
];

/** Names of elements and attributes, and what a reader sees. */
function taken(html: string) {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  let seen = '';
  const parser = new Parser({
    onopentag(name, given) {
      elements.add(name);
      for (const one of Object.keys(given)) attributes.add(one);
    },
    ontext(data) {
      seen += data;
    },
  });
  parser.end(html);
  return { elements, attributes, seen };
}

describe('the page', () => {
  const hostile = async () => {
    const rows = EVIL.map((evil) =>
      row({
        ...{ file: evil, from: evil, subject: evil, messageId: evil, mailboxes: [evil], reason: evil, date: evil },
        received: evil,
        reasons: [{ source: evil, logOdds: 1, sentence: evil }],
        linkDomains: [evil],
        attachments: [{ name: evil, sha256: evil }],
        datesDisagree: true,
      }),
    );
    return reportHtml(END, await summarise(rows), 'then');
  };

  test('shows mail text inert: no element, no attribute but its own', async () => {
    const { elements, attributes, seen } = taken(await hostile());
    const own =
      'html head meta title style body h1 h2 table tr td th p svg g rect details summary div br ul li span code';
    expect([...elements].filter((name) => !own.split(' ').includes(name))).toEqual([]);
    const allowed =
      'lang charset http-equiv content name class viewbox preserveaspectratio role aria-label x y width height';
    expect([...attributes].filter((name) => !allowed.split(' ').includes(name.toLowerCase()))).toEqual([]);
    expect(seen).toContain('<script>alert(1)</script>');
    expect(seen).toContain('&lt;b&gt;');
    for (const character of ['\u202e', '\u0000', '\u001b']) expect(seen).not.toContain(character);
  });

  test('allows its own style sheet and nothing else', async () => {
    const html = await hostile();
    expect(html).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
    );
    expect(reportHtml(END, await summarise([row({})]), 'then')).not.toMatch(/https?:|url\(|@import/);
  });

  test('says the numbers, the damage, and writes domains of links so that none is followed', async () => {
    const { seen } = taken(
      reportHtml(END, await summarise([row({ linkDomains: ['evil.example'] }), row({ action: 'strip' })]), 'then'),
    );
    for (const part of ['12,347', '12,000', 'evil[.]example', 'a<b>.mbox', 'corrupt', 'and 9 more'])
      expect(seen).toContain(part);
  });

  test('its totals add up to what was found', async () => {
    const html = reportHtml(END, await summarise([]), 'then');
    const totals = new Map(
      [...html.matchAll(/<tr><td>([^<]+)<\/td><td class="n">([\d,]+)</g)].map(([, name = '', n = '']) => [
        name,
        Number(n.replaceAll(',', '')),
      ]),
    );
    const parts = [
      'held',
      'stripped',
      'delivered',
      'sent by the owners',
      'that could not be judged',
      'left out: drafts, and what is no mail',
    ];
    expect(parts.reduce((sum, name) => sum + (totals.get(name) ?? Number.NaN), 0)).toBe(totals.get('messages found'));
  });

  test('one mailbox is one', async () => {
    const alike = [row({ from: 'x@y.example' }), row({ from: 'x@y.example' })];
    expect(taken(reportHtml(END, await summarise(alike), 'then')).seen).toContain(
      '2 messages to 1 mailbox, 2026-11-24',
    );
  });

  test.each([
    ['then', 'by what was known when it came'],
    ['live', 'by what the store knew on the day of this run.'],
    ['learn', 'on the day of this run and the messages before it taught'],
  ] as const)('says what a run of the mode %s judged by', async (mode, expected) => {
    expect(taken(reportHtml(END, await summarise([]), mode)).seen).toContain(expected);
  });

  test.each([
    [{ date: 'D', arrivedBy: 'received' }, 'Date says D'],
    [{ date: 'D', received: 'R', arrivedBy: 'date' }, 'Received says R'],
    [{ date: 'D', received: 'R', arrivedBy: 'order' }, 'Received says R, Date says D'],
  ] as const)('says which times disagree: %j', async (times, expected) => {
    const { seen } = taken(reportHtml(END, await summarise([row({ ...times, datesDisagree: true })]), 'then'));
    expect(seen).toContain(`(${expected})`);
  });

  test.each([['<&>"\'', '&lt;&amp;&gt;&quot;&#39;']])('escapes %s', (raw, escaped) => {
    expect(text(raw)).toBe(escaped);
  });
});

describe('of a run', () => {
  test('stands beside its rows, with the attack and its evidence', async () => {
    const outDir = join(dir, 'out');
    const mails = [...historyOf(60), attack].map(textOf);
    const run = createRescoreExports({ ...parts, report: writeReport });
    await run([put(dir, 'a.mbox', mboxOf(mails))], { tenant: 'a', mailboxes: [ANA], mode: 'then', outDir });
    const { seen } = taken(readFileSync(join(outDir, 'report.html'), 'utf8'));
    expect(seen).toContain('bea.berg@hartrnann-papier.example');
    expect(seen).toContain('vendor-compromise');
    expect(seen).toContain('expected hartmann-papier.example');
  });

  const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  (chromium === undefined ? test.skip : test)('opens in a browser (needs chromium)', async () => {
    const path = join(dir, 'page.html');
    const evil = row({
      subject: '<script>document.title="run"</script>',
      from: '<img src=x onerror="document.title=1">',
    });
    writeFileSync(path, reportHtml(END, await summarise([evil]), 'then'));
    const { stdout, status } = spawnSync(
      chromium ?? '',
      ['--headless', '--no-sandbox', '--dump-dom', `file://${path}`],
      {
        encoding: 'utf8',
        timeout: 25_000,
      },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('<title>Tidemark: what is in these exports</title>');
    expect(stdout).not.toMatch(/<img|<script/);
  });
});
