/** What every store must do with originals. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeptOriginal, type Original, OVERHEAD_BYTES } from '../../src/domain/custody.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { StoreUnderTest } from './contract.ts';

const ANA = 'ana@acme.example';
const BOB = 'bob@acme.example';
const ROOM = 100 * 2 ** 20;
const EVER = { recordsBefore: 0, verdictsBefore: 0, observationsBefore: 0, originalsBefore: 0 };

export const anOriginal = (changes: Partial<Original> = {}): Original => ({
  tenant: 'acme',
  verdictId: 'v1',
  why: 'hold',
  mailboxes: [ANA],
  envelope: { clientIp: '203.0.113.9', helo: 'mx', mailFrom: '', rcptTo: [ANA] },
  keptAt: 1000,
  contentHash: 'ab',
  ...changes,
});

/** Every byte there is, over pieces of any size. */
const bytesOf = (sizeBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 7 + (at >> 8)) & 0xff));

export function custodyContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`${name}: custody`, () => {
    let place: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      place = await start();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });
    const keep = (original: Original, raw = bytesOf(10), room = ROOM) => store.custody.keep(original, raw, room);
    const one = async (verdictId = 'v1', tenant = 'acme'): Promise<KeptOriginal> => {
      const [found] = await store.custody.find(tenant, verdictId);
      if (found === undefined) throw new Error(`${verdictId} is not there`);
      return found;
    };
    const read = async (original: KeptOriginal): Promise<Buffer> => {
      const pieces: Buffer[] = [];
      for await (const piece of store.custody.read(original)) pieces.push(piece);
      return Buffer.concat(pieces);
    };

    test.each([0, 1, 512 * 1024, 512 * 1024 + 1, 5_000_000])(
      '%d bytes come back as they were, also after a restart',
      async (sizeBytes) => {
        const raw = bytesOf(sizeBytes);
        const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
        expect(await keep(anOriginal(), raw)).toBe('kept');
        await store.close();
        store = await place.open();
        const found = await one();
        expect(found).toEqual({ ...anOriginal(), key: expect.any(String), sizeBytes, restoredTo: [] });
        expect(hash(await read(found))).toBe(hash(raw));
      },
    );

    test('handed in twice it is kept once, at once or later', async () => {
      const both = await Promise.all([keep(anOriginal()), keep(anOriginal())]);
      expect(both.toSorted()).toEqual(['kept', 'known']);
      expect(await keep(anOriginal({ keptAt: 2000 }), bytesOf(20))).toBe('known');
      expect(await store.custody.find('acme', 'v1')).toHaveLength(1);
      expect(await store.custody.totalBytes()).toBe(10 + OVERHEAD_BYTES);
    });

    test('shares of the recipients are kept each', async () => {
      const toBob = anOriginal({ envelope: { rcptTo: [BOB] }, keptAt: 2000 });
      expect([await keep(anOriginal()), await keep(toBob)]).toEqual(['kept', 'kept']);
      const found = await store.custody.find('acme', 'v1');
      expect(found.map(({ envelope }) => envelope.rcptTo)).toEqual([[ANA], [BOB]]);
    });

    test('no tenant sees that of another', async () => {
      await keep(anOriginal(), Buffer.from('acme'));
      await keep(anOriginal({ tenant: 'other' }), Buffer.from('other'));
      expect(String(await read(await one('v1', 'other')))).toBe('other');
      expect(await store.custody.find('third', 'v1')).toEqual([]);
    });

    test('what does not fit is not kept, and there is room again once something went', async () => {
      const room = 2 * (10 + OVERHEAD_BYTES) + 5;
      await keep(anOriginal(), bytesOf(10), room);
      expect(await keep(anOriginal({ verdictId: 'v2' }), bytesOf(16), room)).toBe('full');
      expect(await store.custody.find('acme', 'v2')).toEqual([]);
      expect(await keep(anOriginal({ verdictId: 'v2' }), bytesOf(15), room)).toBe('kept');
      expect(await keep(anOriginal({ verdictId: 'v3', tenant: 'other' }), bytesOf(0), room)).toBe('full');
      expect(await keep(anOriginal(), bytesOf(10), room)).toBe('known'); // also when full
      expect(await store.custody.erase('acme', ANA)).toBe(2);
      expect(await keep(anOriginal({ verdictId: 'v3', tenant: 'other' }), bytesOf(0), room)).toBe('kept');
    });

    test('many at once do not go over the limit', async () => {
      const room = 3 * (10 + OVERHEAD_BYTES);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, at) => keep(anOriginal({ verdictId: `v${at}` }), bytesOf(10), room)),
      );
      expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(3);
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(5);
      expect(await store.custody.totalBytes()).toBe(room);
    });

    test('one at a time delivers; a claim ends by itself', async () => {
      await keep(anOriginal());
      const original = await one();
      const claims = await Promise.all([1, 2, 3].map(() => store.custody.claim(original, 5000, 6000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await store.custody.claim(original, 5999, 7000)).toBe(false);
      expect(await store.custody.claim(original, 6000, 7000)).toBe(true);
      await store.custody.settle(original, 7000, [ANA]);
      expect((await one()).restoredTo).toEqual([ANA]);
      expect(await store.custody.claim(original, 6001, 7001)).toBe(true);
    });

    test('who settles late notes who has it, and leaves the claim of another', async () => {
      await keep(anOriginal({ mailboxes: [ANA, BOB], envelope: { rcptTo: [ANA, BOB] } }));
      const original = await one();
      await store.custody.claim(original, 5000, 6000);
      await store.custody.claim(original, 6000, 7000);
      await store.custody.settle(original, 6000, [ANA]);
      expect(await store.custody.claim(original, 6500, 7500)).toBe(false);
      await store.custody.settle(original, 7000, [BOB]);
      expect((await one()).restoredTo).toEqual([ANA, BOB]);
      expect(await store.custody.claim(original, 6500, 7500)).toBe(true);
    });

    test('who was erased during a delivery is not named again', async () => {
      await keep(anOriginal({ mailboxes: [ANA, BOB], envelope: { rcptTo: [ANA, BOB] } }));
      const original = await one();
      await store.custody.claim(original, 5000, 6000);
      await store.custody.erase('acme', ANA);
      await store.custody.settle(original, 6000, [ANA, BOB]);
      expect((await one()).restoredTo).toEqual([BOB]);
    });

    test('an erased mailbox takes its originals along, and leaves those of others without it', async () => {
      await keep(anOriginal());
      const both = { mailboxes: [ANA, BOB], envelope: { rcptTo: ['Ana@acme.example', BOB] } };
      await keep(anOriginal({ verdictId: 'v2', ...both }));
      await keep(anOriginal({ verdictId: 'v3', tenant: 'other' }));
      await store.custody.settle(await one('v2'), 1, ['Ana@acme.example']);
      expect(await store.custody.erase('acme', ANA)).toBe(1);
      expect(await store.custody.find('acme', 'v1')).toEqual([]);
      expect(await one('v2')).toMatchObject({ mailboxes: [BOB], envelope: { rcptTo: [BOB] }, restoredTo: [] });
      expect(await one('v3', 'other')).toMatchObject({ mailboxes: [ANA] });
      expect(await store.custody.erase('acme', BOB)).toBe(1);
      expect(await store.custody.totalBytes()).toBe(10 + OVERHEAD_BYTES);
    });

    test('an erased mailbox takes its recipients along, however the MTA wrote them', async () => {
      const mailboxes = [ANA, BOB, 'cy@xn--bcher-kva.example'];
      const rcptTo = ['ana', '"Ana"@acme.example', 'Bob@acme.example', 'cy@b\u00fccher.example'];
      await keep(anOriginal({ mailboxes, envelope: { rcptTo }, rcptMailboxes: [ANA, ANA, BOB, mailboxes[2] ?? ''] }));
      await keep(anOriginal({ verdictId: 'v2', mailboxes: mailboxes.slice(1), envelope: { rcptTo: rcptTo.slice(2) } }));
      await store.custody.settle(await one(), 1, rcptTo.slice(1));
      await store.custody.erase('acme', ANA);
      expect(await one()).toMatchObject({ envelope: { rcptTo: rcptTo.slice(2) }, restoredTo: rcptTo.slice(2) });
      await store.custody.erase('acme', mailboxes[2] ?? '');
      for (const id of ['v1', 'v2']) expect((await one(id)).envelope.rcptTo).toEqual(['Bob@acme.example']);
      expect(await one()).toMatchObject({ restoredTo: ['Bob@acme.example'], rcptMailboxes: [BOB] });
    });

    test('handed in again after an erasure, whoever was erased is its recipient again', async () => {
      const both = { mailboxes: [ANA, BOB], envelope: { rcptTo: [ANA, BOB] } };
      await keep(anOriginal(both));
      await store.custody.settle(await one(), 1, [ANA, BOB]);
      await store.custody.erase('acme', ANA);
      expect(await keep(anOriginal({ ...both, keptAt: 2000 }), bytesOf(10), 0)).toBe('known'); // also when full
      expect(await one()).toMatchObject({ ...both, restoredTo: [BOB], keptAt: 2000 });
      expect(await keep(anOriginal({ ...both, keptAt: 3000 }))).toBe('known');
      expect(await one()).toMatchObject({ keptAt: 2000 });
      expect(await read(await one())).toEqual(bytesOf(10));
      expect(await store.custody.totalBytes()).toBe(10 + OVERHEAD_BYTES);
      for (const mailbox of [BOB, ANA]) await store.custody.erase('acme', mailbox);
      expect(await store.custody.find('acme', 'v1')).toEqual([]);
    });

    test('an erased tenant takes all along; what was read before is gone', async () => {
      await keep(anOriginal());
      await keep(anOriginal({ verdictId: 'v2' }));
      const original = await one();
      expect(await store.eraseTenant('acme')).toBe(2);
      await expect(read(original)).rejects.toThrow(/gone/);
      expect(await store.custody.totalBytes()).toBe(0);
      expect(await store.custody.claim(original, 0, 1)).toBe(false);
    });

    test('what is unscored waits in order, of all tenants, unless somebody has claimed it', async () => {
      const why = 'unscored';
      await keep(anOriginal({ verdictId: 'u2', why, keptAt: 2 }));
      await keep(anOriginal({ verdictId: 'u1', why, keptAt: 1, tenant: 'other' }));
      await keep(anOriginal({ verdictId: 'u3', why, keptAt: 3 }));
      await keep(anOriginal());
      const waiting = async (now: number, limit = 10) =>
        (await store.custody.unscored(now, limit)).map(({ tenant, verdictId }) => `${tenant} ${verdictId}`);
      expect(await waiting(1000, 2)).toEqual(['other u1', 'acme u2']);
      await store.custody.claim(await one('u2'), 1000, 2000);
      expect(await waiting(1000)).toEqual(['other u1', 'acme u3']);
      expect(await waiting(2000)).toEqual(['other u1', 'acme u2', 'acme u3']);
      const gone = await one('u3');
      await store.custody.remove(gone);
      await store.custody.remove(gone);
      expect(await waiting(2000)).toEqual(['other u1', 'acme u2']);
      expect(await store.custody.totalBytes()).toBe(3 * (10 + OVERHEAD_BYTES));
    });

    test('goes with time, in bites', async () => {
      for (const at of [1, 2, 3]) await keep(anOriginal({ verdictId: `v${at}`, keptAt: at }));
      expect(await store.prune({ ...EVER, originalsBefore: 3 }, 1)).toBe(1);
      expect(await store.prune({ ...EVER, originalsBefore: 3 }, 10)).toBe(1);
      expect(await store.prune({ ...EVER, originalsBefore: 3 }, 10)).toBe(0);
      expect(await one('v3')).toMatchObject({ keptAt: 3 });
      expect(await store.custody.totalBytes()).toBe(10 + OVERHEAD_BYTES);
    });
  });
}
