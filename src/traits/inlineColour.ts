/** Colours as inline styles and old attributes write them. */

/** RGB as one number, `clear` (no paint at all) or `unknown` (a picture, a gradient, a word not listed). */
export type Colour = number | 'clear' | 'unknown';

const SAME_SHADE = 8; // of 255 per channel: no difference on a screen

export function looksSame(a: Colour, b: Colour): boolean {
  if (typeof a === 'string' || typeof b === 'string') return false;
  const isNear = (shift: number): boolean => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255)) <= SAME_SHADE;
  return isNear(16) && isNear(8) && isNear(0);
}

/** Of the `background` shorthand. */
export function shorthandColour(value: string): Colour {
  if (value.includes('url(') || value.includes('gradient(')) return 'unknown';
  if (value.startsWith('none')) return 'clear';
  const whole = colourOf(value);
  if (whole !== 'unknown') return whole;
  for (const word of value.split(' ', 8)) {
    const colour = colourOf(word);
    if (colour !== 'unknown') return colour;
  }
  return 'unknown';
}

const NAMED: ReadonlyMap<string, Colour> = new Map<string, Colour>([
  ['white', 0xffffff],
  ['black', 0],
  ['red', 0xff0000],
  ['blue', 0x0000ff],
  ['green', 0x008000],
  ['yellow', 0xffff00],
  ['gray', 0x808080],
  ['grey', 0x808080],
  ['silver', 0xc0c0c0],
  ['whitesmoke', 0xf5f5f5],
  ['snow', 0xfffafa],
  ['ivory', 0xfffff0],
  ['transparent', 'clear'],
]);

/** `value` in lower case. */
export function colourOf(value: string): Colour {
  if (value.startsWith('#')) return hexColour(value);
  if (value.startsWith('rgb')) return rgbColour(value);
  return NAMED.get(/^[a-z]+/.exec(value)?.[0] ?? '') ?? bareHex(value);
}

/** HTML attributes accept `ffffff` without the mark. */
const bareHex = (value: string): Colour => (/^[\da-f]{6}$/.test(value) ? Number.parseInt(value, 16) : 'unknown');

function hexColour(value: string): Colour {
  const digits = /^#([\da-f]+)/.exec(value)?.[1] ?? '';
  if (digits.length === 6 || digits.length === 8) {
    return digits.length === 8 && digits.endsWith('00') ? 'clear' : Number.parseInt(digits.slice(0, 6), 16);
  }
  if (digits.length !== 3) return 'unknown';
  return Number.parseInt([...digits].map((digit) => digit + digit).join(''), 16);
}

function rgbColour(value: string): Colour {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN, alpha = 1] = (value.match(/[\d.]+/g) ?? []).map(
    Number,
  );
  if (Number.isNaN(red + green + blue) || value.includes('%')) return 'unknown';
  return alpha === 0 ? 'clear' : (Math.min(255, red) << 16) | (Math.min(255, green) << 8) | Math.min(255, blue);
}
