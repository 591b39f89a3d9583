/** What models/platforms.json knows: which addresses send mail that somebody else causes, and how such mail says who. */
import data from '../../models/platforms.json' with { type: 'json' };
import { addressIn } from './names.ts';

type ActorKind = 'share' | 'sign' | 'invoice' | 'meeting' | 'comment';

export interface Platform {
  readonly id: string;
  readonly kind: ActorKind;
  /** Headers whose value names the actor. */
  readonly headers: readonly string[];
  /** Names of the platform itself, lower-case. */
  readonly own: ReadonlySet<string>;
  readonly patterns: Readonly<Record<PatternPlace, readonly Pattern[]>>;
}

export type PatternPlace = 'from' | 'subject' | 'text';

/** Literals and gaps in turn; a gap is '{actor}' or '*'. */
type Pattern = readonly Piece[];
type Piece = { readonly literal: string } | { readonly isActor: boolean };

const MAX_TEXT = 400; // characters of a line that are looked at
const MAX_ACTOR = 120; // characters of a name: more is a sentence that happens to begin like one

const patternOf = (written: string): Pattern =>
  written
    .split(/(\{actor\}|\*)/)
    .filter(Boolean)
    .map((piece) => (piece === '{actor}' || piece === '*' ? { isActor: piece !== '*' } : { literal: piece }));

interface WrittenPlatform {
  readonly id: string;
  readonly kind: string;
  readonly senders: readonly string[];
  readonly own: readonly string[];
  readonly headers?: readonly string[];
  readonly from: readonly string[];
  readonly subject: readonly string[];
  readonly text: readonly string[];
}

const written: readonly WrittenPlatform[] = data.platforms;

const bySender: ReadonlyMap<string, Platform> = new Map(
  written.flatMap(({ id, kind, senders, own, headers = [], from, subject, text }) => {
    const patterns = { from: from.map(patternOf), subject: subject.map(patternOf), text: text.map(patternOf) };
    const platform: Platform = { id, kind: kind as ActorKind, headers, own: new Set(own), patterns };
    return senders.map((sender): [string, Platform] => [sender, platform]);
  }),
);

/** The platform that sends from this address, by the address itself, its domain or one above. Lower-case ASCII. */
export function platformOf(address: string): Platform | undefined {
  const exact = bySender.get(address);
  if (exact !== undefined) return exact;
  for (let domain = address.slice(address.lastIndexOf('@') + 1); domain !== ''; ) {
    const found = bySender.get(domain);
    if (found !== undefined) return found;
    const dot = domain.indexOf('.');
    domain = dot < 0 ? '' : domain.slice(dot + 1);
  }
  return undefined;
}

export interface NamedActor {
  readonly name?: string;
  /** As written, lower-case. */
  readonly address?: string;
}

/** Who acts by the first pattern that fits one line of mail; undefined for none, and for the platform itself. Linear. Never throws. */
export function actorIn(line: string, place: PatternPlace, { patterns, own }: Platform): NamedActor | undefined {
  const text = line.slice(0, MAX_TEXT).replaceAll(/\s+/g, ' ').trim();
  if (text === '') return undefined;
  const lower = text.toLowerCase();
  // A few letters change their length with their case: then the case counts.
  const folded = lower.length === text.length ? lower : text;
  for (const pattern of patterns[place]) {
    const found = capture(pattern, text, folded);
    const actor = found === undefined ? undefined : readActor(found);
    if (actor !== undefined) return own.has((actor.name ?? '').toLowerCase()) ? undefined : actor;
  }
  return undefined;
}

/** The characters in place of '{actor}', each gap as short as can be and the last up to the end; undefined when the pattern does not fit. */
function capture(pattern: Pattern, text: string, folded: string): string | undefined {
  let at = 0;
  let gap: { readonly isActor: boolean } | undefined;
  let actor: string | undefined;
  for (const piece of pattern) {
    if (!('literal' in piece)) {
      gap = piece;
      continue;
    }
    const start = gap === undefined ? at : folded.indexOf(piece.literal, at);
    if (start < 0 || !folded.startsWith(piece.literal, start)) return undefined;
    if (gap?.isActor) actor = text.slice(at, start);
    at = start + piece.literal.length;
    gap = undefined;
  }
  if (gap === undefined) return at === text.length ? actor : undefined;
  return gap.isActor ? text.slice(at) : actor;
}

/** 'Anna Kern (anna@kern.example)' → both; 'anna@kern.example' → the address; undefined for what is no name. */
export function readActor(written: string): NamedActor | undefined {
  const text = written.trim();
  if (text === '' || text.length > MAX_ACTOR) return undefined;
  const address = addressIn(text)?.toLowerCase();
  const open = text.search(/[(<[]/);
  // "Grand Palais Billing (external, grandpalais.example)": what stands in brackets is not the name.
  const before = open >= 0 ? text.slice(0, open) : address === undefined ? text : '';
  const name = before.replaceAll(/^["“'\s]+|["”'\s]+$/g, '');
  if (name === '' && address === undefined) return undefined;
  return { ...(name === '' ? {} : { name }), ...(address === undefined ? {} : { address }) };
}
