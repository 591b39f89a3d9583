/** What is found in a file, as it is being found: hazards, and addresses that it leads to; distinct, short, bounded. */
import { type Hazard, type HazardKind, MAX_HAZARDS_OF_A_KIND } from '../../domain/message.ts';
import { hostWritten } from '../../text/linkAddress.ts';
import type { Inner } from './messageInside.ts';

const MAX_HAZARDS = 40; // domain/message.ts
const MAX_QUOTE = 120;
const MAX_ADDRESSES = 2_000;
const MAX_OF_A_HOST = 20; // lest a thousand to one place leave no room for another
const MAX_ADDRESS = 2_048; // characters
const MAX_CHARS = 512 * 1024; // of all addresses
const MAX_KEPT = 200; // the budget of a message has fewer

export interface HazardList {
  readonly found: readonly Hazard[];
  /** As written in the file: what a reader can click on. At most 2,000, of one host 20. */
  readonly addresses: ReadonlySet<string>;
  /** As they stand in its text, where a click depends on the reader's program; within the same bounds. */
  readonly written: ReadonlySet<string>;
  /** Files that a document keeps inside, still to be looked into. */
  readonly kept: readonly Inner[];
  add(kind: HazardKind, quote: string): void;
  /** What a file inside has, under its name. */
  addInside(name: string, hazards: readonly Hazard[]): void;
  addAddress(written: string): void;
  addWritten(address: string): void;
  keep(file: Inner): void;
}

export function newHazardList(): HazardList {
  const found: Hazard[] = [];
  const addresses = new Set<string>();
  const inText = new Set<string>();
  const hosts = new Map<string, number>();
  let chars = 0;
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
  const putAddress = (into: Set<string>, written: string): void => {
    const address = written.slice(0, MAX_ADDRESS);
    const host = hostWritten(address);
    const count = hosts.get(host) ?? 0;
    const hasRoom = into.size < MAX_ADDRESSES && count < MAX_OF_A_HOST && chars < MAX_CHARS;
    if (!hasRoom || into.has(address) || addresses.has(address)) return;
    into.add(address);
    hosts.set(host, count + 1);
    chars += address.length;
  };
  return {
    found,
    addresses,
    kept,
    keep(file) {
      if (kept.length < MAX_KEPT) kept.push(file);
    },
    add: (kind, quote) => put({ kind, quote: shortened(quote) }),
    written: inText,
    addAddress: (written) => putAddress(addresses, written),
    addWritten: (address) => putAddress(inText, address),
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
