/** A real store and a real SMTP client; the server only takes notes. */
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDelivery } from '../../src/custody/deliver.ts';
import { createKeep } from '../../src/custody/keep.ts';
import { createCheckRelease } from '../../src/custody/releaseMark.ts';
import { createRestore, type Restore } from '../../src/custody/restore.ts';
import type { Custody, HeldContent } from '../../src/domain/custody.ts';
import type { Envelope } from '../../src/domain/mail.ts';
import { type Store, StoreAway } from '../../src/domain/ports.ts';
import { splitHeaders } from '../../src/milter/mail.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { freePort } from '../freePort.ts';
import { openSmtpSink, type SmtpSink } from './smtpSink.ts';

const SECRET = 'the only secret here, of 40 characters!!';
const [ANA, BOB] = ['ana@acme.example', 'bob@acme.example'];
const NOW = Date.UTC(2026, 10, 25, 12);

let sink: SmtpSink;
let dir: string;
let store: Store;
let restore: Restore;
let now = NOW;
const restoreBy = (port: number): Restore =>
  createRestore({
    custody: store.custody,
    release: { deliver: createDelivery({ host: '127.0.0.1', port }), secret: SECRET },
    now: () => now,
  });
beforeAll(async () => {
  sink = await openSmtpSink();
});
afterAll(() => sink.close());
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-custody-'));
  store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
  restore = restoreBy(sink.port);
  sink.taken.splice(0);
  sink.answers = () => undefined;
  now = NOW;
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

/** As a milter has it. */
const contentOf = (raw: Buffer): HeldContent => {
  const headerBytes = raw.indexOf('\r\n\r\n') + 2;
  return { raw, headerBytes, headers: splitHeaders(raw.subarray(0, headerBytes)) };
};
const MAIL: Buffer = Buffer.from(
  'From: bea@partner.example\r\nSubject: Gr\xfc\xdfe\r\n\r\n.dot\r\nHello.\r\n',
  'latin1',
);

async function keep(raw = MAIL, envelope: Envelope = { mailFrom: 'bea@partner.example', rcptTo: [ANA, BOB] }) {
  const original = { tenant: 'default', verdictId: 'v1', why: 'hold', mailboxes: [ANA, BOB], envelope } as const;
  return createKeep(store.custody, 1e9, () => now)(original, contentOf(raw));
}
const restored = (...recipients: readonly (readonly [address: string, state: string, said?: string])[]) => ({
  kind: 'restored',
  recipients: recipients.map(([address, state, said]) => ({ address, state, ...(said === undefined ? {} : { said }) })),
});
const belowTheMark = (raw: Buffer): Buffer => raw.subarray(raw.indexOf('\r\n') + 2);

