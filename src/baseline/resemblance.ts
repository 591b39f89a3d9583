/**
 * Which known domain a domain resembles: correspondents' by records under signatures of their labels, own domains and brands from lists.
 * Signatures are the two halves of a label's skeleton with its length: one edit leaves one half as it was, so that a suspect of length m
 * finds its model of length m − 1, m or m + 1 by the half that it shares. Sources: UTS 39 §4; detection.md §3 "Identity".
 */
import type { Resemblance } from '../domain/baseline.ts';
import { labelSkeleton } from '../text/confusables.ts';
import { editDistance } from '../text/editDistance.ts';
import { brandOf, brands, isBrandDomain, SIGN_IN_WORDS } from '../text/lists.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import type { KeyOf } from './keys.ts';
import { keyOf, TENANT } from './keys.ts';

const MIN_LETTERS = 4; // shorter labels are initials: everything resembles them
const MIN_EDIT_LETTERS = 5; // one edit turns a word of four letters into another word
const MIN_PART_LETTERS = 5; // a part of a name that means somebody: "news", "mail" and "shop" mean nobody
const TWO_EDITS_LETTERS = 10; // from this length on, two edits still read as the same name
const MAX_LABEL_LETTERS = 40; // 63 are allowed (RFC 1035 §2.3.4); signatures grow with the length
const MAX_PARTS = 8;
/** Labels of brands' domains (notifications.service.gov.uk) that anybody calls a host of theirs. */
const HOST_WORDS: ReadonlySet<string> = new Set([
  'authorize',
  'discover',
  'finances',
  'logistics',
  'messenger',
  'notifications',
  'passport',
  'registro',
  'thankyou',
  'workplace',
]);

interface Named {
  readonly domain: string;
  /** Registrable label: 'hartmann' of 'mail.hartmann.example'. */
  readonly label: string;
  readonly skeleton: string;
}

export interface Candidate {
  readonly domain: string;
  readonly known: Resemblance['known'];
  readonly messageCount: number;
  readonly brand?: string;
  /** Its label means something else, too: "treasury", "discover". */
  readonly isWord?: boolean;
}

const labelOf = (orgDomain: string): string => orgDomain.split('.', 1)[0] ?? '';

const MAX_REMEMBERED = 5_000;
const remembered = new Map<string, Named>();

/** Remembered, because one message asks for the same few domains again and again. */
function named(domain: string): Named {
  const known = remembered.get(domain);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const made = newNamed(domain);
  remembered.set(domain, made);
  return made;
}

function newNamed(domain: string): Named {
  const orgDomain = organisationalDomain(domain);
  const label = labelOf(orgDomain);
  return { domain: orgDomain, label, skeleton: labelSkeleton(label).slice(0, MAX_LABEL_LETTERS) };
}

/** Signatures under which a known domain is found again; none for labels too short to be imitated. */
export function signaturesOf(domain: string): readonly string[] {
  const { skeleton } = named(domain);
  return skeleton.length < MIN_LETTERS
    ? []
    : [firstHalf(skeleton, skeleton.length), lastHalf(skeleton, skeleton.length)];
}

const half = (length: number): number => Math.ceil(length / 2);
/** Of a label of `length` letters, or of one that may be an edit of such a label. */
const firstHalf = (letters: string, length: number): string => `${length}<${letters.slice(0, half(length))}`;
const lastHalf = (letters: string, length: number): string =>
  `${length}>${letters.slice(letters.length - length + half(length))}`;

/** Signatures of the labels that `letters` may be an edit of, or the same as. */
function suspectSignatures(letters: string): readonly string[] {
  if (letters.length < MIN_LETTERS) return [];
  const edits = letters.length >= TWO_EDITS_LETTERS ? 2 : 1;
  const found: string[] = [];
  for (let length = letters.length - edits; length <= letters.length + edits; length++)
    if (length >= MIN_LETTERS) found.push(firstHalf(letters, length), lastHalf(letters, length));
  // Two letters swapped across the middle touch both halves.
  const middle = half(letters.length);
  const swapped = `${letters.slice(0, middle - 1)}${letters[middle] ?? ''}${letters[middle - 1] ?? ''}`;
  return [...found, firstHalf(swapped.slice(0, middle), letters.length)];
}

/** All signatures under which what `domain` imitates may be found. */
const searched = (domain: string, parts: readonly Part[]): ReadonlySet<string> =>
  new Set([
    ...suspectSignatures(named(domain).skeleton),
    ...parts.map(({ skeleton }) => firstHalf(skeleton, skeleton.length)),
  ]);

/** Records to read for a domain that may imitate a correspondent's. */
export const lookalikeKeys = (domain: string): readonly KeyOf<'lookalike'>[] =>
  [...searched(domain, partsOf(domain))].map((signature) => keyOf(TENANT, 'lookalike', signature));

interface Part {
  readonly skeleton: string;
  readonly kind: 'combination' | 'subdomain';
}

/** Names that stand inside a domain: hyphenated pieces of its label, and labels in front of it. */
function partsOf(domain: string): readonly Part[] {
  const { domain: orgDomain, label } = named(domain);
  const front = domain.length > orgDomain.length ? domain.slice(0, -orgDomain.length - 1).split('.') : [];
  const part = (kind: Part['kind']) => (text: string) => ({ kind, skeleton: labelSkeleton(text) });
  return [...runsOf(label).map(part('combination')), ...front.map(part('subdomain'))]
    .filter(({ skeleton }) => skeleton.length >= MIN_LETTERS)
    .slice(0, MAX_PARTS);
}

