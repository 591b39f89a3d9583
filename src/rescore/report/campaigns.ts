/** Messages that belong together: same sender, sender's domain, link or shape of subject. What much delivered mail shares binds nothing. */
import type { RescoreRow } from '../../domain/rescore.ts';
import { isFreemail } from '../../text/lists.ts';
import { organisationalDomain } from '../../text/organisationalDomain.ts';

export interface Campaign {
  /** What most of them share, the most telling first. */
  readonly shared: readonly string[];
  /** The worst first. */
  readonly rows: readonly RescoreRow[];
}

const MAX_COMMON = 5; // delivered mails: from there on a domain is one of those that people here get mail from, or links to
const MIN_SHAPE = 8; // characters: "Hi" binds nobody
const MAX_KEYS = 200_000; // delivered domains that are counted
const MAX_SHARED = 4;

/** Counts what delivered mail is made of. */
export function newCommon() {
  const counts = new Map<string, number>();
  return {
    add(row: RescoreRow): void {
      for (const key of domainKeys(row)) {
        const count = counts.get(key);
        if (count !== undefined || counts.size < MAX_KEYS) counts.set(key, (count ?? 0) + 1);
      }
    },
    has: (key: string): boolean => (counts.get(key) ?? 0) >= MAX_COMMON,
  };
}

/** `rows` in the order in which they are to be shown; campaigns in that of their first. */
export function campaignsOf(rows: readonly RescoreRow[], isCommon: (key: string) => boolean): readonly Campaign[] {
  const parents = rows.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[at] = root;
    return root;
  };
  const keys = rows.map((row) => keysOf(row).filter((key) => !isCommon(key)));
  const first = new Map<string, number>();
  for (const [at, own] of keys.entries()) {
    for (const key of own) {
      const other = first.get(key);
      if (other === undefined) first.set(key, at);
      else {
        const [low, high] = [rootOf(at), rootOf(other)].sort((a, b) => a - b) as [number, number];
        parents[high] = low;
      }
    }
  }
  const members = Map.groupBy(rows.keys(), rootOf);
  return [...members.values()].map((all) => ({
    shared: sharedBy(all.map((at) => keys[at] ?? [])),
    rows: all.flatMap((at) => rows[at] ?? []),
  }));
}

/** Beginning with what they are: they are shown. */
const domainKeys = ({ from = '', linkDomains = [] }: RescoreRow): readonly string[] => {
  const domain = organisationalDomain(from.slice(from.lastIndexOf('@') + 1));
  return [
    ...(domain === '' || isFreemail(domain) ? [] : [`sender domain ${domain}`]),
    ...linkDomains.map((one) => `link to ${one}`),
  ];
};

function keysOf(row: RescoreRow): readonly string[] {
  const shape = subjectShape(row.subject ?? '');
  return [
    ...(row.from === undefined ? [] : [`sender ${row.from}`]),
    ...domainKeys(row),
    ...(shape.length < MIN_SHAPE ? [] : [`subject “${shape}”`]),
    ...(row.attachments ?? []).map(({ sha256 }) => `file ${sha256}`),
  ];
}

/** Numbers, names of machines and reply marks are what campaigns vary. */
export const subjectShape = (subject: string): string =>
  subject
    .toLowerCase()
    .replace(/^(?:\s*(?:re|aw|fwd?|wg|sv|enc|tr|rv)\s*:)+/, '')
    .replace(/[\w.+-]+@[\w.-]+/g, '@')
    .replace(/[\p{N}a-f]*\p{N}[\p{N}a-f-]*/gu, '#')
    .replace(/\s+/g, ' ')
    .trim();

function sharedBy(keys: readonly (readonly string[])[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const key of keys.flatMap((own) => [...new Set(own)])) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_SHARED)
    .map(([key, count]) => (count === keys.length ? key : `${key} (${count})`));
}