describe('a restore', () => {
  test('delivers byte for byte to all at once, under a header that lets it pass; twice delivers once', async () => {
    await keep();
    expect(await restore('default', 'v1', false)).toEqual(
      restored([ANA, 'accepted', '250 taken'], [BOB, 'accepted', '250 taken']),
    );
    const [taken] = sink.taken;
    expect(taken).toMatchObject({ mailFrom: 'bea@partner.example', rcptTo: [ANA, BOB] });
    expect(belowTheMark(taken?.raw ?? MAIL).equals(MAIL)).toBe(true);
    const [mark] = splitHeaders(taken?.raw ?? MAIL);
    expect(mark?.name).toBe('X-Tidemark-Release');
    const check = createCheckRelease('default', [SECRET], () => now);
    expect(await check(mark?.value ?? '', contentOf(taken?.raw ?? MAIL))).toBe('v1');
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'already-restored' });
    expect(sink.taken).toHaveLength(1);
    expect(await restore('default', 'v1', true)).toMatchObject(restored([ANA, 'accepted'], [BOB, 'accepted']));
    expect(sink.taken).toHaveLength(2);
  });

  test('of a bounce, and to odd addresses', async () => {
    await keep(MAIL, { mailFrom: '', rcptTo: ['"ana k"@acme.example'] });
    expect(await restore('default', 'v1', false)).toMatchObject(restored(['"ana k"@acme.example', 'accepted']));
    expect(sink.taken[0]).toMatchObject({ mailFrom: '', rcptTo: ['"ana k"@acme.example'] });
  });

  test('to an address that no command can carry is refused, and the others get it; of such a sender it is a bounce', async () => {
    const odd = '"<>"@acme.example';
    await keep(MAIL, { mailFrom: '"<b>"@partner.example', rcptTo: [odd, ANA] });
    expect(await restore('default', 'v1', false)).toEqual(
      restored([odd, 'refused', 'no SMTP command can carry this address'], [ANA, 'accepted', '250 taken']),
    );
    expect(sink.taken).toMatchObject([{ mailFrom: '', rcptTo: [ANA] }]);
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'refused' }); // none is left to be tried
    expect(sink.taken).toHaveLength(1);
  });

  test('asked for by several at once delivers once', async () => {
    await keep();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => restore('default', 'v1', false)));
    expect(outcomes.filter(({ kind }) => kind === 'restored')).toHaveLength(1);
    expect(sink.taken).toHaveLength(1);
  });

  test('who was refused gets it by the next, and only they', async () => {
    await keep();
    sink.answers = (line) => (line.includes('bob') ? '450 4.2.0 not now' : undefined);
    expect(await restore('default', 'v1', false)).toEqual(
      restored([ANA, 'accepted', '250 taken'], [BOB, 'refused', '450 4.2.0 not now']),
    );
    sink.answers = () => undefined;
    expect(await restore('default', 'v1', false)).toMatchObject(restored([ANA, 'before'], [BOB, 'accepted']));
    expect(sink.taken.map(({ rcptTo }) => rcptTo)).toEqual([[ANA], [BOB]]);
  });

  test.each([
    ['the sender', 'MAIL'],
    ['all recipients', 'RCPT'],
    ['the command', 'DATA'],
    ['the message', '.'],
  ])('refused at %s can be tried again', async (_what, command) => {
    await keep();
    sink.answers = (line) => (line.startsWith(command) ? '554 5.7.1 no' : undefined);
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'refused', said: '554 5.7.1 no' });
    sink.answers = () => undefined;
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'restored' });
    expect(sink.taken).toHaveLength(1);
  });

  test.each(['MAIL', 'DATA', '.'])('a server that hangs up at %s is away: it can be tried again', async (command) => {
    await keep();
    sink.answers = (line) => (line.startsWith(command) ? 'hang-up' : undefined);
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'unreachable' });
    sink.answers = () => undefined;
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'restored' });
  });

  test('of what cannot be read is a fault, sends nothing, and can be tried again', async () => {
    await keep();
    const [file = ''] = readdirSync(join(dir, 'custody'));
    renameSync(join(dir, 'custody', file), join(dir, file));
    await expect(restore('default', 'v1', false)).rejects.toThrow('ENOENT');
    expect(sink.taken).toEqual([]);
    renameSync(join(dir, file), join(dir, 'custody', file));
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'restored' });
  });

  test('is noted once a store that was away is back, and delivers once', async () => {
    await keep();
    let failures = 1;
    const custody: Custody = {
      ...store.custody,
      async settle(...all) {
        if (failures-- > 0) throw new StoreAway('away', undefined);
        return store.custody.settle(...all);
      },
    };
    const release = { deliver: createDelivery({ host: '127.0.0.1', port: sink.port }), secret: SECRET };
    const outcome = await createRestore({ custody, release, now: () => now })('default', 'v1', false);
    expect(outcome).toMatchObject(restored([ANA, 'accepted'], [BOB, 'accepted']));
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'already-restored' });
    expect(sink.taken).toHaveLength(1);
  });

  test('that a store could not note for as long as the claim lasts delivers once all the same, and is noted in the end', async () => {
    await keep();
    let isAway = true;
    const custody: Custody = {
      ...store.custody,
      async settle(...all) {
        now = Math.max(now, NOW + 300_000); // the claim is over
        if (isAway) throw new StoreAway('away', undefined);
        return store.custody.settle(...all);
      },
    };
    const release = { deliver: createDelivery({ host: '127.0.0.1', port: sink.port }), secret: SECRET };
    const ours = createRestore({ custody, release, now: () => now });
    await expect(ours('default', 'v1', false)).rejects.toThrow('away');
    expect(await ours('default', 'v1', false)).toEqual({ kind: 'already-restored' });
    isAway = false;
    const noted = async () => (await store.custody.find('default', 'v1'))[0]?.restoredTo ?? [];
    expect(await noted()).toEqual([]);
    for (let tries = 0; tries < 50 && (await noted()).length === 0; tries++) await sleep(100);
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'already-restored' }); // as another process sees it
    expect(sink.taken).toHaveLength(1);
  });

  test('without a server it says so', async () => {
    await keep();
    const outcome = await restoreBy(await freePort())('default', 'v1', false);
    expect(outcome).toMatchObject({ kind: 'unreachable', said: expect.stringContaining('ECONNREFUSED') });
  });

  test('of nothing, of an erased mailbox, or of another tenant: nothing is kept', async () => {
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'nothing-kept' });
    await keep();
    expect(await restore('other', 'v1', false)).toEqual({ kind: 'nothing-kept' });
    for (const mailbox of [ANA, BOB]) await store.custody.erase('default', mailbox);
    expect(await restore('default', 'v1', false)).toEqual({ kind: 'nothing-kept' });
    expect(sink.taken).toEqual([]);
  });

  test('of a message that an MTA split goes to each share of its recipients', async () => {
    await keep(MAIL, { mailFrom: 'ana@acme.example', rcptTo: ['x@else.example'] });
    await keep(MAIL, { mailFrom: 'ana@acme.example', rcptTo: ['y@else.example'] });
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'restored' });
    expect(sink.taken.flatMap(({ rcptTo }) => rcptTo).toSorted()).toEqual(['x@else.example', 'y@else.example']);
  });

  test('of a large message streams', async () => {
    const line = `${'x'.repeat(70)}\r\n`;
    const large = Buffer.concat([MAIL, Buffer.from(line.repeat(60_000))]);
    await keep(large);
    expect(await restore('default', 'v1', false)).toMatchObject({ kind: 'restored' });
    expect(belowTheMark(sink.taken[0]?.raw ?? MAIL).equals(large)).toBe(true);
  });

  test('without a way out says that there is none', async () => {
    const none = createRestore({ custody: store.custody, now: Date.now });
    expect(await none('default', 'v1', false)).toEqual({ kind: 'not-configured' });
  });
});

