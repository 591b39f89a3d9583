/** Archives of pages that belong together: manuals and references as programs write them, with scripts that only arrange what they show. */
import type { Defect } from '../../domain/mail.ts';
import type { Attachment } from '../../domain/message.ts';
import { extensionOf } from './fileTypes.ts';
import { hazardsOf } from './hazards.ts';

const MANY_PAGES = 10;
const PAGES: ReadonlySet<string> = new Set(['html', 'htm', 'xhtml']);

/**
 * Many pages, all of which were looked at, and none does more than arrange what it shows: one that does is not hidden by the others, and what
 * was not seen may be anything.
 */
export function isManual(file: Attachment, defects: readonly Defect[]): boolean {
  const pages = file.entryNames.filter((name) => PAGES.has(extensionOf(name)));
  const isLoud = hazardsOf(file, 'page-script', 'page-password', 'smuggled-file').length > 0;
  return pages.length >= MANY_PAGES && !isLoud && defects.every(({ code }) => code !== 'unread-files');
}

/** As Javadoc, Doxygen, Sphinx and mdBook call the scripts of their pages: nobody is led to open one by such a name. */
const SCRIPT_OF_PAGES =
  /^(?:search|script|menu(?:data)?|navtree(?:data|index\d{1,3})?|dynsections|resize|(?:member|package|type|module|tag)-search-index|search-page|glass|doctools|searchtools|searchindex|language_data|documentation_options|sphinx_highlight|badge_only|theme|jquery(?:-ui)?[\d.-]{0,12}(?:\.min)?|underscore[\d.-]{0,12}(?:\.min)?|modernizr(?:\.min)?|html5shiv(?:\.min)?|highlight(?:\.pack|\.min)?|lunr(?:\.min)?|svgpan|(?:book|toc|elasticlunr|mark|searcher|clipboard)(?:-[0-9a-f]{8})?(?:\.min)?|(?:all|classes|files|namespaces|functions|variables|typedefs|enums|enumvalues|related|defines|groups|pages|properties|events)_[0-9a-f]{1,4})\.js$/i;

/** `name`: of a file in a manual. */
export const isScriptOfPages = (name: string): boolean => SCRIPT_OF_PAGES.test(name.slice(name.lastIndexOf('/') + 1));
