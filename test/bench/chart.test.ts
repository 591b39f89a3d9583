import { describe, expect, test } from '@jest/globals';
import { Parser } from 'htmlparser2';
import { type Axis, type Chart, svgOf } from '../../bench/eval/chart.ts';

const axis = (name: string, isLog: boolean): Axis => ({
  name,
  isLog,
  from: isLog ? 0.001 : 0,
  to: 1,
  ticks: [
    { at: isLog ? 0.001 : 0, text: 'least' },
    { at: 1, text: 'most' },
  ],
});

const chart = (points: Chart['panels'][number]['series'][number]['points']): Chart => ({
  title: 'A < B & "C"',
  description: 'what it shows',
  columns: 1,
  legend: ['ours'],
  panels: [
    {
      title: 'panel',
      x: axis('rate (log)', true),
      y: axis('share, %', false),
      series: [{ style: 0, intervals: 'bars', points }],
    },
  ],
});

/** Elements by name with their attributes, read as XML. */
function read(svg: string): readonly (readonly [name: string, attributes: Readonly<Record<string, string>>])[] {
  const found: [string, Record<string, string>][] = [];
  const parser = new Parser({ onopentag: (name, attributes) => found.push([name, attributes]) }, { xmlMode: true });
  parser.end(svg);
  return found;
}

const lineIn = (svg: string) =>
  read(svg)
    .filter(([name, { class: styles = '' }]) => name === 'path' && styles.startsWith('line'))
    .map(([, { d = '' }]) =>
      d
        .slice(1)
        .split('L')
        .map((pair) => pair.split(',').map(Number)),
    );

describe('charts', () => {
  test('a line runs over a logarithmic axis from end to end, upwards', () => {
    const svg = svgOf(
      chart([
        { x: 0.001, y: 0 },
        { x: Math.sqrt(0.001), y: 0.5 },
        { x: 1, y: 1 },
      ]),
    );
    const [[from = [], middle = [], to = []] = []] = lineIn(svg);
    expect(middle[0]).toBeCloseTo(((from[0] ?? 0) + (to[0] ?? 0)) / 2, 0);
    expect(middle[1]).toBeCloseTo(((from[1] ?? 0) + (to[1] ?? 0)) / 2, 0);
    expect(to[1]).toBeLessThan(from[1] ?? 0); // up is smaller in SVG
  });

  test('what lies outside stands at the end of the axis', () => {
    const [[low = [], high = []] = []] = lineIn(
      svgOf(
        chart([
          { x: 0, y: -1 },
          { x: 9, y: 9 },
        ]),
      ),
    );
    const [[from = [], to = []] = []] = lineIn(
      svgOf(
        chart([
          { x: 0.001, y: 0 },
          { x: 1, y: 1 },
        ]),
      ),
    );
    expect([low, high]).toEqual([from, to]);
  });

  test('says what it shows, names both axes, shows intervals, and has colours for dark pages', () => {
    const svg = svgOf(chart([{ x: 0.1, y: 0.5, low: 0.4, high: 0.6 }]));
    expect(svg).toContain('<title id="t">A &lt; B &amp; &quot;C&quot;</title>');
    for (const words of ['rate (log)', 'share, %', 'what it shows', 'ours']) expect(svg).toContain(words);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(read(svg).filter(([, { class: styles }]) => styles === 'bar s0')).toHaveLength(1);
  });

  test('a series without points draws nothing', () => {
    expect(lineIn(svgOf(chart([])))).toEqual([]);
  });
});
