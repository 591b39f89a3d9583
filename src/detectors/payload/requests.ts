/** What the detectors of requests share: they differ in the intent and in what the lure needs beside its words. */
import type { Baseline } from '../../domain/baseline.ts';
import type { Evidence, Indicator } from '../../domain/finding.ts';
import type { Direction } from '../../domain/mail.ts';
import type { Bulk, Content, Intent } from '../../domain/message.ts';
import { countOf, weightOf } from '../history/relations.ts';
import { strangeness } from './familiarity.ts';

const ONE_CUE = 0.5; // a single phrase may be talk about it
const SEVERAL_CUES = 0.7;
const PRESSURE = 0.15; // urgency and secrecy: detection.md §3 "Intent"
const SURPRISE = 0.15; // from a stranger, or from someone who never asked for it: detection.md §3 "intents are new for this sender"
const NORMAL_AFTER = 3; // times asked: detection.md §2, a value becomes normal after three
const NORMAL = 0.3;
const ASKED_BEFORE = 0.6;
const ON_LIST = 0.5; // who takes part in a list talks about passwords and invoices more than they ask; a stranger there does not
const MAX_QUOTES = 3;

export interface RequestFacts {
  readonly content: Content;
  readonly bulk: Bulk;
  readonly direction: Direction;
}

/** The request with this intent, if its words are there. Strength 0.15–1 by number of cues, pressure and what is usual for the sender. */
export function requestOf(
  intent: Intent,
  { content, bulk, direction }: RequestFacts,
  { correspondent }: Baseline,
): Indicator | undefined {
  const quotes = [...new Set(content.intents.filter((cue) => cue.intent === intent).map((cue) => cue.quote))];
  if (quotes.length === 0) return undefined;
  const askedCount = correspondent?.intents.get(intent) ?? 0;
  const receivedCount = countOf(correspondent?.received);
  // On a list nobody writes to the mailbox itself: there, taking part for long is what makes a member.
  const unmet = 1 - weightOf(receivedCount);
  const distance = bulk.isList
    ? Math.min(unmet, strangeness(direction, correspondent))
    : strangeness(direction, correspondent);
  const surprise = askedCount > 0 ? 0 : Math.max(distance, weightOf(receivedCount));
  const certainty =
    (quotes.length > 1 ? SEVERAL_CUES : ONE_CUE) +
    (content.pressureQuotes.length > 0 ? PRESSURE : 0) +
    SURPRISE * surprise;
  const strength = certainty * habitFactor(askedCount) * (bulk.isList ? ON_LIST + (1 - ON_LIST) * distance : 1);
  return { strength, evidence: evidenceOf(quotes, content.pressureQuotes, askedCount, receivedCount) };
}

/** Raises or lowers a request by what else the mail holds. */
export const scaled = ({ strength, evidence }: Indicator, factor: number): Indicator => ({
  strength: Math.min(1, strength * factor),
  evidence,
});

const habitFactor = (askedCount: number): number =>
  askedCount >= NORMAL_AFTER ? NORMAL : askedCount > 0 ? ASKED_BEFORE : 1;

const evidenceOf = (
  quotes: readonly string[],
  pressureQuotes: readonly string[],
  messageCount: number,
  ofCount: number,
): readonly Evidence[] => [
  ...quotes
    .slice(0, MAX_QUOTES)
    .map((quote) => ({ where: 'body', quote, ...(ofCount === 0 ? {} : { messageCount, ofCount }) })),
  ...pressureQuotes.slice(0, 1).map((quote) => ({ where: 'body', quote })),
];
