import { unusualHour } from '../../src/detectors/unusualHour.ts';
import { baseline, message } from '../messages.ts';
import { profile } from './histories.ts';
import { detectorTable } from './table.ts';

const at = (hour: number) => message({ receivedAt: Date.UTC(2026, 10, 24, hour, 14) });
const writes = (counts: Readonly<Record<number, number>>) =>
  baseline({ profile: profile(0, 0, { hours: Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0) }) });

detectorTable(unusualHour, [
  ['an office worker of 100 mails at three in the morning', at(3), writes({ 9: 50, 14: 50 }), 0.86],
  ['of 20 mails', at(3), writes({ 9: 20 }), 0.28],
  ['one in a thousand', at(3), writes({ 3: 1, 14: 999 }), 0.98],
  ['near-miss: two hours early', at(7), writes({ 9: 50, 14: 50 }), 'clear'],
  ['near-miss: round midnight', at(1), writes({ 23: 50 }), 'clear'],
  ['near-miss: at night now and then', at(3), writes({ 3: 2, 14: 98 }), 'clear'],
  ['too few mails', at(3), writes({ 9: 19 }), 'skipped'],
  ['a stranger', at(3), baseline(), 'skipped'],
]);
