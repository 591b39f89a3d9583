import { expect, test } from '@jest/globals';
import { falseAlarmLesson, rightAlarmLesson, type Treated, treatedLesson } from '../../src/baseline/holdLessons.ts';
import { sender } from '../messages.ts';
import { ANA, mail, newMemory, START } from './memory.ts';

const HOUR_MS = 3_600_000;
const held = (n: number, more: Partial<Treated> = {}): Treated => ({
  id: `v${n}`,
  at: START + n * HOUR_MS,
  sender: `s${n}@partner.example`,
  detectors: ['new-client', 'fake-reply'],
  ...more,
});
const holdsFor = (memory: ReturnType<typeof newMemory>, from: string, day = 1) =>
  memory.baseline(mail(day, { sender: sender(from) })).holds;

test('each uncertain hold takes a token, and mail brings them back', () => {
  const memory = newMemory();
  expect(holdsFor(memory, 'x@else.example')).toEqual({ tokens: 3 });
  for (const n of [1, 2, 3, 4]) memory.teach(treatedLesson(held(n), ANA, true));
  memory.teach(treatedLesson(held(4), ANA, true)); // the same verdict again
  memory.teach(treatedLesson(held(5), ANA, false)); // stripped, or sure
  expect(holdsFor(memory, 'x@else.example').tokens).toBe(-1);
  for (let n = 0; n < 200; n += 1) memory.learn(mail(n));
  expect(holdsFor(memory, 'x@else.example').tokens).toBeCloseTo(-0.9, 6);
});

test('the same change of a sender within a day is one event', () => {
  const memory = newMemory();
  const same = { sender: 'eve@else.example' };
  memory.teach(treatedLesson(held(1, same), ANA, true));
  memory.teach(treatedLesson(held(2, same), ANA, true));
  expect(holdsFor(memory, 'eve@else.example').tokens).toBe(2);
  memory.teach(treatedLesson(held(40, same), ANA, true));
  expect(holdsFor(memory, 'eve@else.example')).toMatchObject({
    tokens: 1,
    lastOfSender: { at: START + 40 * HOUR_MS, detectors: new Set(['fake-reply', 'new-client']), isReleased: false },
  });
  expect(holdsFor(memory, 'bea@else.example').lastOfSender).toBeUndefined();
});

test('a release is remembered; a change of mind takes it back', () => {
  const memory = newMemory();
  memory.teach(treatedLesson(held(1), ANA, true));
  memory.teach(falseAlarmLesson(held(1), ANA, 1));
  expect(holdsFor(memory, 's1@partner.example')).toMatchObject({ tokens: 2, lastOfSender: { isReleased: true } });
  memory.teach(falseAlarmLesson(held(1), ANA, -1));
  memory.teach(rightAlarmLesson(held(1), ANA, 1));
  expect(holdsFor(memory, 's1@partner.example')).toMatchObject({
    tokens: 3,
    lastOfSender: { isReleased: false },
  });
});

test('a report gives back the token that the hold took, and no other', () => {
  const memory = newMemory();
  const tokens = () => holdsFor(memory, 'x@else.example').tokens;
  const report = (n: number, step: 1 | -1) => memory.teach(rightAlarmLesson(held(n), ANA, step));
  memory.teach(treatedLesson(held(1), ANA, true));
  memory.teach(treatedLesson(held(2), ANA, false)); // stripped
  memory.teach(treatedLesson(held(3, { sender: 's1@partner.example' }), ANA, true)); // the same event
  expect(tokens()).toBe(2);
  for (const n of [2, 3]) report(n, 1);
  expect(tokens()).toBe(2);
  for (const [step, expected] of [
    [1, 3],
    [1, 3],
    [-1, 2],
    [-1, 2],
    [1, 3],
  ] as const) {
    report(1, step);
    expect(tokens()).toBe(expected);
  }
});

test('what happened before does not replace what happened after', () => {
  const memory = newMemory();
  const same = { sender: 'eve@else.example' };
  memory.teach(falseAlarmLesson(held(9, same), ANA, 1));
  memory.teach(treatedLesson(held(1, same), ANA, false));
  expect(holdsFor(memory, 'eve@else.example').lastOfSender).toMatchObject({
    at: START + 9 * HOUR_MS,
    isReleased: true,
  });
});

test('only the latest senders are kept', () => {
  const memory = newMemory();
  for (let n = 0; n < 30; n += 1) memory.teach(treatedLesson(held(n), ANA, false));
  const isKept = (n: number) => holdsFor(memory, `s${n}@partner.example`).lastOfSender !== undefined;
  expect(Array.from({ length: 30 }, (_, n) => n).filter(isKept)).toEqual(Array.from({ length: 16 }, (_, n) => n + 14));
});
