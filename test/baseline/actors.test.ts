import { describe, expect, test } from '@jest/globals';
import { observationOf } from '../../src/baseline/observe.ts';
import type { Message } from '../../src/domain/message.ts';
import { actor } from '../detectors/actors.ts';
import { address, sender } from '../messages.ts';
import { ANA, DAY_MS, mail, newMemory, START } from './memory.ts';

const ANNA = 'anna@kern.example';
const platform = sender('drive-shares-noreply@google.com', {
  name: 'Anna Kern (via Google Docs)',
  nameKey: 'anna kern',
});
const shared = (n: number, more: Partial<Message> = {}): Message =>
  mail(n, { sender: platform, actors: [actor(ANNA)], ...more });
const at = (day: number) => shared(99, { receivedAt: START + day * DAY_MS });

describe('who acts through a platform', () => {
  test('is known by address, whatever the platform', () => {
    const memory = newMemory();
    memory.learn(shared(0));
    memory.learn(shared(1, { actors: [actor(ANNA, { platform: 'docusign', kind: 'sign' })] }));
    expect(memory.baseline(at(2)).actor?.received).toMatchObject({ messageCount: 2, distinctDays: 2 });
    expect(memory.baseline(shared(99, { actors: [actor('mallory@evil.example')] })).actor?.received).toBeUndefined();
  });
  test('else by name on the platform', () => {
    const memory = newMemory();
    memory.learn(shared(0, { actors: [actor(undefined)] }));
    const known = (platformId: string) =>
      memory.baseline(shared(99, { actors: [actor(undefined, { platform: platformId })] })).actor?.received
        ?.messageCount;
    expect(known('google-drive')).toBe(1);
    expect(known('dropbox')).toBeUndefined();
  });
  test('is forgotten again when the mail is taken back', () => {
    const memory = newMemory();
    memory.learn(shared(0));
    memory.unlearn(shared(0));
    expect(memory.baseline(at(2)).actor?.received).toBeUndefined();
  });
  test('lends no name to the platform', () => {
    expect(observationOf(shared(0))).toMatchObject({ actor: ANNA });
    expect(observationOf(shared(0))?.sender.nameKey).toBeUndefined();
    expect(observationOf(shared(0, { actors: [] }))).toMatchObject({ sender: { nameKey: 'anna kern' } });
  });
  test('is looked up among correspondents, domains and names', () => {
    const memory = newMemory();
    memory.learn(mail(0, { sender: sender(ANNA, { nameKey: 'anna kern' }) }));
    const { actor: fake } = memory.baseline(shared(99, { actors: [actor('anna@gmail.com')] }));
    expect(fake?.nameBindings).toMatchObject([{ address: ANNA, messageCount: 1 }]);
    expect(fake?.tenantNameBindings).toMatchObject([{ address: ANNA }]);
    expect(fake?.correspondent).toBeUndefined();
    const { actor: itself } = memory.baseline(at(2));
    expect(itself?.correspondent).toMatchObject({ address: ANNA });
    expect(itself?.domain).toMatchObject({ orgDomain: 'kern.example' });
    expect(itself?.nameBindings).toEqual([]);
  });
  test('long names from outside make no long keys', () => {
    const memory = newMemory();
    const { nameKey: _, ...nameless } = actor(undefined, { name: 'x\n'.repeat(5_000) });
    memory.learn(shared(0, { actors: [nameless] }));
    const keys = [...memory.records.keys()].filter((id) => id.startsWith(`${ANA}\nactor\n`));
    expect(keys).toHaveLength(1);
    expect(keys[0]?.length).toBeLessThan(200);
    expect(keys[0]?.split('\n')).toHaveLength(3);
  });
  test('none: nothing is read or kept', () => {
    expect(newMemory().baseline(mail(0)).actor).toBeUndefined();
    expect(
      observationOf(mail(0, { recipients: { to: [address(ANA)], cc: [], addresses: [ANA], isUndisclosed: false } })),
    ).not.toHaveProperty('actor');
  });
});
