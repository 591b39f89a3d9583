/**
 * `npm run bench -- --only organisation [--mailboxes 1000,10000,100000] [--relations 200]`: a simulated
 * organisation written straight into each store, then recall and learn by the real code on mail to mailboxes drawn at random. What it shows
 * is whether a message costs the same in a small and in a large organisation.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { observationOf } from '../../src/baseline/observe.ts';
import { recallFrom } from '../../src/baseline/recall.ts';
import type { Submission } from '../../src/domain/mail.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Store } from '../../src/domain/ports.ts';
import { lessonsFor } from '../../src/lessons.ts';
import { readMessage } from '../../src/read.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { openPrivateServer } from '../../test/store/postgresServer.ts';
import { type Random, seeded } from '../random.ts';

export const TENANT = 'large';
const OWN = 'large.example';
const ORGANISATION = { ownDomains: [OWN], authservIds: [`mx.${OWN}`] };
const MEASURED = 3_000; // messages
const WARM_UP = 500;
const SENDERS_PER_MAILBOX = 10; // distinct senders of the organisation, per mailbox: people share most of their correspondents

export interface OrganisationOptions {
  readonly mailboxes: readonly number[];
  readonly relations: number;
}

/** id, value: as the store keeps records. */
export function* recordsOf(
  mailboxes: number,
  relations: number,
): Generator<readonly [mailbox: string, kind: string, key: string, value: string]> {
  const senders = mailboxes * SENDERS_PER_MAILBOX;
  for (let m = 0; m < mailboxes; m += 1) {
    const mailbox = mailboxName(m);
    yield [
      mailbox,
      'mailbox',
      '',
      JSON.stringify({ in: count(900 + (m % 300)), out: count(200), kinds: { v: { pdf: 40, image: 12 }, o: 0 } }),
    ];
    for (let r = 0; r < relations; r += 1) yield [mailbox, 'correspondent', senderOf(m, r, senders), CORRESPONDENT];
  }
  for (let s = 0; s < senders; s += 1) yield ['', 'profile', senderName(s), PROFILE];
}

const count = (n: number) => ({ n, w30: 1.5e21, w365: 3.25e12, d: Math.min(n, 60), f: 1.7e12, l: 1.76e12 });
const CORRESPONDENT = JSON.stringify({
  in: count(24),
  out: count(6),
  replied: 4,
  reported: 0,
  released: 0,
  replyTo: {},
  kinds: { v: { pdf: 3 }, o: 0 },
  intents: { v: {}, o: 0 },
  beside: { v: { 'someone.else@large.example': 5 }, o: 0 },
});
const top = (...values: readonly string[]) => ({
  v: Object.fromEntries(values.map((value, at) => [value, 20 - at])),
  o: 0,
});
const PROFILE = JSON.stringify({
  c: count(60),
  mailboxes: top('a1b2c3d4e5f6', 'b1b2c3d4e5f6'),
  dmarc: top('pass'),
  aligned: 58,
  checked: 60,
  hours: Array.from({ length: 24 }, (_, hour) => (hour > 7 && hour < 18 ? 6 : 0)),
  habits: {
    mailer: top('none'),
    timeZone: top('+0100', '+0200'),
    messageIdDomain: top('partner.example'),
    messageIdPattern: top('uuid'),
    headerOrder: top('a1b2c3d4', 'b1b2c3d4'),
    structure: top(
      'multipart/alternative(plain/qp,html/qp)',
      'multipart/mixed(multipart/alternative(plain/qp,html/qp),file)',
    ),
    boundaryPattern: top('hex32'),
    sendingOrgDomain: top('outlook.com'),
    dkimDomains: top('partner.example'),
    mailFromOrgDomain: top('partner.example'),
  },
});

const padded = (n: number) => String(n).padStart(7, '0');
const mailboxName = (m: number): string => `u${padded(m)}@${OWN}`;
const senderName = (s: number): string => `s${padded(s)}@partner${s % 20_000}.example`;
/** A mailbox's correspondents, in the order of their keys. */
const senderOf = (m: number, r: number, senders: number): string => senderName((m * SENDERS_PER_MAILBOX + r) % senders);

export async function measureOrganisation(options: OrganisationOptions): Promise<void> {
  await onSqlite(options);
  await onPostgres(options);
}

