/**
 * Whether a reader can see text, as far as the element's own attributes and those around it tell. Style sheets are not applied: most mail
 * readers drop them or parts of them, so who hides text writes it inline.
 */
import type { Attributes } from './htmlWalk.ts';
import { type Colour, colourOf, looksSame, shorthandColour } from './inlineColour.ts';

export interface Look {
  /** By the element or one around it, for good: display, opacity, position, clipping. */
  readonly isGone: boolean;
  /** visibility: a child may show itself again. */
  readonly isInvisible: boolean;
  readonly isTiny: boolean;
  readonly colour: Colour;
  readonly background: Colour;
  /** All of it together. */
  readonly isHidden: boolean;
}

interface Declarations {
  readonly isGone?: boolean;
  readonly isInvisible?: boolean;
  /** `relative` sizes leave tiny text tiny. */
  readonly size?: 'tiny' | 'relative' | 'readable';
  readonly colour?: Colour;
  readonly background?: Colour;
}

export const PLAIN_LOOK: Look = {
  isGone: false,
  isInvisible: false,
  isTiny: false,
  colour: 'unknown',
  background: 'unknown',
  isHidden: false,
};

const MAX_STYLE_LENGTH = 2_000; // characters; what designers' tools write stays below 800
const MAX_MEMO = 500;
const TINY_PX = 1; // text of one pixel is a line, not text
const TINY_RATIO = 0.1; // of the surrounding size: under 2 px
const NEARLY_CLEAR = 0.05; // opacity
const FAR_PX = 500; // beyond the edge of any mail window's content

/** Styles repeat within a mail: each is read once. */
export type StyleMemo = Map<string, Declarations>;

export function lookInside(around: Look, name: string, attributes: Attributes, memo: StyleMemo): Look {
  if (attributes.size === 0) return around;
  const style = attributes.get('style');
  const declared = style === undefined ? NOTHING : remembered(style, memo);
  const colour = declared.colour ?? attributeColour(attributes.get(name === 'body' ? 'text' : 'color'));
  const background = declared.background ?? attributeBackground(attributes);
  const isGone = declared.isGone === true || attributes.has('hidden');
  if (declared === NOTHING && colour === undefined && background === undefined && !isGone) return around;
  return withHidden({
    isGone: around.isGone || isGone,
    isInvisible: declared.isInvisible ?? around.isInvisible,
    isTiny: declared.size === undefined || declared.size === 'relative' ? around.isTiny : declared.size === 'tiny',
    colour: colour ?? around.colour,
    background: background === undefined || background === 'clear' ? around.background : background,
  });
}

const withHidden = (look: Omit<Look, 'isHidden'>): Look => ({
  ...look,
  isHidden:
    look.isGone ||
    look.isInvisible ||
    look.isTiny ||
    look.colour === 'clear' ||
    looksSame(look.colour, look.background),
});

const NOTHING: Declarations = {};

function remembered(style: string, memo: StyleMemo): Declarations {
  const known = memo.get(style);
  if (known !== undefined) return known;
  const declarations = readStyle(style.slice(0, MAX_STYLE_LENGTH).toLowerCase());
  if (memo.size < MAX_MEMO) memo.set(style, declarations);
  return declarations;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Box = Record<'position' | 'overflow' | 'height', string>;

/** The last declaration of a property counts, but for those that hide: `!important` and fallbacks are not told apart. */
function readStyle(style: string): Declarations {
  const found: Mutable<Declarations> = {};
  const box: Box = { position: '', overflow: '', height: '' };
  let isFar = false;
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':');
    const value = colon < 0 ? '' : declaration.slice(colon + 1).trim();
    if (value === '') continue;
    const property = declaration.slice(0, colon).trim();
    if (hides(property, value)) found.isGone = true;
    else if (property === 'visibility') found.isInvisible = value.startsWith('hidden') || value.startsWith('collapse');
    else if (property === 'font-size') found.size = sizeOf(value);
    else if (property === 'font') found.size = shorthandSize(value) ?? found.size ?? 'relative';
    else if (property === 'color') found.colour = colourOf(value);
    else if (property === 'background-color') found.background = colourOf(value);
    else if (property === 'background') found.background = shorthandColour(value);
    else if (property === 'background-image' && !value.startsWith('none')) found.background = 'unknown';
    else if (property === 'position' || property === 'overflow' || property === 'height') box[property] = value;
    else if (property === 'left' || property === 'right' || property === 'top') isFar ||= isFarOff(value);
  }
  if (isFar && (box.position.startsWith('absolute') || box.position.startsWith('fixed'))) found.isGone = true;
  if (box.overflow.startsWith('hidden') && isZero(box.height)) found.isGone = true;
  return Object.keys(found).length === 0 ? NOTHING : found;
}

function hides(property: string, value: string): boolean {
  switch (property) {
    case 'display':
      return value.startsWith('none');
    case 'opacity':
      return Number.parseFloat(value) <= NEARLY_CLEAR && !value.includes('%');
    case 'max-height':
    case 'max-width':
      return isZero(value);
    case 'text-indent':
    case 'margin-left':
    case 'margin-top':
      return isFarOff(value);
    case 'clip':
      return /^rect\((?:[01](?:px)?[\s,]*){4}\)/.test(value);
    case 'clip-path':
      return /^(?:inset\((?:50|100)%|circle\(0|polygon\(0 0\))/.test(value);
    case 'transform':
      return /^scale(?:x|y)?\(0\)/.test(value);
    default:
      return false;
  }
}

const isZero = (value: string): boolean => /^0(?:\.0+)?(?:px|pt|em|rem|%|vh|vw)?(?:\s|!|$)/.test(value);

const isFarOff = (value: string): boolean => {
  const distance = Number.parseFloat(value);
  return distance <= -FAR_PX || (distance <= -100 && /^-\d+(?:\.\d+)?(?:em|rem|%|vw|vh)/.test(value));
};

function sizeOf(value: string): NonNullable<Declarations['size']> {
  const size = Number.parseFloat(value);
  if (Number.isNaN(size)) return /^(?:inherit|smaller|larger)/.test(value) ? 'relative' : 'readable';
  if (/^[\d.]+(?:em|%)/.test(value))
    return size <= (value.includes('%') ? TINY_RATIO * 100 : TINY_RATIO) ? 'tiny' : 'relative';
  return size <= (/^[\d.]+rem/.test(value) ? TINY_RATIO : TINY_PX) ? 'tiny' : 'readable';
}

/** `font: italic 0/0 arial`: the first word that starts with a digit. A weight (`bold` as 700) is taken for a size: readable. */
function shorthandSize(value: string): Declarations['size'] {
  const size = value.split(' ').find((word) => /^[\d.]/.test(word));
  return size === undefined ? undefined : sizeOf(size);
}

const attributeColour = (value: string | undefined): Colour | undefined =>
  value === undefined ? undefined : colourOf(value.slice(0, 40).trim().toLowerCase());

/** A picture behind the text makes its colour say nothing. */
function attributeBackground(attributes: Attributes): Colour | undefined {
  if (attributes.has('background')) return 'unknown';
  return attributeColour(attributes.get('bgcolor'));
}
