/** What all lessons are made of: a draft over the records that a fold was handed, and the folds of names and links. */
import type { Observation, RecordKind, Records, RecordTypes } from '../domain/observation.ts';
import { recordId } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { counted, EMPTY_COUNT, EMPTY_TOP, type Step, withValue } from './counts.ts';
import { type KeyOf, recordOf } from './keys.ts';

export const MAX_PARTICIPANTS = 20;
const MAX_NAME_HOLDERS = 16; // addresses under one name: more share it than a person can mean
/** Values kept by list, detection.md §2 (K = 6 a trait; exact counts to 32). */
export const KEEP = { habit: 6, everybodysHabit: 32, few: 8, kinds: 20, exact: 32 } as const;

export const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** A field, or no field: absent rather than undefined. */
export const optional = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, V>);

/** The records of one fold: those it was handed, under those it has changed. */
export interface Draft {
  get<K extends RecordKind>(key: KeyOf<K>): RecordTypes[K] | undefined;
  set<K extends RecordKind>(key: KeyOf<K>, change: (old: RecordTypes[K] | undefined) => RecordTypes[K]): void;
}

function draftOver(records: Records): { readonly draft: Draft; readonly changed: Records } {
  const changed = new Map<string, RecordTypes[RecordKind]>();
  const draft: Draft = {
    get: (key) => recordOf(changed, key) ?? recordOf(records, key),
    set: (key, change) => changed.set(recordId(key), change(draft.get(key))),
  };
  return { draft, changed };
}

/** `step` −1 makes the lesson that takes this one back. */
export const lesson = (
  id: string,
  mailbox: string,
  step: Step,
  keys: readonly KeyOf<RecordKind>[],
  change: (draft: Draft) => void,
): Lesson => ({
  id,
  mailbox,
  keys,
  fold(records) {
    const { draft, changed } = draftOver(records);
    change(draft);
    return changed;
  },
  ...(step === -1 ? { undoes: true } : {}),
});

export const domainsOf = (addresses: readonly string[]): readonly string[] =>
  unique(addresses.map((address) => organisationalDomain(address.slice(address.lastIndexOf('@') + 1))));

/** `address` was seen under the name once more, or once less; the owner's own word makes it solicited. */
export function bindName(
  draft: Draft,
  key: KeyOf<'name'>,
  address: string,
  at: number,
  isSolicited: boolean,
  step: Step,
): void {
  draft.set(key, (old) => {
    const holders = old?.a ?? {};
    const [n, last, solicited] = (Object.hasOwn(holders, address) ? holders[address] : undefined) ?? [0, 0, 0];
    if (n + step <= 0) return { a: without(holders, address) };
    const held = [n + step, Math.max(last, at), isSolicited ? 1 : solicited] as const;
    const next = { ...holders, [address]: held };
    return { a: n === 0 ? withoutRarest(next, address) : next };
  });
}

/** Keeps a name's holders few: of those the owner does not write to, the one with the fewest mails goes; the newcomer stays if it can. */
function withoutRarest<T extends readonly [n: number, last: number, solicited: 0 | 1]>(
  holders: Readonly<Record<string, T>>,
  newcomer: string,
): Readonly<Record<string, T>> {
  const all = Object.entries(holders);
  if (all.length <= MAX_NAME_HOLDERS) return holders;
  const [rarest] = all
    .filter(([address, [, , solicited]]) => address !== newcomer && solicited === 0)
    .sort(([, [m]], [, [n]]) => m - n);
  return without(holders, rarest?.[0] ?? newcomer);
}

export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}

export function countLink(draft: Draft, key: KeyOf<'link'>, { at, sender }: Observation, step: Step): void {
  draft.set(key, (old) => ({
    c: counted(old?.c ?? EMPTY_COUNT, at, step),
    senders: withValue(old?.senders ?? EMPTY_TOP, sender.address, KEEP.exact, step),
  }));
}
