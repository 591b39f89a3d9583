/** One run of strip: what is looked for, and what was found so far. */
import type { Change, FileTarget, Flatten, StripPlan, StripWording } from '../../domain/strip.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';
import { type Lock, type Locks, newLocks } from './locks.ts';
import type { Seal } from './protection.ts';

export interface Stripping {
  readonly plan: StripPlan;
  readonly wording: StripWording;
  readonly flatten: Flatten | undefined;
  readonly locks: Locks;
  /** At most STRIP_LIMITS.changes. */
  readonly changes: Change[];
  linkCount: number;
  readonly metTargets: Set<string>;
  readonly removedFiles: Set<string>;
  /** Of parts that were signed or encrypted in one piece: what is in them can be judged, but not taken out. */
  readonly seals: Set<Seal>;
  sealCount: number;
}

export const newStripping = (plan: StripPlan, wording: StripWording, flatten?: Flatten): Stripping => ({
  plan,
  wording,
  flatten,
  locks: newLocks(plan, wording.lockPage),
  changes: [],
  linkCount: 0,
  metTargets: new Set(),
  removedFiles: new Set(),
  seals: new Set(),
  sealCount: 0,
});

export function noteLocks(stripping: Stripping, part: string, found: readonly Lock[]): void {
  stripping.linkCount += found.length;
  if (stripping.linkCount > STRIP_LIMITS.links) throw new Refused('over-limit', `over ${STRIP_LIMITS.links} links`);
  for (const { url, host, target, page } of found) {
    if (target !== undefined) stripping.metTargets.add(target);
    noteChange(stripping, { kind: 'link', part, host, url, ...(page === undefined ? {} : { token: page.token }) });
  }
}

export function noteChange({ changes }: Stripping, change: Change): void {
  if (changes.length < STRIP_LIMITS.changes) changes.push(change);
}

const ANY_FILE: FileTarget = { why: 'Something in this message is dangerous, and it could not be told which part.' };

/** undefined: it may stay. */
export function fileTarget({ plan: { files } }: Stripping, sha256: string): FileTarget | undefined {
  return files === 'all' ? ANY_FILE : files.get(sha256);
}

/** What the plan names and was nowhere. */
export function unmetOf({ plan: { links, files }, metTargets, removedFiles }: Stripping): readonly string[] {
  const unmetLinks =
    links === 'all' ? [] : links.filter(({ to, inFile }) => !metTargets.has(to) && !removedFiles.has(inFile ?? ''));
  const unmetFiles = files === 'all' ? [] : [...files.keys()].filter((sha256) => !removedFiles.has(sha256));
  return [...new Set([...unmetLinks.map(({ to }) => to), ...unmetFiles.map((sha256) => `sha256:${sha256}`)])];
}

/** Where something dangerous may be left, and nothing can be taken out; undefined: nowhere. */
export function leftSealed(stripping: Stripping): Seal | undefined {
  const { seals, plan } = stripping;
  if (plan.links !== 'all' && unmetOf(stripping).length === 0) return undefined;
  return SEALS.find((seal) => seals.has(seal));
}

/** The one that is trusted least first. */
const SEALS: readonly Seal[] = ['unreadable', 'signed', 'encrypted'];
