/** What every store must do, whatever it is built on. One file, so that a new store has one thing to pass. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LinkLock, type LockedLink, MAX_LOCK_COUNT } from '../../src/domain/lock.ts';
import type { LinkRecord, Observation, RecordKey, Records } from '../../src/domain/observation.ts';
import { recordId } from '../../src/domain/observation.ts';
import type { Lesson, LoggedVerdict, Store } from '../../src/domain/ports.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { aVerdict } from '../http/service.ts';

export interface StoreUnderTest {
  /** Opens the same data again after close. */
  open(): Promise<Store>;
  /** Removes the data. */
  dispose(): Promise<void>;
}

const ANA = 'ana@acme.example';
const BOB = 'bob@acme.example';
const linkKey = (mailbox: string, key: string): RecordKey => ({ mailbox, kind: 'link', key });

/** Counts one in each key's record. */
function counting(id: string, keys: readonly RecordKey[], mailbox = ANA): Lesson {
  const fold = (records: Records): Records =>
    new Map(
      keys.map((key) => {
        const old = records.get(recordId(key)) as LinkRecord | undefined;
        const n = (old?.c.n ?? 0) + 1;
        return [recordId(key), { c: { n, w30: n, w365: n, d: 1, f: 0, l: n }, senders: { v: {}, o: 0 } }];
      }),
    );
  return { id, mailbox, keys, fold };
}

