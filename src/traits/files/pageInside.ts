/** A page in an archive: what it would be called for as a file of its own, and where it leads. */
import { activeContent } from '../activeContent.ts';
import { kindOfExtension } from '../fileKind.ts';
import { type HtmlFacts, PAGE_HTML, readHtml } from '../html.ts';
import { isQuietPage } from '../quietScript.ts';
import { beginningOf } from '../textType.ts';
import { type Budget, leaveUnread, searchable } from './budget.ts';
import { type HazardList, newHazardList } from './hazards.ts';
import { addSmuggling } from './smuggling.ts';
import { writtenAddresses } from './writtenAddresses.ts';

export const isPage = (type: string | undefined): boolean => kindOfExtension(type ?? '') === 'html' || type === 'svg';

export function readPageInside(content: Buffer, budget: Budget): HazardList {
  const list = newHazardList();
  const limit = Math.min(PAGE_HTML.htmlChars, budget.pages);
  const part = content.subarray(0, limit);
  budget.pages -= part.length;
  if (part.length < content.length) leaveUnread(budget, 'more than 3 MB of pages in archives');
  if (part.length === 0) return list;
  const page = readHtml(beginningOf(part, limit) ?? part.toString('utf8'), PAGE_HTML);
  const active = activeContent({ ...page, passwordFieldCount: 0 });
  if (page.passwordFieldCount > 0) list.add('page-password', 'password field');
  if (active.length > 0) list.add(isQuietPage(page) ? 'page-quiet-script' : 'page-script', active.join(', '));
  addSmuggling(page, list);
  for (const address of targetsOf(page)) list.addAddress(address);
  return list;
}

/** A file of scripts in an archive, as its pages load it: whether it hands over a file, or leads elsewhere. */
export function readScriptInside(content: Buffer, budget: Budget): HazardList {
  const list = newHazardList();
  const scriptText = searchable(content.subarray(0, MAX_SCRIPT), budget).toString('utf8');
  addSmuggling({ scriptText, targets: [] }, list);
  const elsewhere = ELSEWHERE.exec(scriptText)?.[0];
  if (elsewhere !== undefined) list.add('page-script', `redirect: ${elsewhere}`);
  return list;
}

const MAX_SCRIPT = 256 * 1024; // bytes
const ELSEWHERE =
  /\blocation(?:\.href)?\s{0,4}(?:=(?!=)|\.\s{0,4}(?:assign|replace)\s{0,4}\()\s{0,4}['"`]\s{0,4}(?:https?:|\/\/)[^'"`\s]{1,80}/;

/** Where a page leads that is taken into a document: nothing of it runs. */
export function addPageAddresses(html: string, budget: Budget, list: HazardList): void {
  const { targets, written } = readPageAddresses(html, budget);
  for (const address of targets) list.addAddress(address);
  for (const address of written) list.addWritten(address);
}

/** Where a page leads that is shown without running anything: by its links, and by what stands in its text. */
export function readPageAddresses(
  html: string,
  budget: Budget,
): { readonly targets: readonly string[]; readonly written: readonly string[] } {
  const part = html.slice(0, Math.max(0, budget.pages));
  budget.pages -= part.length;
  if (part.length < html.length) leaveUnread(budget, 'more than 3 MB of pages in archives');
  if (part.length === 0) return { targets: [], written: [] };
  const page = readHtml(part, PAGE_HTML);
  return { targets: targetsOf(page), written: writtenAddresses(page.text) };
}

const targetsOf = ({ targets }: HtmlFacts): readonly string[] =>
  targets.filter(({ kind }) => kind !== 'image' && kind !== 'base').map(({ href }) => href);
