/** A page in an archive: what it would be called for as a file of its own, and where it leads. */
import { activeContent } from '../activeContent.ts';
import { kindOfExtension } from '../fileKind.ts';
import { type HtmlFacts, PAGE_HTML, readHtml } from '../html.ts';
import { beginningOf } from '../textType.ts';
import { type Budget, leaveUnread } from './budget.ts';
import { type HazardList, newHazardList } from './hazards.ts';
import { addSmuggling } from './smuggling.ts';

export const isPage = (type: string | undefined): boolean => kindOfExtension(type ?? '') === 'html' || type === 'svg';

export function readPageInside(content: Buffer, budget: Budget): HazardList {
  const list = newHazardList();
  const limit = Math.min(PAGE_HTML.htmlChars, budget.pages);
  const part = content.subarray(0, limit);
  budget.pages -= part.length;
  if (part.length < content.length) leaveUnread(budget, 'more than 1 MB of pages in archives');
  if (part.length === 0) return list;
  const page = readHtml(beginningOf(part, limit) ?? part.toString('utf8'), PAGE_HTML);
  const active = activeContent({ ...page, passwordFieldCount: 0 });
  if (page.passwordFieldCount > 0) list.add('page-password', 'password field');
  if (active.length > 0) list.add('page-script', active.join(', '));
  addSmuggling(page, list);
  addTargets(page, list);
  return list;
}

/** Where a page leads that is shown without running anything. */
export function addPageAddresses(html: string, budget: Budget, list: HazardList): void {
  const part = html.slice(0, Math.max(0, budget.pages));
  budget.pages -= part.length;
  if (part.length < html.length) leaveUnread(budget, 'more than 1 MB of pages in archives');
  if (part.length > 0) addTargets(readHtml(part, PAGE_HTML), list);
}

function addTargets({ targets }: HtmlFacts, list: HazardList): void {
  for (const { kind, href } of targets) if (kind !== 'image' && kind !== 'base') list.addAddress(href);
}