export function storeContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
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
    const reopen = async () => {
      await store.close();
      store = await place.open();
    };
    const countOf = async (key: RecordKey, tenant = 'acme') =>
      ((await store.recall(tenant, [key])).get(recordId(key)) as LinkRecord | undefined)?.c.n;

    describe('records', () => {
      const key = linkKey(ANA, 'partner.example');

      test('what was never learned is absent', async () => {
        expect(await store.recall('acme', [key, linkKey('', 'x.example')])).toEqual(new Map());
        expect(await store.recall('acme', [])).toEqual(new Map());
      });

      test('a lesson is learned once, also in one call, and is there after a restart', async () => {
        expect(await store.learn('acme', [counting('a', [key]), counting('a', [key])], 'durable')).toEqual([
          true,
          false,
        ]);
        expect(await store.learn('acme', [counting('a', [key])], 'committed')).toEqual([false]);
        await reopen();
        expect(await store.learn('acme', [counting('a', [key])], 'durable')).toEqual([false]);
        expect(await countOf(key)).toBe(1);
      });

      test('lessons of one call build on each other, in order', async () => {
        await store.learn('acme', [counting('a', [key]), counting('b', [key])], 'committed');
        expect(await countOf(key)).toBe(2);
      });

      test('concurrent calls lose no count', async () => {
        const calls = Array.from({ length: 50 }, (_, i) =>
          store.learn('acme', [counting(`c${i}`, [key])], 'committed'),
        );
        await Promise.all(calls);
        expect(await countOf(key)).toBe(50);
      });

      test('the same lesson of two mailboxes is two lessons', async () => {
        await store.learn('acme', [counting('a', [key]), counting('a', [key], BOB)], 'committed');
        expect(await countOf(key)).toBe(2);
      });

      test('a lesson that throws teaches nothing, and harms no other', async () => {
        const bad: Lesson = {
          ...counting('bad', [key]),
          fold: () => {
            throw new Error('bug');
          },
        };
        const good = store.learn('acme', [counting('good', [key])], 'committed');
        const both = store.learn('acme', [counting('before', [key]), bad], 'committed');
        await expect(both).rejects.toThrow('bug');
        await expect(good).resolves.toEqual([true]);
        expect(await countOf(key)).toBe(1);
        // It may be learned once it can be.
        expect(await store.learn('acme', [counting('before', [key]), counting('bad', [key])], 'committed')).toEqual([
          true,
          true,
        ]);
      });

      test('a lesson whose time has not come is not learned, and may be later', async () => {
        const when = {
          keys: [key],
          holds: (records: Records) => ((records.get(recordId(key)) as LinkRecord | undefined)?.c.n ?? 0) >= 2,
        };
        const third = { ...counting('third', [key]), when };
        expect(await store.learn('acme', [counting('a', [key]), third], 'committed')).toEqual([true, false]);
        expect(await store.learn('acme', [counting('b', [key]), third, third], 'committed')).toEqual([
          true,
          true,
          false,
        ]);
        expect(await countOf(key)).toBe(3);
      });

      test('a lesson that excludes another is learned in its place, never beside it', async () => {
        const key = linkKey(ANA, 'partner.example');
        const one: Lesson = { ...counting('one', [key]), unless: 'other' };
        const other: Lesson = { ...counting('other', [key]), unless: 'one' };
        expect(await store.learn('acme', [one, other], 'durable')).toEqual([true, false]);
        expect(await store.learn('acme', [other, one], 'durable')).toEqual([false, false]);
        await reopen();
        expect(await store.learn('acme', [other], 'durable')).toEqual([false]);
        expect(await countOf(key)).toBe(1);
        // Taken back, the way is free.
        expect(await store.learn('acme', [{ ...one, undoes: true, fold: () => new Map() }], 'durable')).toEqual([true]);
        expect(await store.learn('acme', [other], 'durable')).toEqual([true]);
        expect(await store.learn('acme', [one], 'durable')).toEqual([false]);
      });

      test('what was learned is taken back, once', async () => {
        const back: Lesson = { ...counting('a', [key]), fold: () => new Map(), undoes: true };
        expect(await store.learn('acme', [back], 'committed')).toEqual([false]);
        await store.learn('acme', [counting('a', [key])], 'committed');
        expect(await store.learn('acme', [back, back], 'durable')).toEqual([true, false]);
        expect(await store.learn('acme', [counting('a', [key])], 'committed')).toEqual([true]);
      });

      test('no tenant sees another', async () => {
        await store.learn('acme', [counting('a', [key])], 'committed');
        expect(await countOf(key, 'other')).toBeUndefined();
        expect(await store.learn('other', [counting('a', [key])], 'committed')).toEqual([true]);
        expect(await countOf(key)).toBe(1);
      });

      test.each(['__proto__', 'constructor', "o'brien@x.example", '%', 'ü@x.example', '\u{1f600}'])(
        'any key: %s',
        async (text) => {
          await store.learn('acme', [counting('a', [linkKey(ANA, text)])], 'committed');
          await reopen();
          expect(await countOf(linkKey(ANA, text))).toBe(1);
        },
      );

      test('a list holds one kind of one mailbox, latest first', async () => {
        for (const domain of ['a.example', 'b.example', 'c.example', 'a.example']) {
          await store.learn('acme', [counting(`${domain}${Math.random()}`, [linkKey(ANA, domain)])], 'committed');
          await sleep(2);
        }
        const others: readonly RecordKey[] = [
          linkKey(BOB, 'd.example'),
          linkKey(`${ANA}.evil`, 'e.example'),
          { mailbox: ANA, kind: 'domain', key: 'f.example' },
        ];
        await store.learn('acme', [counting('o', others)], 'committed');
        const keys = [...(await store.list('acme', ANA, 'link', 10)).keys()];
        expect(keys).toEqual(['a.example', 'c.example', 'b.example'].map((domain) => recordId(linkKey(ANA, domain))));
        expect((await store.list('acme', ANA, 'link', 2)).size).toBe(2);
        expect((await store.list('other', ANA, 'link', 10)).size).toBe(0);
      });

      test('erasing takes a mailbox’s records and lessons and no other’s', async () => {
        const keys = [key, linkKey(BOB, 'partner.example'), linkKey(`${ANA}x`, 'partner.example')];
        await store.learn('acme', [counting('a', keys)], 'committed');
        await store.learn('other', [counting('a', keys)], 'committed');
        expect(await store.erase('acme', ANA)).toBe(1);
        expect(await Promise.all(keys.map((one) => countOf(one)))).toEqual([undefined, 1, 1]);
        expect(await countOf(key, 'other')).toBe(1);
        expect(await store.learn('acme', [counting('a', [key])], 'committed')).toEqual([true]);
        expect(await store.erase('acme', 'nobody@acme.example')).toBe(0);
      });
    });

    describe('verdicts', () => {
      const entry = (id: string, changes: Partial<Verdict> = {}): LoggedVerdict => ({
        verdict: aVerdict({ id, tenant: 'acme', ...changes }),
      });
      const idsOf = async (query: Partial<Parameters<Store['verdicts']['find']>[1]>, tenant = 'acme') =>
        (await store.verdicts.find(tenant, { limit: 10, ...query })).map(({ id }) => id);

      test('come back as they were, to their tenant', async () => {
        const logged = {
          ...entry('v1', { subject: 'Grüße “\u0000”' }),
          observation: { id: 'o', at: 1 } as Observation,
        };
        await store.verdicts.add(logged, []);
        await reopen();
        expect(await store.verdicts.get('acme', 'v1')).toEqual(logged);
        expect(await store.verdicts.get('other', 'v1')).toBeUndefined();
        expect(await store.verdicts.get('acme', 'v2')).toBeUndefined();
      });

      test('and what they teach are written together, or neither is', async () => {
        const key = linkKey(ANA, 'partner.example');
        const bad: Lesson = {
          ...counting('bad', [key]),
          fold: () => {
            throw new Error('bug');
          },
        };
        await expect(store.verdicts.add(entry('v1'), [counting('a', [key]), bad])).rejects.toThrow('bug');
        expect(await store.verdicts.get('acme', 'v1')).toBeUndefined();
        expect(await countOf(key)).toBeUndefined();
        await store.verdicts.add(entry('v1'), [counting('a', [key])]);
        await store.verdicts.add(entry('v1'), [counting('b', [key])]);
        expect(await countOf(key)).toBe(1);
      });

      test('the first under an id stays', async () => {
        await store.verdicts.add(entry('v1'), []);
        await store.verdicts.add(entry('v1', { subject: 'again' }), []);
        expect((await store.verdicts.get('acme', 'v1'))?.verdict.subject).toBe('Invoice');
      });

      const asItIs = async (id: string): Promise<LoggedVerdict> => {
        const found = await store.verdicts.get('acme', id);
        if (found === undefined) throw new Error(`${id} is not there`);
        return found;
      };
      const of = (mailbox: string) => [{ ...(aVerdict().mailboxes[0] as Verdict['mailboxes'][number]), mailbox }];
      beforeEach(async () => {
        await store.verdicts.add(entry('a1', { receivedAt: 1000, action: 'hold', mailboxes: of(ANA) }), []);
        await store.verdicts.add(
          entry('a2', { receivedAt: 2000, action: 'deliver', mailboxes: [...of(ANA), ...of(BOB)] }),
          [],
        );
        await store.verdicts.add(entry('b3', { receivedAt: 2000, action: 'hold', mailboxes: of(BOB) }), []);
        await store.verdicts.add(entry('x', { receivedAt: 3000, tenant: 'other', mailboxes: of(ANA) }), []);
      });

      test('are found newest first, by mailbox, action and time', async () => {
        expect(await idsOf({})).toEqual(['b3', 'a2', 'a1']);
        expect(await idsOf({ mailbox: ANA })).toEqual(['a2', 'a1']);
        expect(await idsOf({ mailbox: BOB, action: 'hold' })).toEqual(['b3']);
        expect(await idsOf({ since: 1001 })).toEqual(['b3', 'a2']);
        expect(await idsOf({ mailbox: 'nobody@acme.example' })).toEqual([]);
        expect(await idsOf({}, 'other')).toEqual(['x']);
      });

      test('pages follow each other, also among mails of one moment', async () => {
        expect(await idsOf({ limit: 1 })).toEqual(['b3']);
        expect(await idsOf({ limit: 1, after: 'b3' })).toEqual(['a2']);
        expect(await idsOf({ limit: 1, after: 'a2' })).toEqual(['a1']);
        expect(await idsOf({ limit: 1, after: 'a1' })).toEqual([]);
        expect(await idsOf({ mailbox: ANA, after: 'a2' })).toEqual(['a1']);
        expect(await idsOf({ after: 'x' })).toEqual([]);
      });

      test('feedback is noted', async () => {
        const a1 = await asItIs('a1');
        expect(
          await store.verdicts.annotate(a1, { feedback: 'safe', isLearned: true }, [
            counting('a', [linkKey(ANA, 'x.example')]),
          ]),
        ).toBe(true);
        const elsewhere = { ...a1, verdict: { ...a1.verdict, id: 'a2', tenant: 'other' } };
        expect(
          await store.verdicts.annotate(elsewhere, { feedback: 'threat', isLearned: false }, [
            counting('b', [linkKey(ANA, 'y.example')]),
          ]),
        ).toBe(false);
        expect(await store.verdicts.get('acme', 'a1')).toMatchObject({
          feedback: 'safe',
          verdict: { isLearned: true },
        });
        expect(await store.verdicts.get('acme', 'a2')).not.toHaveProperty('feedback');
        expect(await countOf(linkKey(ANA, 'x.example'))).toBe(1);
        expect(await countOf(linkKey(ANA, 'y.example'), 'other')).toBeUndefined();
      });

      test.each([
        [
          'a person has judged it',
          (one: LoggedVerdict) => store.verdicts.annotate(one, { feedback: 'threat', isLearned: false }, []),
        ],
        ['it was learned', (one: LoggedVerdict) => store.verdicts.annotate(one, { isLearned: true }, [])],
        ['a mailbox of it was erased', () => store.verdicts.erase('acme', ANA)],
      ])('a word on what it was before: nothing is noted nor learned once %s', async (_name, change) => {
        const facts = { id: 'o' } as Observation;
        await store.verdicts.add({ ...entry('both', { mailboxes: [...of(ANA), ...of(BOB)] }), observation: facts }, []);
        const before = await asItIs('both');
        await change(before);
        const now = await asItIs('both');
        const lesson = counting('late', [linkKey(BOB, 'x.example')]);
        expect(await store.verdicts.annotate(before, { feedback: 'safe', isLearned: true }, [lesson])).toBe(false);
        expect(await asItIs('both')).toEqual(now);
        expect(await countOf(linkKey(BOB, 'x.example'))).toBeUndefined();
      });

      test('of two words at one moment one is taken, the other told', async () => {
        const a1 = await asItIs('a1');
        const said = await Promise.all([
          store.verdicts.annotate(a1, { feedback: 'threat', isLearned: false }, []),
          store.verdicts.annotate(a1, { isLearned: true }, [counting('a', [linkKey(ANA, 'x.example')])]),
        ]);
        expect(said).toEqual([true, false]);
        expect(await countOf(linkKey(ANA, 'x.example'))).toBeUndefined();
      });

      test('erasing a mailbox takes its verdicts, and its name from those of others', async () => {
        expect(await store.verdicts.erase('acme', ANA)).toBe(2);
        expect(await idsOf({})).toEqual(['b3', 'a2']);
        expect(await idsOf({ mailbox: ANA })).toEqual([]);
        expect((await store.verdicts.get('acme', 'a2'))?.verdict.mailboxes).toEqual(of(BOB));
        expect(await idsOf({}, 'other')).toEqual(['x']);
      });
    });

    describe('what waits to be learned', () => {
      const waiting = (id: string, learnsAt: number, tenant = 'acme'): LoggedVerdict => ({
        verdict: aVerdict({ id, tenant, learnsAt, isLearned: false }),
        observation: { id: `o-${id}` } as Observation,
      });
      const dueIds = async (before: number, tenant?: string) =>
        (await store.verdicts.due(before, 10, tenant)).map(({ verdict }) => verdict.id);
      const key = linkKey(ANA, 'partner.example');
      beforeEach(async () => {
        for (const one of [waiting('late', 300), waiting('early', 100), waiting('other', 200, 'other')])
          await store.verdicts.add(one, []);
        await store.verdicts.add({ verdict: aVerdict({ id: 'never', tenant: 'acme' }) }, []);
      });

      test('comes when its time has come, the longest due first, also after a restart', async () => {
        expect(await dueIds(99)).toEqual([]);
        expect(await dueIds(300)).toEqual(['early', 'other', 'late']);
        await reopen();
        expect(await dueIds(200, 'acme')).toEqual(['early']);
        expect((await store.verdicts.due(300, 1))[0]?.observation).toEqual({ id: 'o-early' });
      });

      test('is learned once, and noted', async () => {
        expect(await store.verdicts.settle('acme', 'early', [counting('a', [key])])).toBe(true);
        expect(await store.verdicts.settle('acme', 'early', [counting('b', [key])])).toBe(false);
        expect(await store.verdicts.settle('other', 'late', [counting('c', [key])])).toBe(false);
        expect(await countOf(key)).toBe(1);
        expect(await dueIds(300)).toEqual(['other', 'late']);
        expect(await store.verdicts.get('acme', 'early')).toMatchObject({ verdict: { isLearned: true } });
        expect((await store.verdicts.find('acme', { limit: 9 })).map(({ isLearned }) => isLearned)).toContain(true);
      });

      test('is not learned once a person has spoken', async () => {
        const early = await store.verdicts.get('acme', 'early');
        if (early === undefined) throw new Error('not there');
        await store.verdicts.annotate(early, { feedback: 'threat', isLearned: false }, []);
        expect(await dueIds(300, 'acme')).toEqual(['late']);
        expect(await store.verdicts.settle('acme', 'early', [counting('a', [key])])).toBe(false);
        expect(await countOf(key)).toBeUndefined();
      });
    });

    describe('what goes', () => {
      const NAMES: LinkRecord = {
        c: { n: 1, w30: 1, w365: 1, d: 1, f: 0, l: 1 },
        senders: { v: { [ANA]: 2, [BOB]: 1 }, o: 0 },
      };
      const writing = (id: string, keys: readonly RecordKey[]): Lesson => ({
        ...counting(id, keys),
        fold: () => new Map(keys.map((key) => [recordId(key), NAMES])),
      });
      const sendersOf = async (key: RecordKey) =>
        Object.keys(
          ((await store.recall('acme', [key])).get(recordId(key)) as LinkRecord | undefined)?.senders.v ?? {},
        );

      test('of a mailbox: its address in what the tenant knows too', async () => {
        const profile: RecordKey = { mailbox: '', kind: 'profile', key: ANA };
        await store.learn(
          'acme',
          [writing('a', [linkKey('', 'x.example'), linkKey(BOB, 'x.example'), profile])],
          'committed',
        );
        expect(await store.erase('acme', ANA)).toBe(2);
        expect(await sendersOf(linkKey('', 'x.example'))).toEqual([BOB]);
        expect((await store.recall('acme', [profile])).size).toBe(0);
        expect(await sendersOf(linkKey(BOB, 'x.example'))).toEqual([ANA, BOB]);
      });

      test('of a correspondent: its record and its mentions, in one mailbox', async () => {
        const bob: RecordKey = { mailbox: ANA, kind: 'correspondent', key: BOB };
        await store.learn(
          'acme',
          [writing('a', [bob, linkKey(ANA, 'x.example'), linkKey('', 'x.example')])],
          'committed',
        );
        expect(await store.eraseCorrespondent('acme', ANA, BOB)).toBe(2);
        expect((await store.recall('acme', [bob])).size).toBe(0);
        expect(await sendersOf(linkKey(ANA, 'x.example'))).toEqual([ANA]);
        expect(await sendersOf(linkKey('', 'x.example'))).toEqual([ANA, BOB]);
      });

      test('of a tenant: all but its keys', async () => {
        const key = { id: 'k', tenant: 'acme', role: 'score', createdAt: 0 } as const;
        await store.keys.add(key, 'h');
        await store.learn('acme', [counting('a', [linkKey(ANA, 'x.example'), linkKey('', 'x.example')])], 'committed');
        await store.learn('acme2', [counting('a', [linkKey(ANA, 'x.example')])], 'committed');
        await store.verdicts.add({ verdict: aVerdict({ id: 'v', tenant: 'acme' }) }, []);
        expect(await store.eraseTenant('acme')).toBe(3);
        expect(await countOf(linkKey(ANA, 'x.example'))).toBeUndefined();
        expect(await countOf(linkKey(ANA, 'x.example'), 'acme2')).toBe(1);
        expect(await store.verdicts.get('acme', 'v')).toBeUndefined();
        expect(await store.keys.count()).toBe(1);
        expect(await store.learn('acme', [counting('a', [linkKey(ANA, 'x.example')])], 'committed')).toEqual([true]);
      });

      test('with time: in bites, until nothing is left', async () => {
        const keys = ['a', 'b', 'c'].map((name) => linkKey(ANA, `${name}.example`));
        await store.learn('acme', [counting('l', keys)], 'committed');
        await store.verdicts.add(
          {
            verdict: aVerdict({ id: 'old', tenant: 'acme', receivedAt: 1000 }),
            observation: { id: 'o' } as Observation,
          },
          [],
        );
        const soon = Date.now() + 60_000;
        const nothing = { recordsBefore: 0, verdictsBefore: 0, observationsBefore: 0, originalsBefore: 0 };
        expect(await store.prune(nothing, 10)).toBe(0);
        expect(await store.prune({ ...nothing, observationsBefore: 1001 }, 10)).toBe(1);
        expect(await store.verdicts.get('acme', 'old')).not.toHaveProperty('observation');
        expect(await store.prune({ ...nothing, verdictsBefore: 1001 }, 10)).toBeGreaterThan(0);
        expect(await store.verdicts.get('acme', 'old')).toBeUndefined();
        expect(await store.prune({ ...nothing, recordsBefore: soon }, 2)).toBe(3);
        expect(await store.prune({ ...nothing, recordsBefore: soon }, 2)).toBe(1);
        expect(await store.prune({ ...nothing, recordsBefore: soon }, 2)).toBe(0);
        expect(await store.learn('acme', [counting('l', keys)], 'committed')).toEqual([true]);
      });
    });

    describe('locked links', () => {
      const links = ['b', 'a'].map((name) => ({
        token: `${name}-token`,
        url: `https://${name}.example/?q=%00`,
        host: `${name}.example`,
      }));
      const [b, a] = links as [LockedLink, LockedLink];
      const verdict = aVerdict({ id: 'v1', tenant: 'acme', receivedAt: 1000 });
      const known = { tenant: 'acme', verdictId: 'v1', receivedAt: 1000, openedCount: 0, goneOnCount: 0 };
      beforeEach(async () => {
        await store.verdicts.add({ verdict }, []);
        await store.locks.add(verdict, links);
      });

      test('are found by their token and by their verdict, also after a restart', async () => {
        await reopen();
        expect(await store.locks.get(a.token)).toEqual({ ...a, ...known });
        expect(await store.locks.get('c-token')).toBeUndefined();
        expect(await store.locks.ofVerdict('acme', 'v1')).toEqual([
          { ...a, ...known },
          { ...b, ...known },
        ]);
        expect(await store.locks.ofVerdict('other', 'v1')).toEqual([]);
      });

      test('a message stripped again changes nothing; one judged anew has its new time', async () => {
        const opened = await find(a.token);
        await store.locks.note(opened, 'opened', 5);
        await store.locks.add(verdict, links);
        await store.locks.add(verdict, []);
        expect(await find(a.token)).toMatchObject({ openedCount: 1, receivedAt: 1000 });
        await store.locks.add({ ...verdict, receivedAt: 2000 }, links);
        expect(await find(a.token)).toMatchObject({ openedCount: 1, receivedAt: 2000 });
      });

      const find = async (token: string): Promise<LinkLock> => {
        const lock = await store.locks.get(token);
        if (lock === undefined) throw new Error(`${token} is not there`);
        return lock;
      };

      test('remember when they were first opened and last gone on to, and how often', async () => {
        const lock = await find(a.token);
        await store.locks.note(lock, 'opened', 5000);
        await store.locks.note(lock, 'opened', 6000);
        await store.locks.note(lock, 'gone-on', 7000);
        await store.locks.note(lock, 'gone-on', 8000);
        await reopen();
        expect(await store.locks.get(a.token)).toEqual({
          ...a,
          ...known,
          firstOpenedAt: 5000,
          openedCount: 2,
          lastGoneOnAt: 8000,
          goneOnCount: 2,
        });
        expect(await store.locks.get(b.token)).toEqual({ ...b, ...known });
        await store.locks.note({ ...lock, token: 'c-token' }, 'opened', 5000);
      });

      test('count no further than there is a point in', async () => {
        const lock = await find(a.token);
        for (let at = 0; at <= MAX_LOCK_COUNT; at += 100)
          await Promise.all(Array.from({ length: 100 }, () => store.locks.note(lock, 'opened', at)));
        expect(await find(a.token)).toMatchObject({ openedCount: MAX_LOCK_COUNT, goneOnCount: 0 });
      });

      test('go with the last mailbox of their verdict', async () => {
        const of = (mailbox: string) => ({ ...(verdict.mailboxes[0] as Verdict['mailboxes'][number]), mailbox });
        const both = { ...verdict, id: 'v2', mailboxes: [of(ANA), of(BOB)] };
        await store.verdicts.add({ verdict: both }, []);
        await store.locks.add(both, [{ ...a, token: 'both' }]);
        await store.verdicts.erase('acme', ANA);
        expect(await store.locks.get(a.token)).toBeUndefined();
        expect((await find('both')).verdictId).toBe('v2');
        await store.verdicts.erase('acme', BOB);
        expect(await store.locks.get('both')).toBeUndefined();
      });

      test('go with their tenant and no other', async () => {
        await store.locks.add({ ...verdict, tenant: 'other' }, [{ ...a, token: 'others' }]);
        await store.eraseTenant('acme');
        expect(await store.locks.ofVerdict('acme', 'v1')).toEqual([]);
        expect(await store.locks.ofVerdict('other', 'v1')).toHaveLength(1);
      });

      test('go with time, as verdicts do', async () => {
        const nothing = { recordsBefore: 0, verdictsBefore: 0, observationsBefore: 0, originalsBefore: 0 };
        await store.prune({ ...nothing, verdictsBefore: 1000 }, 10);
        expect(await store.locks.ofVerdict('acme', 'v1')).toHaveLength(2);
        while ((await store.prune({ ...nothing, verdictsBefore: 1001 }, 1)) > 0);
        expect(await store.locks.ofVerdict('acme', 'v1')).toEqual([]);
      });
    });

    test('keys are found by their hash, listed and removed', async () => {
      const key = { id: 'k1', tenant: 'acme', role: 'score', createdAt: 5 } as const;
      expect(await store.keys.count()).toBe(0);
      await store.keys.add(key, 'hash1');
      await store.keys.add({ ...key, id: 'k2', createdAt: 4 }, 'hash2');
      await expect(store.keys.add({ ...key, id: 'k3' }, 'hash1')).rejects.toThrow();
      expect(await store.keys.findByHash('hash1')).toEqual(key);
      expect(await store.keys.findByHash('k1')).toBeUndefined();
      expect((await store.keys.list()).map(({ id }) => id)).toEqual(['k2', 'k1']);
      expect([await store.keys.remove('k1'), await store.keys.remove('k1'), await store.keys.count()]).toEqual([
        true,
        false,
        1,
      ]);
    });

    test('is ready when it reads and writes', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    test('close writes what was asked for before', async () => {
      const learned = store.learn('acme', [counting('late', [linkKey(ANA, 'late.example')])], 'committed');
      await reopen();
      expect(await learned).toEqual([true]);
      expect(await countOf(linkKey(ANA, 'late.example'))).toBe(1);
    });
  });
}
