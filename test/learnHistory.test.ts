/** Learning from exports with the real reader, real threads and a real store. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HistoryOutcome, HistoryRequest, HistoryWatcher } from '../src/domain/history.ts';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Lesson, Store } from '../src/domain/ports.ts';
import { createLearnExports, createLearnMbox, type ExportParts } from '../src/learnHistory.ts';
import { type LearnReader, openLearnReader } from '../src/learnReader.ts';
import { openReader, type Reader } from '../src/readApart.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';

const ANA = 'ana@acme.example';
const BEA = 'bea@partner.example';
const NOW = Date.UTC(2026, 10, 24, 12);
const ENVELOPE = 'From a@b.example Tue Nov 24 12:00:00 2026\n';
const ORGANISATION: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };

let dir: string;
let store: Store;
let reader: Reader;
let learnReader: LearnReader;
let parts: ExportParts;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-history-'));
  store = await openSqliteStore({ path: ':memory:' });
  reader = openReader(ORGANISATION);
  learnReader = openLearnReader({ organisation: ORGANISATION, read: reader.read, threads: 1 });
  parts = {
    store,
    organisation: ORGANISATION,
    reader: learnReader,
    dataDir: dir,
    stdin: Readable.from([]),
    now: () => NOW,
    batchMessages: 4,
  };
});
afterEach(async () => {
  await learnReader.close();
  await reader.close();
  await store.close();
  rmSync(dir, { recursive: true });
});

interface Mail {
  readonly id: string;
  readonly from?: string;
  readonly to?: string;
  readonly date?: string;
  readonly headers?: readonly string[];
}

const raw = ({ id, from = BEA, to = ANA, date, headers = [] }: Mail): string =>
  [
    ...headers,
    `From: ${from}`,
    `To: ${to}`,
    ...(date === undefined ? [] : [`Date: ${date}`]),
    `Message-ID: <${id}@x.example>`,
    '',
    `Text of ${id}.`,
    '',
  ].join('\n');
const mbox = (mails: readonly Mail[]): string => mails.map((mail) => `${ENVELOPE}${raw(mail)}\n`).join('');

const file = (name: string, text: string): string => {
  const path = join(dir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const REQUEST: HistoryRequest = { tenant: 'acme', mailboxes: [ANA] };

async function learn(
  exports: readonly string[],
  request = REQUEST,
  watcher: HistoryWatcher = {},
  more: Partial<ExportParts> = {},
) {
  const outcomes: HistoryOutcome[] = [];
  const end = await createLearnExports({ ...parts, ...more })(exports, request, {
    ...watcher,
    outcome: (outcome) => outcomes.push(outcome),
  });
  return { end, outcomes };
}

const idOf = ({ result }: HistoryOutcome): string =>
  'skipped' in result ? result.skipped : (result.messageId.split('@')[0] ?? '');
const mailbox = async () => {
  const records = await store.list('acme', ANA, 'mailbox', 1);
  const [record] = records.values() as unknown as { in?: { n: number; f: number; l: number }; out?: { n: number } }[];
  return { in: record?.in?.n ?? 0, out: record?.out?.n ?? 0, firstAt: record?.in?.f, lastAt: record?.in?.l };
};

const daily = (count: number): readonly Mail[] =>
  Array.from({ length: count }, (_, day) => ({
    id: `m${day}`,
    date: new Date(Date.UTC(2026, 0, 1 + day)).toUTCString(),
  }));

describe('the order of arrival', () => {
  const received = (date: string) => [`Received: from a by mx.acme.example; ${date}`];

  test('by Received, else Date, across all exports', async () => {
    const a = file(
      'a.mbox',
      mbox([
        { id: 'third', date: 'Mon, 01 Jun 2026 00:00:00 +0000' },
        { id: 'first', date: 'Tue, 02 Jun 2026 00:00:00 +0000', headers: received('Fri, 02 Jan 2026 00:00:00 +0000') },
      ]),
    );
    const b = file('b.eml', raw({ id: 'second', date: 'Sun, 01 Mar 2026 00:00:00 +0000' }));
    const { outcomes, end } = await learn([a, b]);
    expect(outcomes.map(idOf)).toEqual(['first', 'second', 'third']);
    expect(outcomes[0]).toMatchObject({ file: a, index: 1, result: { isNew: true, mailboxes: [ANA] } });
    expect(end).toMatchObject({ readCount: 3, learnedCount: 3, knownCount: 0, skippedCounts: {} });
    expect(await mailbox()).toMatchObject({ in: 3, firstAt: Date.UTC(2026, 0, 2), lastAt: Date.UTC(2026, 5, 1) });
  });

  test('a message without time, or one of a time to come, stays behind the one before it', async () => {
    const a = file(
      'a.mbox',
      mbox([
        { id: 'a', date: 'Mon, 01 Jun 2026 00:00:00 +0000' },
        { id: 'b' },
        { id: 'c', date: 'Fri, 01 Jan 2038 00:00:00 +0000' },
        { id: 'd', date: 'Fri, 01 May 2026 00:00:00 +0000' },
      ]),
    );
    const { outcomes } = await learn([a]);
    expect(outcomes.map(idOf)).toEqual(['d', 'a', 'b', 'c']);
    expect(await mailbox()).toMatchObject({ lastAt: Date.UTC(2026, 5, 1) });
  });

  test('a time that is given holds for all', async () => {
    await learn([file('a.mbox', mbox(daily(3)))], { ...REQUEST, receivedAt: NOW - 1000 });
    expect(await mailbox()).toMatchObject({ firstAt: NOW - 1000, lastAt: NOW - 1000 });
  });
});

describe('the direction', () => {
  test('of an mbox follows the sender', async () => {
    await learn([file('a.mbox', mbox([{ id: 'a', from: ANA, to: BEA }, { id: 'b' }]))]);
    expect(await mailbox()).toMatchObject({ in: 1, out: 1 });
  });

  test('what the own border found forged is not the owner’s word', async () => {
    const forged = ['Authentication-Results: mx.acme.example; spf=fail smtp.mailfrom=evil.example; dmarc=fail'];
    await learn([file('a.mbox', mbox([{ id: 'a', from: ANA, headers: forged }]))]);
    expect(await mailbox()).toMatchObject({ in: 1, out: 0 });
  });

  test('a folder for sent mail is the owner’s, whatever address is in From', async () => {
    file('maildir/.Sent/cur/1.a:2,S', raw({ id: 'a', from: 'info@other.example', to: BEA }));
    file('maildir/cur/2.b:2,S', raw({ id: 'b' }));
    file('maildir/.Spam/cur/3.c:2,S', raw({ id: 'c' }));
    const { end } = await learn([join(dir, 'maildir')]);
    expect(end).toMatchObject({ readCount: 3, learnedCount: 2, skippedCounts: { junk: 1 } });
    expect(await mailbox()).toMatchObject({ in: 1, out: 1 });
  });

  test('one that is given holds for all', async () => {
    await learn([file('a.mbox', mbox([{ id: 'a', from: ANA, to: BEA }]))], { ...REQUEST, direction: 'inbound' });
    expect(await mailbox()).toMatchObject({ in: 1, out: 0 });
  });
});

test('damaged messages are counted and the others learned', async () => {
  const text = `${ENVELOPE}${raw({ id: 'a' })}\n${ENVELOPE}no header at all\n\n${ENVELOPE}\n${ENVELOPE}${raw({ id: 'b' })}`;
  const { end } = await learn([file('a.mbox', text)]);
  expect(end).toMatchObject({ readCount: 4, learnedCount: 2, skippedCounts: { 'no-sender': 1, empty: 1 } });
});

test('the same mail in an mbox, a Maildir and a file is one', async () => {
  const mail = { id: 'a', date: 'Mon, 01 Jun 2026 00:00:00 +0000' };
  file('maildir/cur/1.a:2,S', raw(mail).replaceAll('\n', '\r\n'));
  const exports = [file('a.mbox', mbox([mail])), join(dir, 'maildir'), file('a.eml', raw(mail))];
  expect((await learn(exports)).end).toMatchObject({ readCount: 3, learnedCount: 1, knownCount: 2 });
  expect(await mailbox()).toMatchObject({ in: 1 });
});

test('standard input, of which nothing is left behind', async () => {
  const stdin = Readable.from([Buffer.from(mbox(daily(2))).subarray(0, 50), Buffer.from(mbox(daily(2))).subarray(50)]);
  const { outcomes } = await learn(['-'], REQUEST, {}, { stdin });
  expect(outcomes).toMatchObject([
    { file: '-', index: 0 },
    { file: '-', index: 1 },
  ]);
  expect(readdirSync(dir)).toEqual(['history']);
  await expect(learn(['-'])).rejects.toMatchObject({ code: 'empty-export' });
});

test('refuses an address that is none before it reads anything', async () => {
  await expect(learn(['/absent'], { ...REQUEST, mailboxes: ['nobody'] })).rejects.toMatchObject({
    code: 'invalid-address',
  });
});

test('a message that stalls its thread is read under the limits of any other', async () => {
  // As many parts and as much nesting as a small file can hold; the others of its batch are learned as ever.
  const odd = `${'<div>'.repeat(200_000)}`;
  const text = `${mbox(daily(3))}${ENVELOPE}${raw({ id: 'odd', headers: ['Content-Type: text/html'] })}${odd}\n`;
  expect((await learn([file('a.mbox', text)])).end).toMatchObject({ readCount: 4, learnedCount: 4 });
});

describe('started again', () => {
  const learnedLessons = () => {
    const taken: Lesson[] = [];
    const counting: Store = {
      ...store,
      learn: (tenant, lessons, durability) => {
        taken.push(...lessons);
        return store.learn(tenant, lessons, durability);
      },
    };
    return { counting, taken };
  };
  const stopAfter = (count: number): HistoryWatcher => {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      progress: ({ learnedCount }) => {
        if (learnedCount >= count) controller.abort();
      },
    };
  };

  test('goes on where it was interrupted', async () => {
    const path = file('a.mbox', mbox(daily(60)));
    const first = await learn([path], REQUEST, stopAfter(8));
    expect(first.end.learnedCount).toBeGreaterThanOrEqual(8);
    expect(first.end.learnedCount).toBeLessThan(60);
    const second = await learn([path]);
    expect(second.end).toMatchObject({
      readCount: 60,
      resumedCount: first.end.learnedCount,
      knownCount: first.end.learnedCount,
      learnedCount: 60 - first.end.learnedCount,
    });
    expect(await mailbox()).toMatchObject({ in: 60 });
  });

  test('reads nothing again that is done, also when mail was added and the file was renamed in place', async () => {
    const path = file('a.mbox', mbox(daily(10)));
    await learn([path]);
    file('a.mbox', mbox(daily(12)));
    const { counting } = learnedLessons();
    const again = await learn([path], REQUEST, {}, { store: counting });
    expect(again.end).toMatchObject({ readCount: 12, resumedCount: 10, knownCount: 10, learnedCount: 2 });
    expect(again.outcomes.map(idOf)).toEqual(['m10', 'm11']);
  });

  test('starts over when what was done has changed', async () => {
    const path = file('a.mbox', mbox(daily(10)));
    await learn([path]);
    file('a.mbox', mbox([{ id: 'new', date: 'Mon, 01 Dec 2025 00:00:00 +0000' }, ...daily(10)]));
    expect((await learn([path])).end).toMatchObject({ resumedCount: 0, learnedCount: 1, knownCount: 10 });
  });

  test('starts over when the mailbox was erased meanwhile', async () => {
    const path = file('a.mbox', mbox(daily(10)));
    await learn([path]);
    await store.erase('acme', ANA);
    expect((await learn([path])).end).toMatchObject({ resumedCount: 0, learnedCount: 10 });
    expect(await mailbox()).toMatchObject({ in: 10 });
  });

  test('starts over for another mailbox', async () => {
    const path = file('a.mbox', mbox(daily(3)));
    await learn([path]);
    expect((await learn([path], { ...REQUEST, mailboxes: ['bob@acme.example'] })).end).toMatchObject({
      learnedCount: 3,
    });
  });

  test('a checkpoint that is damaged counts as none', async () => {
    const path = file('a.mbox', mbox(daily(3)));
    await learn([path]);
    for (const name of readdirSync(join(dir, 'history'))) writeFileSync(join(dir, 'history', name), '{"count":3');
    expect((await learn([path])).end).toMatchObject({ resumedCount: 0, knownCount: 3 });
  });
});

describe('an mbox over the wire', () => {
  const post = (text: string, chunkBytes = 1000) => {
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
      bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
    );
    return createLearnMbox(parts)(REQUEST, Readable.from(chunks));
  };

  test('is learned in its own order, and known the second time', async () => {
    const text = `${mbox(daily(9))}${ENVELOPE}nothing\n`;
    expect(await post(text)).toMatchObject({
      readCount: 10,
      learnedCount: 9,
      knownCount: 0,
      skipped: [{ index: 9, reason: 'no-sender' }],
    });
    expect(await post(text)).toMatchObject({ readCount: 10, learnedCount: 0, knownCount: 9 });
    expect(await mailbox()).toMatchObject({ in: 9, firstAt: Date.UTC(2026, 0, 1) });
  });

  test.each([
    ['a message without envelope line', raw({ id: 'a' }), 'not-an-export'],
    ['nothing', '', 'empty-export'],
    ['blank lines', '\n\n', 'empty-export'],
  ])('%s is refused', async (_name, text, code) => {
    await expect(post(text)).rejects.toMatchObject({ code });
  });
});