const HEADER =
  '| mailboxes | relations | disk, GB | recall p50 µs | p99 µs | learn p50 µs | p99 µs | recall + learn CPU µs, here |\n|---:|---:|---:|---:|---:|---:|---:|---:|';

async function onSqlite({ mailboxes, relations }: OrganisationOptions): Promise<void> {
  console.log(`## A simulated organisation, SQLite\n\n${HEADER}`);
  for (const size of mailboxes) {
    const dir = mkdtempSync(join(tmpdir(), 'tidemark-organisation-'));
    const path = join(dir, 'large.sqlite');
    await fillSqlite(path, size, relations);
    const store = await openSqliteStore({ path });
    const row = await measure(store, size);
    await store.close();
    console.log(`| ${size} | ${size * relations} | ${(statSync(path).size / 1e9).toFixed(2)} | ${row.join(' | ')} |`);
    rmSync(dir, { recursive: true });
  }
  console.log();
}

/** On a private server of this machine, which shares its cores and writes to disk before it answers. */
async function onPostgres({ mailboxes, relations }: OrganisationOptions): Promise<void> {
  console.log(`## A simulated organisation, PostgreSQL\n\n${HEADER}`);
  for (const size of mailboxes) {
    const server = await openPrivateServer({ isSynced: true });
    const url = await server.createDatabase();
    const bytes = await fillPostgres(url, size, relations);
    const store = await openPostgresStore({ url });
    const row = await measure(store, size);
    await store.close();
    console.log(`| ${size} | ${size * relations} | ${(bytes / 1e9).toFixed(2)} | ${row.join(' | ')} |`);
    await server.close();
  }
  console.log();
}

async function fillSqlite(path: string, mailboxes: number, relations: number): Promise<void> {
  await (await openSqliteStore({ path })).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -512000; BEGIN');
  const add = database.prepare('INSERT INTO records (id, value, touched) VALUES (?, ?, 0)');
  for (const [mailbox, kind, key, value] of recordsOf(mailboxes, relations))
    add.run(`${TENANT}\n${mailbox}\n${kind}\n${key}`, value);
  database.exec('COMMIT; PRAGMA journal_mode = WAL');
  database.close();
}

const FILL_ROWS = 5_000; // in one statement

/** Bytes on disk, with indexes. */
async function fillPostgres(url: string, mailboxes: number, relations: number): Promise<number> {
  await (await openPostgresStore({ url })).close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET synchronous_commit = off');
  const add = async (rows: readonly (readonly string[])[]) => {
    const columns = [0, 1, 2, 3].map((at) => rows.map((row) => row[at]));
    await client.query({
      name: 'fill',
      text: `INSERT INTO records (tenant, mailbox, kind, key, version, first_version, touched, value)
        SELECT $1, mailbox, kind, key, 1, 1, 0, value FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS t (mailbox, kind, key, value)`,
      values: [TENANT, ...columns],
    });
  };
  let rows: (readonly string[])[] = [];
  for (const record of recordsOf(mailboxes, relations)) {
    if (rows.push(record) < FILL_ROWS) continue;
    await add(rows);
    rows = [];
  }
  await add(rows);
  await client.query('VACUUM ANALYZE records');
  await client.query('CHECKPOINT');
  const { rows: sizes } = await client.query("SELECT pg_total_relation_size('records') AS bytes");
  await client.end();
  return Number(sizes[0].bytes);
}

/** Recall and learn of one message after another, by the code that the service runs; p50 and p99 µs, and CPU µs in all. */
export async function measure(store: Store, mailboxes: number): Promise<readonly string[]> {
  const random = seeded(1);
  const recalls: number[] = [];
  const learns: number[] = [];
  let cpu = 0;
  for (let n = 0; n < WARM_UP + MEASURED; n += 1) {
    const { message, mailbox } = await someMail(n, mailboxes, random);
    const usage = process.cpuUsage();
    const startedAt = performance.now();
    await recallFrom(store, TENANT, message, mailbox, { ownDomains: [OWN] });
    const recalledAt = performance.now();
    const observation = observationOf(message);
    if (observation !== undefined)
      await store.learn(TENANT, lessonsFor(observation, [mailbox], ORGANISATION), 'committed');
    const learnedAt = performance.now();
    const spent = process.cpuUsage(usage);
    if (n < WARM_UP) continue;
    recalls.push(recalledAt - startedAt);
    learns.push(learnedAt - recalledAt);
    cpu += spent.user + spent.system;
  }
  const quantile = (values: number[], share: number) =>
    ((values.sort((a, b) => a - b)[Math.floor(share * values.length)] ?? 0) * 1000).toFixed(0);
  return [
    quantile(recalls, 0.5),
    quantile(recalls, 0.99),
    quantile(learns, 0.5),
    quantile(learns, 0.99),
    (cpu / MEASURED).toFixed(0),
  ];
}

