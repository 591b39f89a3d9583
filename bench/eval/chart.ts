/**
 * Small line charts as SVG: axes with names, intervals as bands or bars, colours that can be told apart without seeing red and green, for
 * light and dark pages alike (the reader's own setting decides). Text is in the file as text.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly points: readonly Point[];
  /** Which of STYLES; the same thing has the same style in every panel. */
  readonly style: number;
  /** How its intervals are shown. */
  readonly intervals: 'band' | 'bars' | 'none';
}

export interface Axis {
  readonly name: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly from: number;
  readonly to: number;
  readonly isLog: boolean;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Chart {
  readonly title: string;
  readonly description: string;
  readonly columns: number;
  readonly panels: readonly Panel[];
  /** Names of the styles in use, in their order; none for a single line. */
  readonly legend: readonly string[];
}

/** Light colour, dark colour, dashes: Okabe and Ito's palette, darkened or lightened until it has contrast on its page. */
const STYLES: readonly (readonly [light: string, dark: string, dashes: string])[] = [
  ['#0060a8', '#6cb6ff', ''],
  ['#a84800', '#ffa657', '7 3'],
  ['#00735c', '#4dd6b4', '2 3'],
  ['#96337c', '#f0a3dc', '9 3 2 3'],
  ['#5c5c5c', '#a8a8a8', '4 2'],
  ['#1f1f1f', '#ededed', '1 4'],
];

const PANEL = { width: 290, height: 220, left: 56, right: 10, top: 28, bottom: 40 };
const MARGIN = 8;
const LEGEND_LINE = 20;

export function svgOf({ title, description, columns, panels, legend }: Chart): string {
  const legendFits = legend.length > 0 && panels.length % columns !== 0;
  const rows = Math.ceil(panels.length / columns);
  const width = 2 * MARGIN + columns * PANEL.width;
  const legendBelow = legend.length > 0 && !legendFits ? legend.length * LEGEND_LINE + MARGIN : 0;
  const height = 2 * MARGIN + rows * PANEL.height + legendBelow;
  const place = (at: number) =>
    [MARGIN + (at % columns) * PANEL.width, MARGIN + Math.floor(at / columns) * PANEL.height] as const;
  const [legendX, legendY] = legendFits ? place(panels.length) : ([MARGIN, height - legendBelow - MARGIN] as const);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escaped(title)}</title>`,
    `<desc id="d">${escaped(description)}</desc>`,
    `<style>${css()}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...panels.map((panel, at) => `<g transform="translate(${place(at).join(' ')})">\n${panelOf(panel)}\n</g>`),
    ...(legend.length === 0 ? [] : [`<g transform="translate(${legendX} ${legendY})">\n${legendOf(legend)}\n</g>`]),
    '</svg>',
    '',
  ].join('\n');
}

function css(): string {
  const lines = (which: 0 | 1) =>
    STYLES.map((style, at) => `.s${at}{stroke:${style[which]}}.f${at}{fill:${style[which]}}`).join('');
  return [
    'text{font:11px system-ui,sans-serif}.h{font-weight:600;font-size:12px}',
    '.line,.bar{fill:none;stroke-width:1.6}.line.s0{stroke-width:2.4}.band{fill-opacity:0.18;stroke:none}',
    `.page{fill:#fff}text{fill:#1f2328}.axis{stroke:#6e7781;fill:none}.grid{stroke:#d8dee4}${lines(0)}`,
    `@media(prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e6edf3}.axis{stroke:#8b949e}.grid{stroke:#30363d}${lines(1)}}`,
  ].join('');
}

function panelOf({ title, x, y, series }: Panel): string {
  const { left, right, top, bottom, width, height } = PANEL;
  const toX = scaleOf(x, left, width - right);
  const toY = scaleOf(y, height - bottom, top);
  const grid = [
    ...x.ticks.map(({ at, text }) => {
      const place = n(toX(at));
      return `<line class="grid" x1="${place}" y1="${top}" x2="${place}" y2="${height - bottom}"/><text x="${place}" y="${height - bottom + 14}" text-anchor="middle">${escaped(text)}</text>`;
    }),
    ...y.ticks.map(({ at, text }) => {
      const place = n(toY(at));
      return `<line class="grid" x1="${left}" y1="${place}" x2="${width - right}" y2="${place}"/><text x="${left - 5}" y="${n(toY(at) + 4)}" text-anchor="end">${escaped(text)}</text>`;
    }),
  ];
  const middle = (top + height - bottom) / 2;
  return [
    `<text class="h" x="${left}" y="${top - 10}">${escaped(title)}</text>`,
    ...grid,
    `<path class="axis" d="M${left} ${top}V${height - bottom}H${width - right}"/>`,
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escaped(x.name)}</text>`,
    `<text transform="translate(11 ${middle}) rotate(-90)" text-anchor="middle">${escaped(y.name)}</text>`,
    ...[...series].reverse().map((one) => lineOf(one, toX, toY)),
  ].join('\n');
}

type Scale = (value: number) => number;

function lineOf({ points, style, intervals }: Series, toX: Scale, toY: Scale): string {
  const at = (x: number, y: number) => `${n(toX(x))},${n(toY(y))}`;
  const ranged = points.flatMap(({ x, low, high }) =>
    low === undefined || high === undefined ? [] : [{ x, low, high }],
  );
  const band = [...ranged.map(({ x, high }) => at(x, high)), ...ranged.map(({ x, low }) => at(x, low)).reverse()];
  const dashes = STYLES[style]?.[2] ?? '';
  return [
    ...(intervals === 'band' ? [`<polygon class="band f${style}" points="${band.join(' ')}"/>`] : []),
    ...(intervals === 'bars'
      ? ranged.map(({ x, low, high }) => {
          const [left, right] = [n(toX(x) - 4), n(toX(x) + 4)];
          return `<path class="bar s${style}" d="M${left} ${n(toY(low))}H${right}M${n(toX(x))} ${n(toY(low))}V${n(toY(high))}M${left} ${n(toY(high))}H${right}"/>`;
        })
      : []),
    ...(points.length === 0
      ? []
      : [
          `<path class="line s${style}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`} d="M${points.map(({ x, y }) => at(x, y)).join('L')}"/>`,
        ]),
    ...(intervals === 'bars'
      ? points.map(({ x, y }) => `<circle class="f${style}" cx="${n(toX(x))}" cy="${n(toY(y))}" r="3"/>`)
      : []),
  ].join('\n');
}

const legendOf = (names: readonly string[]): string =>
  names
    .map((name, at) => {
      const y = PANEL.top + at * LEGEND_LINE;
      const dashes = STYLES[at]?.[2] ?? '';
      return `<line class="line s${at}" x1="${PANEL.left}" y1="${y}" x2="${PANEL.left + 34}" y2="${y}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}/><text x="${PANEL.left + 42}" y="${y + 4}">${escaped(name)}</text>`;
    })
    .join('\n');

/** Values outside the axis stand at its end. */
function scaleOf({ from, to, isLog }: Axis, start: number, end: number): Scale {
  const share = (value: number) =>
    isLog ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  return (value) => start + (end - start) * share(Math.min(to, Math.max(from, value)));
}

const n = (value: number): string => String(Number(value.toFixed(1)));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
