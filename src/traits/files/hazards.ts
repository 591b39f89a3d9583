/** What is found in a file, as it is being found: hazards, and addresses that it leads to; distinct, short, bounded. */
import { type Hazard, type HazardKind, MAX_HAZARDS_OF_A_KIND } from '../../domain/message.ts';
import type { Inner } from './messageInside.ts';

const MAX_HAZARDS = 40; // domain/message.ts
const MAX_QUOTE = 120;
const MAX_ADDRESSES = 100;
const MAX_ADDRESS = 2_048; // characters
const MAX_KEPT = 200; // the budget of a message has fewer

export interface HazardList {
  readonly found: readonly Hazard[];
  /** As written in the file: what a reader can click on. At most 100. */
  readonly addresses: ReadonlySet<string>;
  /** Files that a document keeps inside, still to be looked into. */
  readonly kept: readonly Inner[];
  add(kind: HazardKind, quote: string): void;
  /** What a file inside has, under its name. */
  addInside(name: string, hazards: readonly Hazard[]): void;
  addAddress(written: string): void;
  keep(file: Inner): void;
}

export function newHazardList(): HazardList {
  const found: Hazard[] = [];
  const addresses = new Set<string>();
  const kept: Inner[] = [];
  const keys = new Set<string>();
  const counts = new Map<HazardKind, number>();
  const put = (hazard: Hazard): void => {
    const key = `${hazard.kind}\n${hazard.quote}\n${hazard.inside ?? ''}`;
    const count = counts.get(hazard.kind) ?? 0;
    if (found.length >= MAX_HAZARDS || count >= MAX_HAZARDS_OF_A_KIND || keys.has(key)) return;
    keys.add(key);
    counts.set(hazard.kind, count + 1);
    found.push(hazard);
  };
  return {
    found,
    addresses,
    kept,
    keep(file) {
      if (kept.length < MAX_KEPT) kept.push(file);
    },
    add: (kind, quote) => put({ kind, quote: shortened(quote) }),
    addAddress(written) {
      if (addresses.size < MAX_ADDRESSES) addresses.add(written.slice(0, MAX_ADDRESS));
    },
    addInside(name, hazards) {
      for (const { kind, quote, inside } of hazards) {
        put({ kind, quote, inside: inside === undefined ? name : `${name}/${inside}`.slice(0, MAX_QUOTE * 2) });
      }
    },
  };
}

/** One line of what a person can read. */
const shortened = (text: string): string =>
  text
    .slice(0, MAX_QUOTE * 4)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_QUOTE);
