/** Names of brands as they are worked into host names and paths. */
import { labelSkeleton } from '../../text/confusables.ts';
import { brands, SIGN_IN_WORDS } from '../../text/lists.ts';

const TELLING_LETTERS = 5; // shorter names are words and initials too: "ing", "ups", "live"
const NAME_WORDS = [2, 3, 4]; // "State Bank of India"
const JOINED_LETTERS = 7; // shorter ones are names of servers: mail-ru, web-de
const MAX_TOKENS = 40; // of one host or path; the rest adds nothing that a reader would see

export interface BrandToken {
  readonly brand: string;
  /** Long enough to be no ordinary word. */
  readonly isTelling: boolean;
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** By the name in one piece: "bankofamerica". */
const byName: ReadonlyMap<string, BrandToken> = new Map(
  brands.flatMap(({ id, name }) =>
    [letters(id), letters(name)].map((key): [string, BrandToken] => [
      key,
      { brand: id, isTelling: key.length >= TELLING_LETTERS },
    ]),
  ),
);
const bySkeleton: ReadonlyMap<string, BrandToken> = new Map(
  [...byName].map(([key, token]) => [labelSkeleton(key), token]),
);

/** The brands named by labels of a host and their hyphenated parts, alone or in a row, in any disguise that reads the same. */
export const brandsInHost = (labels: string): readonly BrandToken[] => [
  ...tokensOf(labels).flatMap((token) => bySkeleton.get(labelSkeleton(token)) ?? gluedBrand(token) ?? []),
  ...joinedTokens(labels).flatMap((name) => bySkeleton.get(labelSkeleton(name)) ?? []),
];

/** The brands named by words of a path. */
export const brandsInPath = (path: string): readonly BrandToken[] =>
  [...tokensOf(path), ...joinedTokens(path)].flatMap((name) => byName.get(name) ?? []);

/** Whether a label is a brand's name and nothing else, undisguised. */
export const isBrandName = (label: string): boolean => byName.has(label);

/** Whether the words of a name stand in a text one after the other: "acme-tools" in acme-tools.evil.example. */
export const holdsName = (text: string, name: string): boolean =>
  `-${tokensOf(text).join('-')}-`.includes(`-${tokensOf(name).join('-')}-`);

/** What neighbours make in one piece: "bank-of-america", "booking.com". */
const joinedTokens = (text: string): readonly string[] =>
  tokensOf(text).flatMap((_, start, tokens) =>
    NAME_WORDS.filter((count) => start + count <= tokens.length)
      .map((count) => tokens.slice(start, start + count).join(''))
      .filter((name) => name.length >= JOINED_LETTERS),
  );

/** Runs of letters, digits and whatever is not ASCII, in lower case. */
const tokensOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s!-/:-@[-`{-~]/)
    .filter(Boolean)
    .slice(0, MAX_TOKENS);

/** "paypallogin", "securepaypal". */
function gluedBrand(token: string): BrandToken | undefined {
  for (const lure of SIGN_IN_WORDS) {
    const rest = token.endsWith(lure)
      ? token.slice(0, -lure.length)
      : token.startsWith(lure)
        ? token.slice(lure.length)
        : '';
    const named = rest.length < TELLING_LETTERS ? undefined : bySkeleton.get(labelSkeleton(rest));
    if (named?.isTelling) return named;
  }
  return undefined;
}
