/**
 * Whether the scripts of a page only arrange what it shows, as those of manuals do (Javadoc, Doxygen, Sphinx). Loud is whatever could lead
 * elsewhere, build another page or hide what it does: a list of what scripts of the kind do without. What a script means is not known here.
 */
import type { HtmlFacts } from './html.ts';

const MAX_SCRIPT = 16 * 1024; // characters of a page, its files of scripts apart

const LOUD: readonly RegExp[] = [
  // What runs text, turns text into bytes, fetches, or puts a page together.
  /\b(?:eval|Function|constructor|atob|btoa|unescape|from(?:Char|Code)\w{0,12}|char(?:Code)?At|codePointAt|TextDecoder|\w{0,12}Array(?:Buffer)?\s{0,4}\(|Blob|FileReader|\w{0,20}ObjectURL|import|fetch|XMLHttpRequest|WebSocket|EventSource|Worker|sendBeacon|postMessage|ActiveXObject|WScript|msSave\w{0,20}|CryptoJS|Proxy|Reflect|execCommand|clipboard|navigat(?:e|ion)\b|insertAdjacentHTML|createElement\w{0,4}|createContextualFragment|parseFromString|setAttribute(?:NS|Node\w{0,4})|srcdoc|download|cookie)\b/,
  /\b(?:write|writeln|open|submit|requestSubmit|dispatchEvent)\s{0,4}\(/,
  /\.click\s{0,4}\(\s{0,4}\)/,
  /\.setAttribute\b(?!\s{0,4}\(\s{0,4}['"](?:aria-[a-z]{1,20}|class|role|tabindex|title)['"])/i,
  /\bset(?:Timeout|Interval)\s{0,4}\(\s{0,4}['"`]/,
  /\.\s{0,4}(?:src|href|action|data|outerHTML|formAction)\s{0,4}[+|?&]{0,2}=(?!=)/,
  /\.\s{0,4}innerHTML\s{0,4}\+?=(?!=)(?!\s{0,4}(?:'[^'<\\]{0,200}'|"[^"<\\]{0,200}")\s{0,4}[;\n}])/,
  // Where the page is may be read, by its parts.
  /\blocation\b(?!\s{0,4}\.\s{0,4}(?:href|search|hash|pathname|protocol|host|hostname)\b(?!\s{0,4}[+|?&]{0,2}=(?!=)))/,
  // Names and words that are put together: without that, what is looked for above stands where it is used.
  /[\w$)\]]\s{0,4}(?:\?\.)?\s{0,4}\[\s{0,4}(?!\d{1,6}\s{0,4}\]|'[\w-]{1,30}'\s{0,4}\]|"[\w-]{1,30}"\s{0,4}\])/,
  /(?<!\$\(|jQuery\()\b(?:window|self|top|parent|opener|globalThis|defaultView)\s{0,4}(?:[;,)\]}\n]|$)/,
  /['"`]\s{0,20}\+\s{0,20}['"`]|\.(?:join|reverse|concat)\s{0,4}\(/,
  /\\[xu\d]|_0x[0-9a-f]|&#/i,
  /[A-Za-z0-9+/=%]{100,}/,
  // What jQuery builds, loads and starts.
  /\.\s{0,4}(?:html|append\w{0,10}|prepend\w{0,10}|after|before|insert\w{0,12}|replace(?:With|Child|All)|wrap\w{0,8}|load|parseHTML|attr|prop|trigger\w{0,8})\s{0,4}\(/,
  /\$\s{0,4}(?:\.\s{0,4}(?!ready\b|each\b)\w|\(\s{0,4}['"`]?\s{0,4}<)/,
  // Addresses elsewhere.
  /['"`]\s{0,20}(?:(?:https?|ftp|file|data|javascript|vbscript|blob|mhtml|ms-[\w-]{1,30}|search-ms):|\/\/|\\\\)/i,
];

/** Old Javadoc chooses the page of its frame by the address that it was opened with. */
const JAVADOC = /top\.classFrame\.location = top\.targetPage;/g;
const JAVADOC_ONLY =
  /targetPage\s{0,4}=(?!=)(?!\s{0,4}(?:"" \+ window\.location\.search|targetPage\.substring\(1\)|"undefined");)/;

const LOCAL = /^\s{0,40}(?![\s\\/]{0,40}[\\/]{2}|[\\/])(?![a-z][a-z0-9+.-]{0,30}:)/i;
/** Libraries that their hosts choose; anybody may publish at others. */
const LIBRARY =
  /^https:\/\/(?:cdnjs\.cloudflare\.com\/ajax\/libs|ajax\.googleapis\.com\/ajax\/libs|code\.jquery\.com|cdn\.mathjax\.org\/mathjax)\//;
const MAX_SOURCES = 40; // of more not all are known
const SCRIPT_ADDRESS = /^\s{0,40}(?:javascript|vbscript):/i;

/** Nothing in it asks for a password, goes elsewhere by itself, or shows another page that is not beside it. */
export function isQuietPage(page: HtmlFacts): boolean {
  const { passwordFieldCount, targets, scriptSources, scriptText } = page;
  if (passwordFieldCount > 0 || page.targetCount > targets.length || scriptSources.length > MAX_SOURCES) return false;
  if (!scriptSources.every((source) => LOCAL.test(source) || LIBRARY.test(source))) return false;
  const frames = targets.filter(({ kind }) => kind === 'frame' || kind === 'meta-refresh' || kind === 'base');
  if (!frames.every(({ href }) => LOCAL.test(href) || SCRIPT_ADDRESS.test(href))) return false;
  const inAddresses = targets.filter(({ href }) => SCRIPT_ADDRESS.test(href)).map(({ href }) => decoded(href));
  return isQuiet([scriptText, ...inAddresses].join('\n'));
}

/** An address may be written in numbers; what cannot be read so is loud. */
function decoded(href: string): string {
  const script = href.replace(SCRIPT_ADDRESS, '');
  return script.includes('%') ? 'eval' : script;
}

function isQuiet(script: string): boolean {
  if (script.length > MAX_SCRIPT) return false;
  const known = JAVADOC_ONLY.test(script)
    ? script
    : script.replaceAll(JAVADOC, '').replaceAll('"" + window.', 'window.');
  const rest = known.replace(IN_FRAME, 'isInFrame');
  return !LOUD.some((pattern) => pattern.test(rest));
}

/** Whether the page stands in a frame. */
const IN_FRAME = /\b(?:window|self)\s{0,4}[!=]==?\s{0,4}(?:top|window\.top)\b/g;