/** A mail from one of the mailbox's correspondents. */
async function someMail(
  n: number,
  mailboxes: number,
  random: Random,
  correspondent = random.below(10),
): Promise<{ readonly message: Message; readonly mailbox: string }> {
  const m = random.below(mailboxes);
  const mailbox = mailboxName(m);
  const from = senderOf(m, correspondent, Math.max(mailboxes, SIZED_CORRESPONDENTS) * SENDERS_PER_MAILBOX);
  const domain = from.slice(from.indexOf('@') + 1);
  const raw = Buffer.from(
    [
      `Authentication-Results: mx.${OWN}; spf=pass smtp.mailfrom=${domain}; dkim=pass header.d=${domain}; dmarc=pass header.from=${domain}`,
      `Received: from mail.${domain} (mail.${domain} [203.0.113.9]) by mx.${OWN}; Tue, 24 Nov 2026 12:00:00 +0100`,
      `From: Sender ${from.slice(1, 8)} <${from}>`,
      `To: ${mailbox}`,
      'Subject: Offer',
      'Date: Tue, 24 Nov 2026 12:00:00 +0100',
      `Message-ID: <${n}.${m}@${domain}>`,
      '',
      `Please see https://www.${domain}/offer/${n}`,
    ].join('\r\n'),
  );
  const submission: Submission = {
    tenant: TENANT,
    raw,
    envelope: { rcptTo: [mailbox] },
    direction: 'inbound',
    receivedAt: Date.UTC(2026, 10, 24) + n,
    mailboxes: [mailbox],
  };
  const { message } = await readMessage(submission, ORGANISATION);
  return { message, mailbox };
}

const SIZED_CORRESPONDENTS = 300;
const SIZED_MAILS = 8; // of each

/** What one mailbox with 300 correspondents takes, learned by the real code. */
export async function measureSize(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-size-'));
  const path = join(dir, 'size.sqlite');
  const store = await openSqliteStore({ path });
  const random = seeded(1);
  for (let n = 0; n < SIZED_CORRESPONDENTS * SIZED_MAILS; n += 1) {
    const { message, mailbox } = await someMail(n, 1, random, n % SIZED_CORRESPONDENTS);
    const observation = observationOf(message);
    if (observation !== undefined)
      await store.learn(TENANT, lessonsFor(observation, [mailbox], ORGANISATION), 'committed');
  }
  await store.close();
  const database = new DatabaseSync(path);
  const bytesOf = (from: string, to: string) =>
    Number(
      database
        .prepare('SELECT sum(length(id) + length(value)) AS n FROM records WHERE id >= ? AND id < ?')
        .get(from, to)?.n ?? 0,
    );
  const mailbox = mailboxName(0);
  const own = bytesOf(`${TENANT}\n${mailbox}\n`, `${TENANT}\n${mailbox}\v`);
  const correspondents = bytesOf(`${TENANT}\n${mailbox}\ncorrespondent\n`, `${TENANT}\n${mailbox}\ncorrespondent\v`);
  const shared = bytesOf(`${TENANT}\n\n`, `${TENANT}\n\v`);
  database.close();
  const kB = (bytes: number) => (bytes / 1000).toFixed(0);
  console.log(
    `A mailbox with ${SIZED_CORRESPONDENTS} correspondents, ${SIZED_MAILS} mails each: ${kB(own)} kB of its own records (${(correspondents / SIZED_CORRESPONDENTS).toFixed(0)} bytes a correspondent record), ${kB(shared)} kB that the tenant shares (profiles, threads, links, names); the file has ${kB(statSync(path).size)} kB with lessons and indexes.\n`,
  );
  rmSync(dir, { recursive: true });
}