describe('the header', () => {
  const check = createCheckRelease('default', [SECRET], () => now);
  const afterSmtp = async (raw: Buffer): Promise<readonly [mark: string, raw: Buffer]> => {
    await keep(raw);
    await restore('default', 'v1', false);
    const arrived = sink.taken[0]?.raw ?? Buffer.alloc(0);
    return [splitHeaders(arrived)[0]?.value ?? '', belowTheMark(arrived)];
  };

  test.each([
    ['bare CR and LF, which SMTP cannot carry', 'From: a@b.example\r\n\r\none\rtwo\nthree\r\n\rfour\r\n'],
    ['no line end at the end', 'From: a@b.example\r\n\r\nHello'],
    ['empty lines at the end', 'From: a@b.example\r\n\r\nHello\r\n\r\n\r\n'],
    [
      'bytes of all kinds',
      `From: a@b.example\r\n\r\n${String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at))}\r\n`,
    ],
    ['no body', 'From: a@b.example\r\n\r\n'],
  ])('passes with %s', async (_what, text) => {
    const [mark, raw] = await afterSmtp(Buffer.from(text, 'latin1'));
    expect(await check(mark, contentOf(raw))).toBe('v1');
  });

  test('passes under trace fields, Date and Message-ID of other MTAs, and folded anew', async () => {
    const [mark, raw] = await afterSmtp(MAIL);
    const text = raw.toString('latin1').replace('From: bea', 'From:\r\n\tbea');
    const arrived = Buffer.from(
      `Received: by mx2\r\nDate: now\r\nMessage-ID: <1@mx>\r\nX-Spam: no\r\n${text}`,
      'latin1',
    );
    expect(await check(mark, contentOf(arrived))).toBe('v1');
  });

  test.each([
    ['From', 'bea@partner', 'eve@partner'],
    ['Subject', 'Subject: Gr', 'Subject: gr'],
    ['a new Reply-To', 'Subject:', 'Reply-To: eve@else.example\r\nSubject:'],
    ['a Content-Type', 'Subject:', 'Content-Type: text/html\r\nSubject:'],
    ['the body', 'Hello.', 'Hello,'],
    ['a line end in the body', 'Hello.', 'Hel\r\nlo.'],
  ])('is worth nothing once %s changed', async (_what, from, to) => {
    const [mark, raw] = await afterSmtp(MAIL);
    const changed = Buffer.from(raw.toString('latin1').replace(from, to), 'latin1');
    expect(changed.equals(raw)).toBe(false);
    expect(await check(mark, contentOf(changed))).toBeUndefined();
  });

  test('is worth nothing after an hour, for another tenant, or by another secret', async () => {
    const [mark, raw] = await afterSmtp(MAIL);
    const at = (time: number) => createCheckRelease('default', [SECRET], () => time);
    expect(await at(NOW + 3_600_000)(mark, contentOf(raw))).toBe('v1');
    expect(await at(NOW + 3_600_001)(mark, contentOf(raw))).toBeUndefined();
    expect(await createCheckRelease('other', [SECRET], () => now)(mark, contentOf(raw))).toBeUndefined();
    expect(await createCheckRelease('default', ['x'.repeat(40)], () => now)(mark, contentOf(raw))).toBeUndefined();
    expect(await createCheckRelease('default', ['x'.repeat(40), SECRET], () => now)(mark, contentOf(raw))).toBe('v1');
  });
});
