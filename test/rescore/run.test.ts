/** Runs over real files with the real reader, store and model. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { MailboxRecord } from '../../src/domain/observation.ts';
import { RescoreError, type RescoreRequest, type RescoreRow, type RescoreWatcher } from '../../src/domain/rescore.ts';
import { againstLive, keepingLittle } from '../../src/rescore/judge.ts';
import { createRescoreExports, type RescoreParts } from '../../src/rescore/run.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { ACME, ANA, attack, historyOf, mboxOf, openParts, put, rowsIn, textOf } from './parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-rescore-test-'));
const { parts, close } = openParts(dir);
afterAll(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

const year = historyOf(90);
const sent = year.filter(({ direction }) => direction === 'outbound');
const received = year.filter(({ direction }) => direction !== 'outbound');
const inbox = put(dir, 'Inbox', mboxOf(received.map(textOf)));
const outbox = put(dir, 'Sent', mboxOf(sent.map(textOf)));
const REQUEST: RescoreRequest = { tenant: 'acme', mailboxes: [ANA], mode: 'then' };

let outCount = 0;
const newOut = (): string => join(dir, `out${++outCount}`);

async function rescore(
  exports: readonly string[],
  request: Partial<RescoreRequest> = {},
  more: Partial<RescoreParts> = {},
  watcher: RescoreWatcher = {},
) {
  const rows: RescoreRow[] = [];
  const end = await createRescoreExports({ ...parts, ...more })(
    exports,
    { ...REQUEST, ...request },
    { ...watcher, row: (row) => rows.push(row) },
  );
  return { end, rows };
}

const of = (rows: readonly RescoreRow[], part: string): RescoreRow => {
  const row = rows.find(({ subject }) => subject?.includes(part));
  if (row === undefined) throw new Error(`no row about ${part}`);
  return row;
};
const dated = (text: string, year: number): string =>
  text.replaceAll(/\b(\d{1,2} \w{3}) 20\d\d/g, `$1 ${year}`).replaceAll(/t=\d+/g, '');

describe('as of then', () => {
  const last = put(dir, 'last.eml', textOf(attack));
  const first = put(dir, 'first.eml', dated(textOf(attack), 2020));

  test('the attack is held for what the year before it taught, wherever it stands in the exports', async () => {
    const { rows, end } = await rescore([last, inbox, outbox]);
    const row = of(rows, 'Updated bank details');
    expect(row).toMatchObject({
      file: last,
      outcome: 'scored',
      action: 'hold',
      attackType: 'vendor-compromise',
      from: 'bea.berg@hartrnann-papier.example',
      mailboxes: [ANA],
      arrivedAt: '2026-11-24T09:41:23.000Z',
      arrivedBy: 'received',
      date: '2026-11-24T09:41:12.000Z',
    });
    expect(row.reasons?.map(({ source }) => source)).toContain('lookalike-correspondent-domain');
    expect(rows.map(({ arrivedAt }) => arrivedAt)).toEqual(rows.map(({ arrivedAt }) => arrivedAt).sort());
    expect(end).toMatchObject({ foundCount: 91, readCount: 91, sentCount: sent.length, skippedCounts: {} });
    expect(end.actions.hold).toBe(1);
    expect(end.isComplete).toBe(true);
  });

  test('before that year nobody could know the domain that it resembles', async () => {
    const { rows } = await rescore([first, inbox, outbox]);
    expect(rows[0]).toMatchObject({ file: first, arrivedAt: expect.stringMatching(/^2020/) });
    expect(rows[0]?.reasons?.map(({ source }) => source)).not.toContain('lookalike-correspondent-domain');
  });

  test('what was held teaches nothing', async () => {
    const again = put(dir, 'again.eml', textOf(attack).replace('66b4de6a', '77b4de6a').replace('10:41:12', '10:41:13'));
    const { rows: twice } = await rescore([inbox, outbox, last, again]);
    expect(twice.filter(({ action }) => action === 'hold')).toHaveLength(2);
  });

  test('a second copy has the verdict of the first, and is marked', async () => {
    const { rows, end } = await rescore([inbox, last, put(dir, 'copy/c.eml', textOf(attack)), outbox]);
    const [one, other] = rows.filter(({ subject }) => subject?.startsWith('Updated bank'));
    expect([one?.isRepeat, other?.isRepeat]).toEqual([undefined, true]);
    expect(other).toMatchObject({ verdictId: one?.verdictId, score: one?.score });
    expect(end.repeatCount).toBe(1);
  });

  test('junk and trash are judged and teach nothing; drafts are left out', async () => {
    const folder = join(dir, 'folders');
    put(folder, 'Junk/cur/1', textOf(attack));
    put(folder, 'Drafts/cur/2', 'From: ana@acme.example\nTo: b@c.example\nSubject: later\n\nx\n');
    for (const [at, mail] of received.entries()) put(folder, `Trash/cur/${100 + at}`, textOf(mail));
    const { rows, end } = await rescore([folder]);
    expect(of(rows, 'Updated bank')).toMatchObject({ keptAs: 'junk', outcome: 'scored' });
    expect(of(rows, 'Updated bank').reasons?.map(({ source }) => source)).not.toContain(
      'lookalike-correspondent-domain',
    );
    expect(end.skippedCounts).toEqual({ draft: 1 });
  });

  test('Received and Date that are days apart are both told', async () => {
    const path = put(dir, 'apart.eml', textOf(attack).replace('Date: Tue, 24 Nov', 'Date: Tue, 10 Nov'));
    const { rows, end } = await rescore([path]);
    expect(rows[0]).toMatchObject({
      datesDisagree: true,
      arrivedAt: '2026-11-24T09:41:23.000Z',
      date: '2026-11-10T09:41:12.000Z',
    });
    expect(end.datesDisagreeCount).toBe(1);
  });

  test('a Received of a clock that was wrong is told, and the message judged at its Date', async () => {
    const wrong = textOf(attack).replace(/(Received: [^;]*); [^\n]*/, '$1; Thu, 1 Jan 1970 00:00:07 +0000');
    const { rows } = await rescore([put(dir, 'clock.eml', wrong)]);
    expect(rows[0]).toMatchObject({
      arrivedBy: 'date',
      arrivedAt: '2026-11-24T09:41:12.000Z',
      received: '1970-01-01T00:00:07.000Z',
      datesDisagree: true,
    });
  });
});