/** 'acme-hartmann-mail' → its hyphenated pieces and neighbouring pairs of them: acme, hartmann, mail, acme-hartmann, hartmann-mail. */
function runsOf(label: string): readonly string[] {
  const pieces = label.split('-').filter(Boolean);
  if (pieces.length < 2) return [];
  const pairs = pieces.length > 2 ? pieces.slice(1).map((piece, at) => `${pieces[at] ?? ''}-${piece}`) : [];
  return [...pieces, ...pairs];
}

/** What `domain` resembles among the candidates and the brands, the likeliest imitation of each known domain once. */
export function resemblancesOf(domain: string, candidates: readonly Candidate[]): readonly Resemblance[] {
  const suspect = named(domain);
  const parts = partsOf(domain);
  const found = new Map<string, Resemblance>();
  for (const { domain: knownDomain, known, messageCount, brand, isWord = false } of [
    ...candidates,
    ...brandCandidates(suspect, parts),
  ]) {
    const target = named(knownDomain);
    if (target.domain === suspect.domain || found.has(`${known} ${target.domain}`)) continue;
    const kind = kindOf(suspect, target, parts, known);
    if (kind === undefined || (kind === 'combination' && isWord && !hasSignInWord(suspect))) continue;
    if (kind === 'subdomain' && isWord && isHostWord(domain, target, brand)) continue;
    const resemblance = { domain: target.domain, known, kind, messageCount, ...(brand === undefined ? {} : { brand }) };
    found.set(`${known} ${target.domain}`, resemblance);
  }
  return [...found.values()];
}

function kindOf(
  suspect: Named,
  target: Named,
  parts: readonly Part[],
  known: Resemblance['known'],
): Resemblance['kind'] | undefined {
  const letters = target.skeleton.length;
  if (letters < MIN_LETTERS) return undefined;
  if (suspect.label === target.label) return 'suffix-swap';
  if (suspect.skeleton === target.skeleton) return 'confusable';
  if (letters >= MIN_EDIT_LETTERS && suspect.skeleton.length >= MIN_EDIT_LETTERS) {
    const limit = letters >= TWO_EDITS_LETTERS ? 2 : 1;
    if (editDistance(suspect.skeleton, target.skeleton, limit) <= limit) return 'edit';
  }
  // The own name is short of meaning to nobody here; anybody else's must be long enough to be a name.
  if (letters < MIN_PART_LETTERS && known !== 'own') return undefined;
  return parts.find(({ skeleton }) => skeleton === target.skeleton)?.kind;
}

/** 'notifications.shop.example' is a host of the shop; with all of the brand's domain in front, its name or a word of signing in, it is more than that. */
const isHostWord = (domain: string, { domain: brandDomain, label }: Named, brand = ''): boolean =>
  HOST_WORDS.has(label) &&
  !domain.startsWith(`${brandDomain}.`) &&
  !domain.includes(`.${brandDomain}.`) &&
  !domain.split(/[.-]/).some((piece) => SIGN_IN_WORDS.includes(piece)) &&
  !(namesOfBrands.get(brand) ?? []).some((name) => besides(domain, label).includes(name));

/** The letters of a domain without the word that is asked about. */
const besides = (domain: string, word: string): string =>
  lettersOf(
    domain
      .split('.')
      .filter((piece) => piece !== word)
      .join(''),
  );

/** A word that a brand bears too is the brand beside "login", and a word beside "forum". */
const hasSignInWord = ({ label }: Named): boolean => label.split('-').some((piece) => SIGN_IN_WORDS.includes(piece));

const TELLING_LETTERS = 8; // labels of a brand's further domains that are no words: 'microsoftonline', not 'office'
const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const MIN_NAME_LETTERS = 4; // fewer are in any word
/** The ways to write a brand, letters only, by its id. */
const namesOfBrands: ReadonlyMap<string, readonly string[]> = new Map(
  brands.map(({ id, name, names }) => [
    id,
    [...new Set([id, name, ...(names ?? [])].map(lettersOf))].filter((letters) => letters.length >= MIN_NAME_LETTERS),
  ]),
);

/** Brands' domains by signature, so that all of them cost a look-up a signature. */
const brandsBySignature: ReadonlyMap<string, readonly Candidate[]> = bySignature();

function bySignature(): ReadonlyMap<string, readonly Candidate[]> {
  const index = new Map<string, Candidate[]>();
  for (const { id, name, domains, names } of brands) {
    const own = new Set([lettersOf(id), lettersOf(name)]);
    const unmistakable = new Set(names.map(lettersOf)); // models/brands.md: what names nothing else in six languages
    for (const domain of [...domains].sort((a, b) => Number(b.endsWith('.com')) - Number(a.endsWith('.com')))) {
      const { domain: orgDomain, label } = named(domain);
      if (!own.has(lettersOf(label)) && label.length < TELLING_LETTERS) continue;
      for (const signature of signaturesOf(domain)) {
        const candidates = index.get(signature) ?? [];
        // One domain a label is enough, .com before others: paypal.de reads as paypal.com does.
        if (candidates.some((one) => one.brand === id && labelOf(one.domain) === label)) continue;
        const isWord = !unmistakable.has(lettersOf(label));
        index.set(signature, [
          ...candidates,
          { domain: orgDomain, known: 'brand', messageCount: 0, brand: id, isWord },
        ]);
      }
    }
  }
  return index;
}

function brandCandidates({ domain }: Named, parts: readonly Part[]): readonly Candidate[] {
  if (isBrandDomain(domain)) return [];
  const own = brandOf(domain);
  return [...searched(domain, parts)].flatMap((signature) =>
    (brandsBySignature.get(signature) ?? []).filter(({ brand }) => brand !== own),
  );
}
