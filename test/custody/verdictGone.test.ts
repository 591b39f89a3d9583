/** An original whose verdict was erased with another of its mailboxes still comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDelivery } from '../../src/custody/deliver.ts';
import { createKeep } from '../../src/custody/keep.ts';
import type { KeepRequest } from '../../src/domain/custody.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { Service } from '../../src/domain/service.ts';
import { readMessage } from '../../src/read.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { openSmtpSink, type SmtpSink } from './smtpSink.ts';

const ACME = { ownDomains: ['acme.example'], authservIds: [] };
const RAW = Buffer.from('From: bea@partner.example\r\n\r\nHello.\r\n');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-gone-'));
let sink: SmtpSink;
let store: Store;
let service: Service;
beforeAll(async () => {
  sink = await openSmtpSink();
  store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
  service = createService({
    store,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    release: { deliver: createDelivery({ host: '127.0.0.1', port: sink.port }), secret: 's'.repeat(40) },
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: Date.now,
  });
});
afterAll(async () => {
  await sink.close();
  await store.close();
  rmSync(dir, { recursive: true });
});

const keep = (request: Pick<KeepRequest, 'verdictId' | 'why'>) =>
  createKeep(
    store.custody,
    1e9,
    Date.now,
  )(
    { tenant: 'default', mailboxes: ['bob@acme.example'], envelope: { rcptTo: ['bob@acme.example'] }, ...request },
    { raw: RAW, headers: [], headerBytes: RAW.indexOf('\r\n\r\n') + 2 },
  );
const restore = (id: string) => service.restore('default', id, { again: false, feedback: 'safe' });

test('it is read and restored; what nobody kept is unknown', async () => {
  await keep({ verdictId: 'v1', why: 'hold' });
  expect(await service.original('default', 'v1')).toMatchObject({ sizeBytes: RAW.length });
  expect(await restore('v1')).toMatchObject({ kind: 'restored' });
  expect(sink.taken.map(({ rcptTo }) => rcptTo)).toEqual([['bob@acme.example']]);
  expect(await restore('v2')).toEqual({ kind: 'unknown-verdict' });
  expect(await service.original('default', 'v2')).toBeUndefined();
});

test('what was delivered unscored is neither read nor restored', async () => {
  await keep({ verdictId: 'u1', why: 'unscored' });
  expect(await restore('u1')).toEqual({ kind: 'unknown-verdict' });
  expect(await service.original('default', 'u1')).toBeUndefined();
});