describe('by what the configured store knows', () => {
  test('learn keeps what it learns; live knows the future and keeps nothing', async () => {
    const live = await openSqliteStore({ path: ':memory:' });
    await rescore([inbox, outbox], { mode: 'learn' }, { openStore: async () => ({ ...live, close: async () => {} }) });
    const before = await live.list('acme', ANA, 'mailbox', 1);
    const [record] = before.values() as Iterable<MailboxRecord>;
    expect([record?.in?.n, record?.out?.n]).toEqual([received.length, sent.length]);
    const early = put(dir, 'early.eml', dated(textOf(attack), 2020));
    const openStore = async () =>
      againstLive({ ...live, close: async () => {} }, keepingLittle(await openSqliteStore({ path: ':memory:' })));
    const { rows } = await rescore([early], { mode: 'live' }, { openStore });
    expect(rows[0]?.reasons?.map(({ source }) => source)).toContain('lookalike-correspondent-domain');
    expect(await live.list('acme', ANA, 'mailbox', 1)).toEqual(before);
    expect(await live.verdicts.get('acme', rows[0]?.verdictId ?? '')).toBeUndefined();
    await live.close();
  });
});

describe('what cannot be judged', () => {
  test('is a row with its place and reason, and the run goes on', async () => {
    const raw = mboxOf(['', 'Subject: nobody\nTo: ana@acme.example\n\nNo From.\n', textOf(attack)]);
    const { rows, end } = await rescore([put(dir, 'odd.mbox', raw)]);
    expect(end.damaged).toEqual([{ file: join(dir, 'odd.mbox'), index: 0, offset: 42, reason: 'empty' }]);
    expect(rows.map(({ outcome, index }) => [index, outcome])).toEqual([
      [2, 'scored'],
      [0, 'skipped'],
      [1, 'scored'],
    ]);
  });

  test('a link that leads in a circle', async () => {
    const folder = join(dir, 'circle');
    put(folder, 'a.eml', textOf(attack));
    symlinkSync('loop', join(folder, 'loop'));
    const { rows } = await rescore([folder]);
    expect(rows.map(({ file, outcome, skipped }) => [file, skipped ?? outcome])).toEqual([
      [join(folder, 'a.eml'), 'scored'],
      [join(folder, 'loop'), 'unreadable'],
    ]);
  });

  test('mail of nobody here', async () => {
    const { end } = await rescore([put(dir, 'nobody.eml', 'From: a@b.example\nTo: c@d.example\n\nx\n')], {
      mailboxes: [],
    });
    expect(end.skippedCounts).toEqual({ 'no-mailbox': 1 });
  });

  test('a file that was cut short meanwhile', async () => {
    const path = put(dir, 'short.mbox', mboxOf(received.slice(0, 5).map(textOf)));
    const progress = ({ phase }: { phase: string }) => phase === 'score' && writeFileSync(path, '');
    const { end } = await rescore([path], {}, {}, { progress });
    expect(end.skippedCounts).toEqual({ unreadable: 5 });
    expect(end.damaged).toHaveLength(5);
  });
});

