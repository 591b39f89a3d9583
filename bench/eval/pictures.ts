/** The pictures of docs/EVALUATION.md: detection along the rate of false holds, time to learn, calibration. */
import { type Axis, svgOf } from './chart.ts';
import { GROUPS } from './detection.ts';
import type { Evaluation } from './evaluation.ts';

const SHARE: Axis = {
  name: 'detected, %',
  from: 0,
  to: 1,
  isLog: false,
  ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: String(at * 100) })),
};

const FALSE_HOLDS: Axis = {
  name: 'false holds per 1,000 delivered (log)',
  from: 1e-4,
  to: 1e-2,
  isLog: true,
  ticks: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2].map((at) => ({ at, text: String(Number((at * 1000).toPrecision(1))) })),
};

const MAX_ENGINES = 6; // as many as can be told apart

export function pictures({ compared, timeToLearn, calibration }: Evaluation): Readonly<Record<string, string>> {
  const engines = compared.filter(({ title }) => !title.includes('HFILTER')).slice(0, MAX_ENGINES);
  return {
    'roc.svg': svgOf({
      title: 'Detection at low rates of false holds',
      description:
        'One panel for each group of attacks: share detected against false holds per 1,000 delivered mails, from 0.1 to 10, for each way to judge. The band is the 95 % interval of Tidemark.',
      columns: 3,
      legend: engines.map(({ title }) => title),
      panels: GROUPS.map(({ title }) => ({
        title,
        x: FALSE_HOLDS,
        y: SHARE,
        series: engines.map(({ curves, hamCount }, style) => ({
          style,
          intervals: style === 0 ? ('band' as const) : ('none' as const),
          points: (curves.find(({ group }) => group === title)?.points ?? [])
            .filter(({ rate }) => rate * hamCount >= 1) // below one mail there is nothing to read
            .map(({ rate, value, low, high }) => ({ x: rate, y: value, low, high })),
        })),
      })),
    }),
    'time-to-learn.svg': svgOf({
      title: 'Time to learn',
      description:
        'Share of spoofed senders detected at one false hold per 1,000, by how many mails of the sender the mailbox had got before, with 95 % intervals.',
      columns: 1,
      legend: [],
      panels: [
        {
          title: 'Spoofed senders, at 1 false hold per 1,000',
          x: {
            name: 'mails seen of the sender (log)',
            from: 2.5,
            to: 110,
            isLog: true,
            ticks: [3, 4, 8, 16, 32, 64].map((at) => ({ at, text: String(at) })),
          },
          y: SHARE,
          series: [
            {
              style: 0,
              intervals: 'bars',
              points: timeToLearn.map(({ from, to, detected }) => ({
                x: Math.sqrt(from * (to ?? 2 * from)),
                y: detected.value,
                low: detected.low,
                high: detected.high,
              })),
            },
          ],
        },
      ],
    }),
    'calibration.svg': svgOf({
      title: 'Calibration',
      description: `Share of threats found among mails given a probability, against that probability, both at ${calibration.threatShare * 100} % threats, with 95 % intervals. The dashed line is where they agree.`,
      columns: 1,
      legend: [],
      panels: [
        {
          title: 'What a probability means',
          x: PROBABILITY('probability said (log)'),
          y: PROBABILITY('share of threats found (log)'),
          series: [
            {
              style: 0,
              intervals: 'bars',
              points: calibration.bins.map(({ said, found }) => ({
                x: said,
                y: found.value,
                low: found.low,
                high: found.high,
              })),
            },
            {
              style: 4,
              intervals: 'none',
              points: [
                { x: FLOOR, y: FLOOR },
                { x: 1, y: 1 },
              ],
            },
          ],
        },
      ],
    }),
  };
}

const FLOOR = 1e-5;
const PROBABILITY = (name: string): Axis => ({
  name,
  from: FLOOR,
  to: 1,
  isLog: true,
  ticks: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1].map((at) => ({
    at,
    text: at < 1e-3 ? `10${at === 1e-4 ? '⁻⁴' : '⁻⁵'}` : String(at),
  })),
});
