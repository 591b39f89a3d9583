/**
 * Which elements are open, as far as it decides what text is inside which element: end tags that nobody wrote and end tags that match
 * nothing (HTML standard §13.1.2.4 and §13.2.6.4.7). Every step looks at a bounded number of open elements.
 */

export interface ElementStack {
  /** Closes what `name` implies to be at its end. False: too deep, or a void element; no close will follow. */
  open(name: string): boolean;
  close(name: string): void;
  closeAll(): void;
}

const MAX_DEPTH = 256; // browsers flatten at 512; mail made by people and tools stays below 100
const MAX_REACH = 32; // elements that an end tag may close at once

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const VOID = setOf(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
);

/** What an opening tag closes, looked for up to the nearest of `within`. */
interface ImpliedClose {
  readonly closes: ReadonlySet<string>;
  readonly within: ReadonlySet<string>;
}

const CELL_BORDERS = setOf('td th caption table template object button svg');
const CLOSES_PARAGRAPH: ImpliedClose = { closes: setOf('p'), within: CELL_BORDERS };
const BLOCKS = setOf(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main ' +
    'menu nav ol p pre section summary table ul',
);
const IMPLIED: ReadonlyMap<string, ImpliedClose> = new Map([
  ...[...BLOCKS].map((name): [string, ImpliedClose] => [name, CLOSES_PARAGRAPH]),
  ['a', { closes: setOf('a'), within: CELL_BORDERS }],
  ['li', { closes: setOf('li'), within: setOf('ul ol menu dir td th table') }],
  ['dt', { closes: setOf('dt dd'), within: setOf('dl td th table') }],
  ['dd', { closes: setOf('dt dd'), within: setOf('dl td th table') }],
  ['td', { closes: setOf('td th'), within: setOf('tr table') }],
  ['th', { closes: setOf('td th'), within: setOf('tr table') }],
  ['tr', { closes: setOf('tr'), within: setOf('table') }],
  ['option', { closes: setOf('option'), within: setOf('select datalist') }],
]);
const TABLE_PARTS = setOf('td th tr tbody thead tfoot table caption');
const CELLS = setOf('td th table');

/** `onClose` hears of every element for which `open` was true, innermost first. */
export function newElementStack(onClose: (name: string) => void): ElementStack {
  const stack: string[] = [];
  let tooDeep = 0;

  /** Closes the nearest match, unless a border comes first. */
  const closeNearest = (isMatch: (name: string) => boolean, isBorder: (name: string) => boolean): void => {
    const lowest = Math.max(0, stack.length - MAX_REACH);
    for (let at = stack.length - 1; at >= lowest; at--) {
      const name = stack[at] ?? '';
      if (isMatch(name)) {
        while (stack.length > at) onClose(stack.pop() ?? '');
        return;
      }
      if (isBorder(name)) return;
    }
  };

  return {
    open(name) {
      const implied = tooDeep > 0 ? undefined : IMPLIED.get(name);
      if (implied !== undefined) {
        closeNearest(
          (open) => implied.closes.has(open),
          (open) => implied.within.has(open),
        );
      }
      if (VOID.has(name)) return false;
      if (stack.length < MAX_DEPTH) stack.push(name);
      else tooDeep++;
      return tooDeep === 0;
    },
    close(name) {
      if (tooDeep > 0) tooDeep--;
      else {
        const isTablePart = TABLE_PARTS.has(name);
        // What opened outside a cell is not closed inside it.
        closeNearest(
          (open) => open === name,
          (open) => !isTablePart && CELLS.has(open),
        );
      }
    },
    closeAll() {
      while (stack.length > 0) onClose(stack.pop() ?? '');
    },
  };
}
