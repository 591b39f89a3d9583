/** What happens between reading a verdict and writing what it teaches: the later write finds that out. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Store } from '../src/domain/ports.ts';
import type { IntakeRequest, Service } from '../src/domain/service.ts';
import { readMessage } from '../src/read.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';

const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: [] };
const ANA = 'ana@acme.example';
const BOB = 'bob@acme.example';
const NOW = Date.UTC(2026, 10, 24, 12);

let store: Store;
beforeEach(async () => {
  store = await openSqliteStore({ path: ':memory:' });
});
afterEach(() => store.close());

const serviceOn = (parts: Store): Service =>
  createService({
    store: parts,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => NOW,
  });

/** The store, in which `meanwhile` happens once, right after a verdict was found and read. */
function interrupted(meanwhile: () => Promise<unknown>): Store {
  let isOver = false;
  return {
    ...store,
    verdicts: {
      ...store.verdicts,
      async get(tenant, id) {
        const entry = await store.verdicts.get(tenant, id);
        if (entry === undefined || isOver) return entry;
        isOver = true;
        await meanwhile();
        return entry;
      },
    },
  };
}

const REQUEST: IntakeRequest = {
  tenant: 'acme',
  raw: Buffer.from(
    `From: Bea Lind <bea@partner.example>\r\nTo: ${ANA}, ${BOB}\r\nSubject: Meeting\r\nMessage-ID: <m1@partner.example>\r\n\r\nOn Tuesday?`,
  ),
  mailboxes: [ANA, BOB],
  receivedAt: NOW,
  learn: 'never',
};
const received = async (mailbox: string) => (await serviceOn(store).describeBaseline('acme', mailbox, NOW))?.received;

test('a report wins over the same message handed in again to be learned', async () => {
  const { id } = await serviceOn(store).score(REQUEST);
  const service = serviceOn(interrupted(() => serviceOn(store).giveFeedback('acme', id, 'threat')));
  expect(await service.score({ ...REQUEST, learn: 'auto' })).toMatchObject({ isLearned: false });
  expect(await received(ANA)).toBeUndefined();
  expect(await store.verdicts.get('acme', id)).toMatchObject({ feedback: 'threat', verdict: { isLearned: false } });
});

test.each([
  ['a release', (service: Service, id: string) => service.giveFeedback('acme', id, 'safe')],
  ['the message handed in again', (service: Service) => service.score({ ...REQUEST, learn: 'auto' })],
])('%s teaches nothing of a message whose mailbox is erased', async (_, act) => {
  const { id } = await serviceOn(store).score(REQUEST);
  await act(serviceOn(interrupted(() => serviceOn(store).eraseMailbox('acme', ANA))), id);
  expect(await received(ANA)).toBeUndefined();
  expect(await received(BOB)).toBeUndefined();
  expect(await store.verdicts.get('acme', id)).toMatchObject({ verdict: { isLearned: false } });
});

test('the word of a person is noted all the same', async () => {
  const { id } = await serviceOn(store).score(REQUEST);
  const service = serviceOn(interrupted(() => serviceOn(store).eraseMailbox('acme', ANA)));
  expect(await service.giveFeedback('acme', id, 'safe')).toMatchObject({ feedback: 'safe' });
});

test('handed in twice at one moment, both are told that it was learned, and it is learned once', async () => {
  const { id } = await serviceOn(store).score(REQUEST);
  const again = { ...REQUEST, learn: 'auto' as const };
  const service = serviceOn(interrupted(() => serviceOn(store).score(again)));
  expect(await service.score(again)).toMatchObject({ id, isLearned: true });
  expect((await received(ANA))?.messageCount).toBe(1);
});
