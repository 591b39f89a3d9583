/**
 * Arithmetic of what records hold: decayed counts and the most frequent values. Pure; every result is a new object. A step of −1 takes back
 * what a step of 1 added.
 */
import type { Tally } from '../domain/baseline.ts';
import type { Count, TopK } from '../domain/observation.ts';

export type Step = 1 | -1;

const DAY_MS = 86_400_000;
/**
 * Forward decay (Cormode+ 2009): a message at t weighs 2^((t − LANDMARK) / half-life) for ever, and what is read is divided by the weight of
 * the moment of reading. So learning is addition, and the same history gives the same bits in any store.
 */
const LANDMARK = Date.UTC(2020, 0);
const HALF_LIFE_DAYS = { recent: 30, ever: 365 } as const;
const MAX_EXPONENT = 1000; // doubles end at 2^1023: reached by the year 2102, beyond which recency is lost, not the count

export const EMPTY_COUNT: Count = { n: 0, w30: 0, w365: 0, d: 0, f: 0, l: 0 };
export const EMPTY_TOP: TopK = { v: {}, o: 0 };

const weightAt = (at: number, halfLifeDays: number): number =>
  2 ** Math.min(MAX_EXPONENT, (at - LANDMARK) / (halfLifeDays * DAY_MS));

const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/**
 * One more message at `at` (ms), or one less. A day counts once when messages come in order; one that comes late counts its day only before
 * the first. Taking back the last day's message takes its day, although others may have come on it: trust errs to the low side.
 */
export function counted(count: Count | undefined, at: number, step: Step = 1): Count {
  const old = count ?? EMPTY_COUNT;
  const n = old.n + step;
  if (n <= 0) return EMPTY_COUNT;
  return {
    n,
    w30: rounded(old.w30 + step * weightAt(at, HALF_LIFE_DAYS.recent)),
    w365: rounded(old.w365 + step * weightAt(at, HALF_LIFE_DAYS.ever)),
    ...(step === 1 ? withDay(old, at) : withoutDay(old, at)),
  };
}

const DIGITS = 7; // of decayed weights: more are noise, and a third of a record's bytes

const rounded = (weight: number): number => (weight <= 0 ? 0 : Number(weight.toPrecision(DIGITS)));

function withDay({ n, d, f, l }: Count, at: number): Pick<Count, 'd' | 'f' | 'l'> {
  if (n === 0) return { d: 1, f: at, l: at };
  const isNewDay = dayOf(at) > dayOf(l) || dayOf(at) < dayOf(f);
  return { d: isNewDay ? d + 1 : d, f: Math.min(f, at), l: Math.max(l, at) };
}

const withoutDay = ({ d, f, l }: Count, at: number): Pick<Count, 'd' | 'f' | 'l'> => ({
  d: dayOf(at) === dayOf(l) ? Math.max(1, d - 1) : d,
  f,
  l,
});

/** The count as detectors see it at `now` (ms); undefined for none. */
export function tallyOf(count: Count | undefined, now: number): Tally | undefined {
  if (count === undefined || count.n === 0) return undefined;
  return {
    messageCount: count.n,
    recentCount: count.w30 / weightAt(now, HALF_LIFE_DAYS.recent),
    everCount: count.w365 / weightAt(now, HALF_LIFE_DAYS.ever),
    distinctDays: count.d,
    firstAt: count.f,
    lastAt: count.l,
  };
}

/**
 * One more of `value`, at most `limit` values kept. A new value takes the place of one seen once, the oldest; where all were seen more often
 * it is only counted: whoever makes up ever new values cannot drive out what is usual. Once more were only counted than are kept, what is
 * kept counts half, so that a habit that has really changed finds a place.
 */
export function withValue({ v, o }: TopK, value: string, limit: number, step: Step = 1): TopK {
  const seen = timesSeen({ v, o }, value);
  if (step === -1) return seen > 1 ? { v: { ...v, [value]: seen - 1 }, o } : without({ v, o }, value);
  if (seen > 0) return { v: { ...v, [value]: seen + 1 }, o };
  const values = Object.keys(v);
  if (values.length < limit) return { v: { ...v, [value]: 1 }, o };
  const victim = values.find((other) => v[other] === 1);
  if (victim === undefined) return o + 1 > totalOf({ v, o: 0 }) ? halved(v) : { v, o: o + 1 };
  return { v: { ...without({ v, o }, victim).v, [value]: 1 }, o: o + 1 };
}

const halved = (v: TopK['v']): TopK => ({
  v: Object.fromEntries(Object.entries(v).map(([value, count]) => [value, Math.ceil(count / 2)])),
  o: 0,
});

/** Without a value; one that is not kept was counted among the others. */
function without({ v, o }: TopK, value: string): TopK {
  if (!Object.hasOwn(v, value)) return { v, o: Math.max(0, o - 1) };
  const { [value]: _, ...rest } = v;
  return { v: rest, o };
}

export const withValues = (top: TopK, values: readonly string[], limit: number, step: Step = 1): TopK =>
  values.reduce((sum, value) => withValue(sum, value, limit, step), top);

/** Own keys only: attackers choose values, '__proto__' too. */
export const timesSeen = ({ v }: TopK, value: string): number => (Object.hasOwn(v, value) ? (v[value] ?? 0) : 0);

/** undefined for none, so that a record does not carry empty lists. */
export const unlessEmpty = (top: TopK): TopK | undefined => (totalOf(top) === 0 ? undefined : top);

/** Most frequent first; ties in the order of the alphabet, so that stores agree. */
export const valuesOf = ({ v }: TopK): readonly (readonly [value: string, count: number])[] =>
  Object.entries(v).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

/** Of all values, dropped ones too. */
export function totalOf({ v, o }: TopK): number {
  let sum = o;
  for (const count of Object.values(v)) sum += count;
  return sum;
}