describe('the folder of results', () => {
  test('has a row a message as JSON and CSV, and no trace of the work', async () => {
    const outDir = newOut();
    const { rows } = await rescore([inbox, outbox], { outDir });
    expect(rowsIn(outDir)).toEqual(rows);
    const csv = readFileSync(join(outDir, 'results.csv'), 'utf8').split('\r\n');
    expect(csv).toHaveLength(rows.length + 2);
    expect(csv[0]).toMatch(/^file,index,offset,outcome,action,score,/);
    expect(readdirSync(outDir).sort()).toEqual(['results.csv', 'results.jsonl', 'run.json']);
  });

  test('holds the whole run: the same again does nothing, another is refused', async () => {
    const outDir = newOut();
    const { end } = await rescore([inbox], { outDir });
    const before = readFileSync(join(outDir, 'results.jsonl'));
    expect((await rescore([inbox], { outDir })).end).toEqual({ ...end, wasComplete: true });
    await expect(rescore([outbox], { outDir })).rejects.toThrow('holds another run (it differs in exports');
    await expect(rescore([inbox], { outDir, mailboxes: ['bob@acme.example'] })).rejects.toThrow('mailboxes');
    expect(readFileSync(join(outDir, 'results.jsonl'))).toEqual(before);
  });

  test('is not taken from others', async () => {
    const outDir = newOut();
    mkdirSync(outDir);
    put(outDir, 'thesis.txt', 'years of work');
    await expect(rescore([inbox], { outDir })).rejects.toThrow('holds no run of tidemark rescore');
    expect(readdirSync(outDir)).toEqual(['thesis.txt']);
  });

  test('is not kept for a path that was mistyped', async () => {
    const outDir = newOut();
    await expect(rescore([join(dir, 'inbx.mbox')], { outDir })).rejects.toMatchObject({ code: 'unreadable-export' });
    await expect(rescore([inbox, put(dir, 'empty', '')], { outDir })).rejects.toMatchObject({ code: 'empty-export' });
    expect(readdirSync(outDir)).toEqual([]);
    expect((await rescore([inbox], { outDir })).end.isComplete).toBe(true);
  });

  test('is no file, and lies below none', async () => {
    const outDir = put(dir, 'file', 'years of work');
    for (const path of [outDir, join(outDir, 'below')])
      await expect(rescore([inbox], { outDir: path })).rejects.toMatchObject({ code: 'folder-taken' });
    expect(readFileSync(outDir, 'utf8')).toBe('years of work');
  });

  test.each([
    ['ENOSPC', 'when there is room again, the same command goes on'],
    ['EACCES', 'when it can be written to, the same command goes on'],
  ])('that refuses with %s', async (code, told) => {
    const openStore = async (): Promise<never> => {
      throw Object.assign(new Error(`${code}: no`), { code });
    };
    await expect(rescore([inbox], { outDir: newOut() }, { openStore })).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringContaining(told),
    });
  });

  test('is one run’s at a time', async () => {
    const outDir = newOut();
    let second: unknown;
    const stdin = Readable.from(
      (async function* () {
        second = await rescore(['-'], { outDir }).catch((error: unknown) => error);
        yield Buffer.from(mboxOf([textOf(attack)]));
      })(),
    );
    const { end } = await rescore(['-'], { outDir }, { stdin });
    expect(end.isComplete).toBe(true);
    expect(second).toBeInstanceOf(RescoreError);
    expect((second as RescoreError).code).toBe('folder-in-use');
  });

  test('interrupted and gone on with: the same rows; exports that changed meanwhile are refused', async () => {
    const whole = await rescore([inbox, outbox]);
    const outDir = newOut();
    const path = put(dir, 'moving', mboxOf(received.map(textOf)));
    const stopped = new AbortController();
    const progress = ({ readCount }: { readCount: number }) => readCount === 40 && stopped.abort();
    const first = await rescore([inbox, outbox], { outDir }, {}, { signal: stopped.signal, progress });
    expect(first.end).toMatchObject({ isComplete: false, readCount: 40 });
    expect(rowsIn(outDir)).toHaveLength(40);
    writeFileSync(join(outDir, 'results.jsonl'), 'half a li', { flag: 'a' });
    const second = await rescore([inbox, outbox], { outDir });
    expect(second.end).toMatchObject({ isComplete: true, resumedCount: 40, readCount: 90 });
    expect(rowsIn(outDir)).toEqual(whole.rows);
    expect(second.end.actions).toEqual(whole.end.actions);

    const other = newOut();
    const again = new AbortController();
    const stop = ({ readCount }: { readCount: number }) => readCount === 10 && again.abort();
    await rescore([path], { outDir: other }, {}, { signal: again.signal, progress: stop });
    utimesSync(path, 1, 1);
    await expect(rescore([path], { outDir: other })).rejects.toThrow('has changed since this run began');
  });

  test.each<[string, (folder: string) => void, string | undefined]>([
    ['whose mail was read meanwhile', (at) => renameSync(join(at, 'new/1001'), join(at, 'cur/1001:2,S')), 'has gone'],
    ['whose mail was written to', (at) => writeFileSync(join(at, 'cur/1000:2,S'), 'x'), 'has changed'],
    ['that has got mail', (at) => void put(at, 'cur/2000:2,', textOf(attack)), 'has got or lost files'],
    ['whose index was written', (at) => void put(at, 'dovecot-uidlist', 'other words'), undefined],
    ['in which a program works', (at) => void put(at, 'cur/.lock', ''), undefined],
  ])('a Maildir %s', async (what, change, refusal) => {
    const maildir = join(dir, `maildir ${what}`);
    put(maildir, 'dovecot-uidlist', '3 V1 N9');
    for (const [at, mail] of received.slice(0, 30).entries())
      put(maildir, at % 2 === 0 ? `cur/${1000 + at}:2,S` : `new/${1000 + at}`, textOf(mail));
    const outDir = newOut();
    const stopped = new AbortController();
    const progress = ({ readCount }: { readCount: number }) => readCount === 10 && stopped.abort();
    await rescore([maildir], { outDir }, {}, { signal: stopped.signal, progress });
    change(maildir);
    const resumed = rescore([maildir], { outDir });
    if (refusal === undefined) expect((await resumed).end.readCount).toBe(30);
    else
      await expect(resumed).rejects.toMatchObject({
        code: 'exports-changed',
        message: expect.stringContaining(refusal),
      });
  });

  test('no mail text reaches a spreadsheet as a formula', async () => {
    const outDir = newOut();
    const evil = ['=HYPERLINK("//x.example";"y")', '+1', '-1', '@SUM(1)', '\t=1', ' =1', '＝1', 'a,"b"'];
    const mails = evil.map((subject, at) => `From: a${at}@b.example\nTo: ${ANA}\nSubject: ${subject}\n\nx\n`);
    await rescore([put(dir, 'evil.mbox', mboxOf(mails))], { outDir });
    const csv = readFileSync(join(outDir, 'results.csv'), 'utf8');
    const cells = csv.split(/[,\r\n]/).map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^\s*[=+@＝-]/.test(cell))).toEqual([]);
    expect(csv).toContain(`"'=HYPERLINK(""//x.example"";""y"")"`);
    expect(csv).toContain('"a,""b"""');
  });
});

