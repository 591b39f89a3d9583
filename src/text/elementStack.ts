/**
 * Which elements are open, as far as it decides what text is inside which element: end tags that nobody wrote and end tags that match
 * nothing (HTML standard §13.1.2.4 and §13.2.6.4.7). Every step looks at a bounded number of open elements.
 */

export interface ElementStack {
  /** Closes what `name` implies to be at its end, none of the outermost `border`. False: too deep, or a void element; no close will follow. */
  open(name: string, border?: number): boolean;
  /** Opens what implies nothing and is never void. False: too deep. */
  push(name: string): boolean;
  /**
   * Looks for it below `from` elements and not among the outermost `border`. With either as strictly as browsers do, which ordinary mail
   * needs less than forgiveness for end tags in a wrong order.
   */
  close(name: string, from?: number, border?: number): void;
  /** Leaves the outermost `depth` open. */
  closeTo(depth: number): void;
  closeAll(): void;
  has(name: string): boolean;
  /** How many are open, those too deep included. */
  readonly depth: number;
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
const FORMATTING = setOf('a b big code em font i nobr s small strike strong tt u');
/** HTML standard §13.2.4.2, without void elements. */
const SPECIAL = setOf(
  'address applet article aside blockquote body button caption center colgroup dd details dir div dl dt fieldset figcaption figure footer form ' +
    'frameset h1 h2 h3 h4 h5 h6 head header hgroup html iframe li listing main marquee menu nav noembed noframes noscript object ol p plaintext ' +
    'pre script search section select style summary table tbody td template textarea tfoot th thead title tr ul xmp',
);

/** `onClose` hears of every element for which `open` was true, innermost first. */
export function newElementStack(onClose: (name: string) => void): ElementStack {
  const stack: string[] = [];
  let tooDeep = 0;

  /** Closes the nearest match, unless a border comes first. */
  const closeNearest = (
    isMatch: (name: string) => boolean,
    isBorder: (name: string) => boolean,
    from = stack.length,
    border = 0,
  ): void => {
    const lowest = Math.max(border, from - MAX_REACH);
    for (let at = from - 1; at >= lowest; at--) {
      const name = stack[at] ?? '';
      if (isMatch(name)) {
        while (stack.length > at) onClose(stack.pop() ?? '');
        return;
      }
      if (isBorder(name)) return;
    }
  };
  const push = (name: string): boolean => {
    if (stack.length < MAX_DEPTH) stack.push(name);
    else tooDeep++;
    return tooDeep === 0;
  };

  return {
    push,
    open(name, border) {
      const implied = tooDeep > 0 ? undefined : IMPLIED.get(name);
      if (implied !== undefined) {
        closeNearest(
          (open) => implied.closes.has(open),
          (open) => implied.within.has(open),
          undefined,
          border,
        );
      }
      return VOID.has(name) ? false : push(name);
    },
    close(name, from, border) {
      if (tooDeep > 0) {
        if (from === undefined && stack.length + tooDeep > (border ?? 0)) tooDeep--;
        return;
      }
      const isOfTable = isTablePart(name);
      const isStrict = from !== undefined || border !== undefined;
      // What opened outside a cell is not closed inside it.
      closeNearest(
        (open) => open === name,
        (open) => (isOfTable ? isStrict && open === 'table' : CELLS.has(open) || (isStrict && stops(name, open))),
        from,
        border,
      );
    },
    closeTo(depth) {
      tooDeep = Math.max(0, Math.min(tooDeep, depth - MAX_DEPTH));
      while (stack.length > depth) onClose(stack.pop() ?? '');
    },
    closeAll() {
      while (stack.length > 0) onClose(stack.pop() ?? '');
    },
    has: (name) => stack.includes(name),
    get depth() {
      return stack.length + tooDeep;
    },
  };
}

/** An end tag of no special element looks no further than the nearest that is special, but for those of formatting (§13.2.6.4.7). */
const stops = (name: string, open: string): boolean => SPECIAL.has(open) && !SPECIAL.has(name) && !FORMATTING.has(name);

/** Parts of tables close what stands in their cells, whatever it is. */
export const isTablePart = (name: string): boolean => TABLE_PARTS.has(name);
