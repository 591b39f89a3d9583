/**
 * Who matters inside, read from who answers whom: a colleague's answer cannot be made by a stranger. The people whom most colleagues answer
 * are the VIPs that nobody had to configure. Source: detection.md §2, "inferred by sent-graph centrality".
 */
import type { Vip } from '../domain/baseline.ts';
import type { Observation, StandingRecord, VipsRecord } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { addressMark } from '../text/mark.ts';
import { keyOf, TENANT } from './keys.ts';
import { lesson, without } from './lesson.ts';

const MAX_ANCESTORS = 3; // the mail that is answered is the newest known one of its thread
const MAX_COLLEAGUES = 8; // recipients among whom the answered person is looked for
const BITS = 256; // counts to some hundreds, within a few per cent: beyond, all that matters is that it is many
const KEPT = 20; // people in the record, from whom the VIPs are taken
const MAX_INFERRED = 10;
const MIN_ANSWERERS = 8; // in a handful of people everybody answers everybody
const SHARE_OF_FIRST = 0.5; // of what the most answered person has

/** What an answer inside the organisation says about the person who gets it; nothing for any other mail. Never taken back: it only counts who. */
export function standingLessons({ id, sender, isOwnersWord, ancestors, recipients }: Observation): readonly Lesson[] {
  const home = `@${sender.address.slice(sender.address.lastIndexOf('@') + 1)}`;
  const colleagues = recipients
    .filter((address) => address !== sender.address && address.endsWith(home))
    .slice(0, MAX_COLLEAGUES);
  if (!isOwnersWord || !sender.isOwnDomain || ancestors.length === 0 || colleagues.length === 0) return [];
  const threads = ancestors.slice(0, MAX_ANCESTORS).map((ancestor) => keyOf(TENANT, 'thread', ancestor));
  const standings = new Map(colleagues.map((address) => [address, keyOf(TENANT, 'standing', address)]));
  const vips = keyOf(TENANT, 'vips', '');
  return [
    lesson(`standing ${id}`, TENANT, 1, [...threads, ...standings.values(), vips], (draft) => {
      const answered = threads.map((key) => draft.get(key)).find((thread) => thread?.own === 1)?.p[0] ?? '';
      const standing = standings.get(answered);
      if (standing === undefined) return;
      const before = draft.get(standing);
      const after = withAnswerer(before, sender.address);
      if (after.b === before?.b) return;
      draft.set(standing, () => after);
      draft.set(vips, (old) => withStanding(old, answered, answererCount(after)));
    }),
  ];
}

const EMPTY = '0'.repeat(BITS / 4);

function withAnswerer(record: StandingRecord | undefined, address: string): StandingRecord {
  const bits = record?.b ?? EMPTY;
  const bit = Number.parseInt(addressMark(address).slice(0, 4), 16) % BITS;
  const at = Math.floor(bit / 4);
  const digit = Number.parseInt(bits[at] ?? '0', 16) | (1 << (bit % 4));
  return { b: `${bits.slice(0, at)}${digit.toString(16)}${bits.slice(at + 1)}` };
}

/** Linear counting: −m ln(share of zeros); a full bitmap counts as with one zero left. */
function answererCount({ b }: StandingRecord): number {
  const ones = [...b].reduce((sum, digit) => sum + (SET_BITS[Number.parseInt(digit, 16)] ?? 0), 0);
  return Math.round(-BITS * Math.log(Math.max(1, BITS - ones) / BITS));
}

const SET_BITS = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4] as const;

function withStanding(old: VipsRecord | undefined, address: string, count: number): VipsRecord {
  const next = { ...old?.a, [address]: count };
  const all = ranked(next);
  return { a: all.length > KEPT ? without(next, all.at(-1)?.[0] ?? '') : next };
}

const ranked = (counts: VipsRecord['a']) => Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

/** The VIPs that the mail shows, the most answered first. */
export function inferredVips(record: VipsRecord | undefined): readonly Vip[] {
  const all = ranked(record?.a ?? {});
  const atLeast = Math.max(MIN_ANSWERERS, (all[0]?.[1] ?? 0) * SHARE_OF_FIRST);
  return all
    .filter(([, count]) => count >= atLeast)
    .slice(0, MAX_INFERRED)
    .map(([address, count]) => ({ address, answererCount: count }));
}