test('a link that is put in an export’s place while it is at work leads to nothing', async () => {
  const root = join(dir, 'root');
  const secret = put(dir, 'elsewhere.mbox', mboxOf([textOf(attack)]));
  const path = put(root, 'Inbox', mboxOf([textOf(attack)]));
  const progress: RescoreWatcher['progress'] = ({ phase }) => {
    if (phase !== 'score' || lstatSync(path).isSymbolicLink()) return;
    rmSync(path); // looked through, not yet read
    symlinkSync(secret, path);
  };
  const { rows } = await rescore([path], { root }, {}, { progress });
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(rows).toMatchObject([{ file: 'Inbox', index: 0, outcome: 'skipped', skipped: 'unreadable' }]);
});

test('nothing is left in the folder for temporary files', async () => {
  await rescore([inbox]);
  expect(readdirSync(dir).filter((name) => name.startsWith('tidemark-rescore-'))).toEqual([]);
});

test('an organisation without --mailbox: those of To and Cc inside its domains', async () => {
  const { rows } = await rescore([inbox], { mailboxes: [] }, { organisation: ACME });
  const found = rows.flatMap(({ mailboxes = [] }) => mailboxes);
  expect(found).toContain(ANA);
  expect(found.filter((mailbox) => !mailbox.endsWith('@acme.example'))).toEqual([]);
});
