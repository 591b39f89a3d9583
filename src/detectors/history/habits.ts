/** How clearly a message departs from what its sender always does. */
import type { Baseline, Habit, HabitName } from '../../domain/baseline.ts';
import type { Evidence } from '../../domain/finding.ts';

export const MIN_HABIT_MESSAGES = 5; // fewer show no habit: at 4–7 mails detection passes 94 % at 1e-3, detection.md §9 D
const NORMAL_AFTER = 3; // a value becomes normal once seen so often: detection.md §2 "Learning rules"
const UNREMARKABLE = -Math.log(0.2); // one mail in five
const REMARKABLE = -Math.log(0.01); // the bound of "number of traits with p < 1 %": detection.md §3 "Client"

/** 0–1: 0 for what the sender does, 1 for what fewer than one of its mails in a hundred would do. */
export function changeIn({ surprise, seenCount }: Habit): number {
  if (seenCount >= NORMAL_AFTER) return 0;
  return Math.min(1, Math.max(0, (surprise - UNREMARKABLE) / (REMARKABLE - UNREMARKABLE)));
}

export const habitsNamed = (baseline: Baseline, names: readonly HabitName[]): readonly Habit[] =>
  baseline.habits.filter((habit) => names.includes(habit.trait));

/** The largest change among traits that move together. */
export const strongestChange = (habits: readonly Habit[], names: readonly HabitName[]): number =>
  habits.reduce((most, habit) => (names.includes(habit.trait) ? Math.max(most, changeIn(habit)) : most), 0);

/** One line per changed habit, the most surprising first. */
export const changeEvidence = (habits: readonly Habit[]): readonly Evidence[] =>
  habits
    .filter((habit) => changeIn(habit) > 0)
    .sort((a, b) => b.surprise - a.surprise)
    .map(({ trait, value, seenCount, senderCount }) => ({
      where: shownAs[trait],
      quote: value,
      messageCount: seenCount,
      ofCount: senderCount,
    }));

const shownAs: Readonly<Record<HabitName, string>> = {
  mailer: 'mail program',
  timeZone: 'time zone',
  messageIdDomain: 'Message-ID domain',
  messageIdPattern: 'Message-ID pattern',
  headerOrder: 'order of headers',
  structure: 'body structure',
  boundaryPattern: 'MIME boundary',
  contentTypeForm: 'form of Content-Type',
  quoteForm: 'line above a quotation',
  signOff: 'closing words',
  sendingOrgDomain: 'sending host',
  sendingNetwork: 'sending network',
  relayPath: 'servers before it',
  firstRelay: 'first server',
  dkimDomains: 'DKIM domains',
  mailFromOrgDomain: 'envelope sender',
};
