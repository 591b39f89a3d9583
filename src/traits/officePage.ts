/** Pages under names of Office, as business programs export tables and letters: whether Word or Excel would do anything but show them. */
import { type Attributes, walkHtml } from './htmlWalk.ts';

/** Office reads what stands in these comments (`<!--[if gte mso 9]>`), browsers do not. */
const CONDITIONS = /<!--\[if[^\]]{0,200}\]>|<!\[endif\]-->|<!\[(?:if[^\]]{0,200}|endif)\]>/gi;
/** What runs, asks, shows another page, or loads an object; `base` moves where links lead. */
const ACTIVE: ReadonlySet<string> = new Set(
  'script form input button iframe frame frameset object embed applet base o:oleobject w:attachedtemplate'.split(' '),
);
/** Excel's own HTML: a formula beside the value. */
const FORMULA_ATTRIBUTE = 'x:fmla';
/** Files beside the page in which Word keeps macros, and where a page goes on by itself. */
const LEADING_REL = /edit-time-data|ole-object-data/i;
/** ="00123" keeps Excel from taking it for a number. */
const FORMULA = /^\s{0,20}(?:=(?!\s{0,9}"[^"|]{0,200}"\s{0,9}$)|[+\-@][^|(]{0,2000}[|(])/;
const MANY = 40; // attributes: htmlWalk.ts keeps no more of an element, so that the one that matters may be missing
const MAX_CELL = 2_000; // characters; what follows makes no beginning

/** `html`: all of it. No script, form, frame, object, formula, macros or template; pictures and links it may have. Never throws. */
export function isInertPage(html: string): boolean {
  let isInert = true;
  let cell: string | undefined;
  const endCell = (): void => {
    if (cell !== undefined && FORMULA.test(cell)) isInert = false;
    cell = undefined;
  };
  walkHtml(html.replace(CONDITIONS, ' '), {
    open(name, attributes) {
      if (isActive(name, attributes)) isInert = false;
      if (name === 'td' || name === 'th') {
        endCell();
        cell = '';
      }
    },
    close(name) {
      if (name === 'td' || name === 'th' || name === 'tr' || name === 'table') endCell();
    },
    text(piece) {
      if (cell !== undefined && cell.length < MAX_CELL) cell += piece;
    },
  });
  endCell();
  return isInert;
}

function isActive(name: string, attributes: Attributes): boolean {
  if (ACTIVE.has(name) || attributes.size >= MANY || attributes.has(FORMULA_ATTRIBUTE)) return true;
  if (name === 'meta') return attributes.get('http-equiv')?.trim().toLowerCase() === 'refresh';
  if (name === 'link') return LEADING_REL.test(attributes.get('rel') ?? '');
  for (const [attribute, value] of attributes)
    if (attribute.startsWith('on') || /^\s*(?:javascript|vbscript|data):/i.test(value.slice(0, 100))) return true;
  return false;
}
