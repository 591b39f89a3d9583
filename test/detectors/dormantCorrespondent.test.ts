import { dormantCorrespondent } from '../../src/detectors/dormantCorrespondent.ts';
import { baseline, correspondent, message, NOW, tally } from '../messages.ts';
import { novel } from './histories.ts';
import { detectorTable } from './table.ts';

const bea = 'bea@partner.example';
const silentFor = (days: number, more = {}) =>
  correspondent(bea, 9, { received: tally(9, { lastAt: NOW - days * 86_400_000 }), ...more });
const habits = [novel('mailer', 'none'), novel('headerOrder', 'bbbb'), novel('sendingOrgDomain', 'vps.example')];

detectorTable(dormantCorrespondent, [
  ['back after a year', message(), baseline({ correspondent: silentFor(365) }), 0.2],
  ['back after a year, changed', message(), baseline({ correspondent: silentFor(365), habits }), 1],
  ['one change', message(), baseline({ correspondent: silentFor(365), habits: habits.slice(0, 1) }), 0.47],
  ['near-miss: a quarter', message(), baseline({ correspondent: silentFor(90), habits }), 'clear'],
  [
    'near-miss: the owner wrote last week',
    message(),
    baseline({ correspondent: silentFor(365, { sent: tally(1, { lastAt: NOW - 7 * 86_400_000 }) }) }),
    'clear',
  ],
  [
    'near-miss: one mail long ago was no correspondence',
    message(),
    baseline({ correspondent: silentFor(365, { received: tally(1, { lastAt: 0 }) }) }),
    'clear',
  ],
  ['a stranger', message(), baseline({ habits }), 'clear'],
]);
