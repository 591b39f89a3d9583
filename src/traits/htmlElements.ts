/** What single elements of a page mean: where they lead, whether they ask for a password, whether they mark a quotation. */
import { shortAddress } from '../text/linkAddress.ts';
import { ANIMATED, animatedValues, isAnimation } from '../text/svgAnimation.ts';
import type { Attributes } from './htmlWalk.ts';

/** Something that leads somewhere. */
export interface Target {
  readonly kind: 'anchor' | 'form' | 'image' | 'base' | 'meta-refresh' | 'frame';
  /** As written; when longer than 8,192 characters, as much as a browser makes of it (shortAddress). */
  readonly href: string;
  /** Text that the reader sees in its place, at most 200 characters; absent when none. */
  readonly shownText?: string;
  /** An anchor around neither text nor a picture that a reader sees. */
  readonly isEmpty?: true;
}

/** Empty for elements that lead nowhere. */
export function targetsOf(name: string, attributes: Attributes): readonly Target[] {
  if (isAnimation(name)) return animated(attributes);
  const target = targetOf(name, attributes);
  return target === undefined ? [] : [target];
}

/** It leads where the link leads that it is about, in its time. */
function animated(attributes: Attributes): readonly Target[] {
  if (!/(?:^|:)href$/i.test(attributes.get('attributename')?.trim() ?? '')) return [];
  const values = [...ANIMATED].flatMap((name) => animatedValues(attributes.get(name) ?? ''));
  const addresses = new Set(values.filter((one) => one !== '' && !one.startsWith('#')));
  return [...addresses].map((href) => ({ kind: 'anchor', href: shortAddress(href) }));
}

function targetOf(name: string, attributes: Attributes): Target | undefined {
  const kind = KINDS.get(name) ?? (isVml(name) ? 'anchor' : undefined);
  const href = kind === undefined ? undefined : hrefOf(name, attributes);
  return kind === undefined || href === undefined || href.trim() === ''
    ? undefined
    : { kind, href: shortAddress(href) };
}

/** A shape that Outlook draws and a click on it follows: `v:roundrect` as a rule, but the prefix is the writer's choice. */
const isVml = (name: string): boolean => name.includes(':');

const KINDS: ReadonlyMap<string, Target['kind']> = new Map([
  ['a', 'anchor'],
  ['area', 'anchor'],
  ['form', 'form'],
  ['input', 'form'],
  ['button', 'form'],
  ['img', 'image'],
  ['base', 'base'],
  ['meta', 'meta-refresh'],
  ['iframe', 'frame'],
  ['frame', 'frame'],
  ['object', 'frame'],
  ['embed', 'frame'],
]);

/** What is no address of such an element does not stand before the one that is: nobody follows the `src` of an area. */
function hrefOf(name: string, attributes: Attributes): string | undefined {
  switch (name) {
    case 'form':
      return attributes.get('action');
    case 'input':
    case 'button':
      return attributes.get('formaction');
    case 'meta':
      return refreshTarget(attributes);
    case 'a':
      return attributes.get('href') ?? attributes.get('xlink:href');
    case 'object':
      return attributes.get('data') ?? attributes.get('src');
    case 'img':
    case 'iframe':
    case 'frame':
    case 'embed':
      return attributes.get('src') ?? attributes.get('href');
    default:
      return attributes.get('href') ?? (name.includes(':') ? attributes.get('xlink:href') : undefined);
  }
}

/** `5; url='https://…'` or `5, https://…`: a time, then perhaps a name, perhaps quotes (HTML standard, "shared declarative refresh steps"). */
function refreshTarget(attributes: Attributes): string | undefined {
  if (attributes.get('http-equiv')?.toLowerCase() !== 'refresh') return undefined;
  const content = attributes.get('content') ?? '';
  const time = REFRESH_TIME.exec(content)?.[0];
  if (time === undefined) return undefined;
  const written = content.slice(time.length);
  const name = REFRESH_NAME.exec(written)?.[0];
  if (name === undefined && /^u/i.test(written)) return written;
  const address = written.slice(name?.length ?? 0);
  const quote = address.charAt(0);
  return quote === '"' || quote === "'" ? address.slice(1).split(quote, 1)[0] : address;
}

const REFRESH_TIME = /^[\t\n\f\r ]*(?:\d|(?=\.))[\d.]*(?=[;,\t\n\f\r ])[\t\n\f\r ]*[;,]?[\t\n\f\r ]*/;
const REFRESH_NAME = /^url[\t\n\f\r ]*=[\t\n\f\r ]*/i;

const SECRET =
  /pass(?:w|code|phrase)|\bpwd|senha|contrase|mot[ _-]?de[ _-]?passe|kennwort|wachtwoord|cvv|cvc|card[ _-]?num/i;

/** Asks for a password or a card's number, whatever its type: a plain field takes both. */
export const isPasswordField = (name: string, attributes: Attributes): boolean =>
  name === 'input' &&
  (attributes.get('type')?.trim().toLowerCase() === 'password' ||
    attributes.get('autocomplete') === 'current-password' ||
    (isTyped(attributes) && ['name', 'id', 'placeholder'].some((one) => SECRET.test(attributes.get(one) ?? ''))));

const isTyped = (attributes: Attributes): boolean =>
  ['', 'text', 'email', 'tel', 'number'].includes(attributes.get('type')?.trim().toLowerCase() ?? '');

const PIXEL = 2; // width and height up to this: a counter, no picture

export const isTrackingPixel = (attributes: Attributes): boolean =>
  [attributes.get('width'), attributes.get('height')].every(
    (size) => size !== undefined && Number.parseFloat(size) <= PIXEL,
  );

/** Scripts that no browser runs: data for search engines and mail programs. */
const DATA_SCRIPT = /json|template|html|markdown/i;

export const isDataScript = (attributes: Attributes): boolean => DATA_SCRIPT.test(attributes.get('type') ?? '');

/** Ids of Outlook, below which all is quoted, and of containers. */
const ENDS_BY_ID: ReadonlySet<string> = new Set(['divRplyFwdMsg', 'appendonsend', 'stopSpelling']);
const CONTAINERS_BY_ID: ReadonlySet<string> = new Set([
  'mail-editor-reference-message-container',
  'OLK_SRC_BODY_SECTION',
]);
const CONTAINERS_BY_CLASS = /(?:^|\s)(?:yahoo_quoted|protonmail_quote|zmail_extra)(?:\s|$)/;
const GMAIL_QUOTE = /(?:^|\s)gmail_quote(?:\s|$)/;

/**
 * What mail programs put around or before the mail they answer: Gmail, Apple and Thunderbird, Outlook, Yahoo, Proton, Zoho. `below`: all
 * that follows is quoted. A plain blockquote is an indentation, as often as not.
 */
export function quoteMark(name: string, attributes: Attributes): 'inside' | 'below' | undefined {
  const id = attributes.get('id');
  const classes = attributes.get('class');
  if (name === 'blockquote') {
    if (attributes.get('type') === 'cite' || (classes !== undefined && GMAIL_QUOTE.test(classes))) return 'inside';
  }
  if (id !== undefined && ENDS_BY_ID.has(id)) return 'below';
  if (id !== undefined && CONTAINERS_BY_ID.has(id)) return 'inside';
  return classes !== undefined && CONTAINERS_BY_CLASS.test(classes) ? 'inside' : undefined;
}
