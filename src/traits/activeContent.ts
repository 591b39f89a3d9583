/** What runs when an attached page is opened: `<name> <count>` for scripts and handlers, names of telling calls inside them. */
import type { HtmlFacts } from './html.ts';

const MAX_ITEMS = 20;

/**
 * Calls that build a file or another page in the browser (HTML smuggling, MITRE T1027.006), each as it is written in scripts and as it is
 * reported. Two entries may be the same call: the names are short for a person.
 */
const CALLS: readonly (readonly [written: string, name: string])[] = [
  ['atob', 'atob'],
  ['unescape', 'unescape'],
  ['decodeURIComponent', 'decodeURIComponent'],
  ['fromCharCode', 'fromCharCode'],
  ['fromCodePoint', 'fromCharCode'],
  ['Blob(', 'Blob'],
  ['createObjectURL', 'createObjectURL'],
  ['Uint8Array', 'Uint8Array'],
  ['msSaveOrOpenBlob', 'msSaveOrOpenBlob'],
  ['msSaveBlob', 'msSaveOrOpenBlob'],
  ['eval(', 'eval'],
  ['Function(', 'eval'],
  ['document.write', 'document.write'],
  ['innerHTML', 'innerHTML'],
  ['.download', 'download'],
  ['location.replace', 'redirect'],
  ['location.href', 'redirect'],
  ['location.assign', 'redirect'],
  ['window.location', 'redirect'],
  ['ActiveXObject', 'ActiveXObject'],
  ['CryptoJS', 'CryptoJS'],
];

export function activeContent(page: HtmlFacts): readonly string[] {
  const runnable = page.targets.filter(({ href }) => isScriptAddress(href)).length;
  const refreshes = page.targets.filter(({ kind }) => kind === 'meta-refresh').length;
  const calls = CALLS.filter(([written]) => page.scriptText.includes(written)).map(([, name]) => name);
  return [
    ...counted('script', page.scriptCount),
    ...counted('javascript: link', runnable),
    ...counted('refresh redirect', refreshes),
    ...counted('password field', page.passwordFieldCount),
    ...new Set(calls),
    ...page.handlers, // last: their names are the writer's choice, and as many as they like
  ].slice(0, MAX_ITEMS);
}

const counted = (name: string, count: number): readonly string[] => (count === 0 ? [] : [`${name} ${count}`]);

const isScriptAddress = (href: string): boolean => /^\s*(?:javascript|vbscript):/i.test(href.slice(0, 100));
