/** Builders of habits and profiles for tables. */
import type { Habit, HabitName, NameBinding, Resemblance, SenderProfile } from '../../src/domain/baseline.ts';
import { NOW, tally } from '../messages.ts';

/** A value never seen in `senderCount` mails of the sender, as surprising as can be. */
export const novel = (trait: HabitName, value: string, senderCount = 214): Habit => ({
  trait,
  value,
  surprise: 8,
  domainSurprise: 8,
  seenCount: 0,
  senderCount,
});

/** What the sender always does. */
export const usual = (trait: HabitName, value: string, senderCount = 214): Habit => ({
  trait,
  value,
  surprise: 0.05,
  domainSurprise: 0.05,
  seenCount: senderCount,
  senderCount,
});

/** Seen so often among the mails of the sender, neither a habit nor a surprise by itself. */
export const habit = (trait: HabitName, value: string, seenCount: number, senderCount: number): Habit => ({
  ...{ trait, value, surprise: 1, domainSurprise: 1, seenCount, senderCount },
});

/** `alignedCount` of `checkedCount` mails were authenticated. */
export const profile = (
  alignedCount: number,
  checkedCount: number,
  more: Partial<SenderProfile> = {},
): SenderProfile => ({
  received: tally(checkedCount),
  mailboxCount: 1,
  dmarc: new Map(),
  alignedCount,
  checkedCount,
  unauthenticatedDays: 0,
  hours: new Array<number>(24).fill(0),
  ...more,
});

export const resemblance = (domain: string, more: Partial<Resemblance> = {}): Resemblance => ({
  domain,
  known: 'correspondent',
  kind: 'confusable',
  messageCount: 214,
  ...more,
});

export const binding = (address: string, messageCount: number, isSolicited = true): NameBinding => ({
  address,
  messageCount,
  lastAt: NOW,
  isSolicited,
});
