/**
 * Whether the first reason of a verdict names what the attack changed. For each synthetic class: the sources (detectors, combinations,
 * circumstances shown under a detector's name) that name its change, and nothing that is merely true of it, such as a first contact.
 */
import { detectorsOf } from './families.ts';
import type { Row } from './replay.ts';
import { type Interval, shareOf } from './report.ts';

/** From claims the victim's domain, the servers are somebody else's. */
const SERVERS = [
  'authentication-failure',
  'authentication-regression',
  'own-domain-spoof',
  'mail-from-mismatch',
  'new-infrastructure',
  'changed-client-and-servers',
  'unauthenticated-lure',
  'changed-sender-with-payload',
];
/** The headers are another program's. */
const PROGRAM = ['new-client', 'changed-client-and-servers'];
/** The name is a known person's, the address is not. */
const NAME = ['name-bound-elsewhere', 'vip-impersonation', 'impostor-asks-money', 'impostor-asks-login'];
const LOOK_ALIKE = [
  ...NAME,
  'lookalike-correspondent-domain',
  'lookalike-own-domain',
  'lookalike-brand-domain',
  'embedded-brand-link',
];
const THREAD = ['thread-intruder', 'intruder-with-payload', 'fake-reply'];
/** Of a mail that stands in another's place: who else gets it. */
const READERS = ['unusual-recipients'];
const LINK = [
  'new-link-domain',
  'changed-sender-with-payload',
  'lure-behind-link',
  'unsolicited-lure',
  'intruder-with-payload',
];
const INSIDE = detectorsOf('attachment').filter((id) => id !== 'new-attachment-type');
const FILE = [...INSIDE, 'new-attachment-type', 'unsolicited-danger', 'changed-sender-with-payload'];

/** Without payload; what a payload adds is LINK. */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  'blind-spoof': [...SERVERS, ...PROGRAM],
  'known-domain-spoof': [...SERVERS, ...PROGRAM],
  'known-sender-spoof': SERVERS,
  'known-sender-copy': SERVERS,
  'spoof-reply-to': [...SERVERS, 'reply-to-diversion'],
  'bec-display-name': NAME,
  'look-alike': LOOK_ALIKE,
  'thread-hijack-look-alike': [...LOOK_ALIKE, ...THREAD],
  'account-takeover': [...PROGRAM, ...READERS],
  'account-takeover-in-thread': [...PROGRAM, ...READERS],
  'malware-file-stranger': FILE,
  'malware-file-known': FILE,
};

export interface Explained {
  readonly kind: string;
  /** Stripped or held. */
  readonly count: number;
  /** Of them, where the first reason names the change, and where one of the first two does: those are what a verdict says. */
  readonly first: Interval;
  readonly firstTwo: Interval;
  /** First reasons that do not, the most frequent first, with their share. */
  readonly wrong: readonly { readonly source: string; readonly share: number }[];
}

const MAX_WRONG = 3;

/** Of the classes of NAMES, and all of them together. */
export function explained(rows: readonly Row[]): readonly Explained[] {
  const acted = rows.filter(({ kind, action }) => action !== 'deliver' && namesOf(kind) !== undefined);
  const classes = [...Map.groupBy(acted, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...classes, ['all', acted] as const].map(([kind, group]) => ({
    kind,
    count: group.length,
    first: shareOf(group, (row) => isNamed(row, 1)),
    firstTwo: shareOf(group, (row) => isNamed(row, 2)),
    wrong: wrongOf(group),
  }));
}

function namesOf(kind: string): ReadonlySet<string> | undefined {
  const [base = '', payload] = kind.split('+');
  const names = NAMES[base];
  return names === undefined ? undefined : new Set(payload === undefined ? names : [...names, ...LINK]);
}

const isNamed = ({ kind, reasons }: Row, among: number): boolean =>
  reasons.slice(0, among).some((reason) => namesOf(kind)?.has(reason) === true);

function wrongOf(group: readonly Row[]): Explained['wrong'] {
  const wrong = group.filter((row) => !isNamed(row, 1)).map(({ reasons }) => reasons[0] ?? 'none');
  return [...Map.groupBy(wrong, (source) => source)]
    .map(([source, all]) => ({ source, share: all.length / group.length }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MAX_WRONG);
}

export interface Seen {
  readonly kind: string;
  readonly count: number;
  /** A detector that looks at files fires on it, whatever that weighs. */
  readonly seen: Interval;
}

/** Of the kinds that carry a test file. */
export const filesSeen = (rows: readonly Row[]): readonly Seen[] =>
  [...Map.groupBy(rows, ({ kind }) => kind)]
    .filter(([kind]) => kind.includes('-file-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, group]) => ({
      kind,
      count: group.length,
      seen: shareOf(group, ({ features }) => features.some(({ id }) => INSIDE.includes(id))),
    }));
