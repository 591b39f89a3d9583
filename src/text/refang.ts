/** Addresses written so that nobody can click them, as reports and warnings do, and back. There is no standard: these forms are in wide use. */

export interface Refanged {
  readonly text: string;
  readonly isChanged: boolean;
}

const SCHEME = /\bh(?:xx|\*\*|tx|xt)p(?=s?\s?(?::|[[({<]))/gi;
const FTP = /\bfxp(?=s?:\/\/)/gi;
const DOT = /\s?[[({<]\s?(?:\.|dot)\s?[\])}>]\s?/gi; // evil[.]com, evil (dot) com
const HALF_DOT = /(?<=[a-z0-9])\[\.(?=[a-z])/gi; // evil[.com
const ESCAPED_DOT = /(?<=[a-z0-9])\\\.(?=[a-z0-9])/gi;
const COLON = /[[({<]\s?:(\/{0,2})\s?[\])}>]/g; // hxxp[:]//, hxxp[://]
const AT = /\s?[[({<]\s?(?:at|@)\s?[\])}>]\s?/gi;
const MAY_BE_DEFANGED = /h(?:xx|\*\*|tx|xt)p|fxp|[[({<]\s?(?:\.|dot|:|at|@)|\\\./i;

/** A cheap sign, false for most text, that refang may have something to do. */
export const mayBeDefanged = (text: string): boolean => MAY_BE_DEFANGED.test(text);

/**
 * hxxp → http, [.] (.) {.} [dot] \. → '.', [:] → ':', [://] → '://', [at] → '@', with a blank around the bracket or in it.
 * Reads text as it is, so prose may change too ("(at)"): take what follows for a hint. One pass for each form, linear, never throws.
 */
export function refang(text: string): Refanged {
  if (!mayBeDefanged(text)) return { text, isChanged: false };
  const refanged = text
    .replace(SCHEME, (scheme) => `${scheme.charAt(0)}tt${scheme.charAt(3)}`)
    .replace(FTP, 'ftp')
    .replace(DOT, '.')
    .replace(HALF_DOT, '.')
    .replace(ESCAPED_DOT, '.')
    .replace(COLON, ':$1')
    .replace(AT, '@');
  return { text: refanged, isChanged: refanged !== text };
}

const WEB_SCHEME = /(h)tt(ps?:\/\/)/gi; // also of an address that another carries in its query
const HIDDEN_ADDRESS = /hxxps?:\/\/[^/?#\s]*/gi;
const OTHER_SCHEME = /^([a-z][a-z0-9+.-]{0,31}):(?!\/\/)/i;
const HOST_AND_PORT = /^[^:/?#]{0,253}\.[^:/?#]{0,253}:\d/;
const UP_TO_PATH = /^(?:[a-z][a-z0-9+-]{0,31}:\/\/)?[^/?#\s]*/i;
const BARE_DOT = /(?<!\[)\.(?!\])/g;

/** 'https://a.example/x' → 'hxxps://a[.]example/x', 'javascript:x' → 'javascript[:]x'. Twice is as once; `refang` undoes it. Never throws. */
export function defang(url: string): string {
  const web = url.replace(WEB_SCHEME, '$1xx$2').replace(HIDDEN_ADDRESS, withoutDots);
  const scheme = HOST_AND_PORT.test(web) ? web : web.replace(OTHER_SCHEME, '$1[:]').replace(/^ftp(?=s?:\/\/)/i, 'fxp');
  return scheme.replace(UP_TO_PATH, withoutDots);
}

const withoutDots = (host: string): string => host.replace(BARE_DOT, '[.]');
