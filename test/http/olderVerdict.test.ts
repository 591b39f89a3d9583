/** olderVerdict.json is a row as the build of 2026-11-25 12:33 (commit b02ce62, before costs and families) stored it, of this sample. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Store } from '../../src/domain/ports.ts';
import { readMessage } from '../../src/read.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import row from './olderVerdict.json' with { type: 'json' };
import { JSON_TYPE, MAIL, type Running, run } from './service.ts';

const ACME = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const RAW = readFileSync(join(import.meta.dirname, '../../samples/malware/double-extension/message.eml'));
const dir = mkdtempSync(join(tmpdir(), 'tidemark-older-'));
const path = join(dir, 'tidemark.sqlite');

let store: Store;
let http: Running;
beforeAll(async () => {
  await (await openSqliteStore({ path })).close();
  const database = new DatabaseSync(path);
  const columns = Object.keys(row);
  const marks = columns.map(() => '?').join(', ');
  database.prepare(`INSERT INTO verdicts (${columns.join(', ')}) VALUES (${marks})`).run(...Object.values(row));
  database
    .prepare('INSERT INTO verdict_mailboxes (tenant, mailbox, received_at, id) VALUES (?, ?, ?, ?)')
    .run('default', 'ana@acme.example', row.received_at, row.id);
  database.close();
  store = await openSqliteStore({ path });
  http = await run(
    createService({
      store,
      read: (submission) => readMessage(submission, ACME),
      organisation: ACME,
      policy: DEFAULT_POLICY,
      learnDelayMs: 0,
      now: Date.now,
    }),
  );
});
afterAll(async () => {
  await http.drain();
  await store.close();
  rmSync(dir, { recursive: true });
});

const older = { id: row.id, action: 'strip', certain: [], attackType: 'malware' };

// Each answer is checked against openapi.yaml: run's ask() throws otherwise, and the service answers 500.
test('a verdict that an older build stored is listed and shown', async () => {
  expect(await http.ask({ path: '/v1/verdicts?mailbox=ana@acme.example' })).toMatchObject({
    status: 200,
    json: { verdicts: [older] },
  });
  expect(await http.ask({ path: `/v1/verdicts/${row.id}` })).toMatchObject({ status: 200, json: older });
});

test('its message handed in again is judged, as every message whose name has changed since', async () => {
  const question = { method: 'POST', headers: MAIL, body: RAW };
  const { status, json } = await http.ask({
    ...question,
    path: '/v1/messages?mailbox=ana@acme.example&return=stripped',
  });
  expect({ status, json }).toMatchObject({ status: 200, json: { attackType: 'malware', certain: expect.any(Array) } });
  expect((json as { id: string }).id).not.toBe(row.id);
});

test('and takes feedback', async () => {
  const feedback = { method: 'POST', path: `/v1/verdicts/${row.id}/feedback`, headers: JSON_TYPE };
  for (const label of ['threat', 'safe']) {
    expect(await http.ask({ ...feedback, body: JSON.stringify({ feedback: label }) })).toMatchObject({ status: 200 });
  }
  expect(await http.ask({ path: `/v1/verdicts/${row.id}` })).toMatchObject({
    status: 200,
    json: { ...older, feedback: 'safe' },
  });
});
