/**
 * HTML smuggling: a page that carries a file as text, turns it into bytes and hands it over as a download. All three are needed: pages that
 * show an embedded picture have the first, web applications the others. Source: MITRE T1027.006; Outflank 2018, "HTML smuggling explained".
 */
import { magicType } from '../fileMagic.ts';
import type { HtmlFacts } from '../html.ts';
import type { HazardList } from './hazards.ts';

const MIN_PAYLOAD = 400; // characters of one encoded run: the smallest shortcut or script file as base64
/** Runs are looked for whole, so that the search is linear whatever the page holds: base64, hex in any dress, lists of numbers. */
const RUNS: readonly (readonly [run: RegExp, minLength: number])[] = [
  [/[A-Za-z0-9+/_-]{40,}/g, MIN_PAYLOAD],
  [/(?:[0-9a-f]{2}[, \\x%]{0,2})+/gi, MIN_PAYLOAD],
  [/(?:\d{1,3}\s{0,2},\s{0,2})+/g, MIN_PAYLOAD * 2],
];
/** A payload cut into pieces that are put together again. */
const PIECE = /["'`][A-Za-z0-9+/=]{40,}["'`]/g;
const MIN_PIECES = 20;
const DECODES =
  /\batob\b|fromCharCode|Uint8Array|base64ToArrayBuffer|TextDecoder|charCodeAt|unescape|decodeURIComponent|arrayBuffer\s{0,2}\(/;
const HANDS_OVER =
  /msSave(?:OrOpen)?Blob|createObjectURL|\.download\b|setAttribute\s{0,4}\(\s{0,4}["']download|saveAs\s{0,4}\(|new\s{1,4}File\s{0,4}\(|navigator\.msSave|location(?:\.href)?\s{0,4}=\s{0,4}["']?data:/;
const DATA_LINK =
  /^\s{0,8}data:(?!image\/|text\/plain|font\/)([\w.+-]{1,60}\/[\w.+-]{1,80})[^,]{0,100};base64,([A-Za-z0-9+/=%\s]{40,})/i;

export function addSmuggling(
  { scriptText, targets }: Pick<HtmlFacts, 'scriptText' | 'targets'>,
  list: HazardList,
): void {
  const how = HANDS_OVER.exec(scriptText)?.[0];
  const builds = how !== undefined && (DECODES.test(scriptText) || /new\s{1,4}Blob/.test(scriptText));
  const payload = builds ? payloadOf(scriptText) : undefined;
  if (payload !== undefined) list.add('smuggled-file', `${typeOf(payload)} of ${payload.length} characters, ${how}`);
  for (const { href } of targets) {
    const link = DATA_LINK.exec(href);
    if (link === null) continue;
    const type = magicType(Buffer.from(link[2] ?? '', 'base64').subarray(0, 600));
    if (type !== undefined && PACKED.has(type)) list.add('smuggled-file', `${type} in a data: link (${link[1]})`);
  }
}

/** Types that a page has no reason to hold. */
const PACKED: ReadonlySet<string> = new Set('zip rar 7z gz exe iso cfb lnk cab chm one'.split(' '));

function payloadOf(script: string): string | undefined {
  for (const [pattern, minLength] of RUNS) {
    for (const [run] of script.matchAll(pattern)) if (run.length >= minLength) return run;
  }
  const pieces = script.match(PIECE);
  return pieces === null || pieces.length < MIN_PIECES ? undefined : pieces.map((piece) => piece.slice(1, -1)).join('');
}

function typeOf(payload: string): string {
  const head = Buffer.from(payload.slice(0, 1_000), 'base64');
  return magicType(head) ?? 'text that stands for bytes';
}
