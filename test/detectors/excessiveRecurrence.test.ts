import { excessiveRecurrence } from '../../src/detectors/excessiveRecurrence.ts';
import { baseline, correspondent, invite, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const every = (everyDays: number, occurrenceCount?: number) =>
  message({
    invites: [invite({ recurrence: { everyDays, ...(occurrenceCount === undefined ? {} : { occurrenceCount }) } })],
  });

detectorTable(excessiveRecurrence, [
  ['every half hour', every(1 / 48), baseline(), 1],
  ['every hour for a day', every(1 / 24, 24), baseline(), 1],
  ['every day without end', every(1), baseline(), 0.6],
  ['every second day, a hundred times', every(2, 100), baseline(), 0.6],
  ['every week for twenty years', every(7, 1040), baseline(), 0.6],
  ['near-miss: every week without end', every(7), baseline(), 'clear'],
  ['near-miss: every day of two weeks', every(1, 14), baseline(), 'clear'],
  ['near-miss: ten sessions of a conference', every(1 / 24, 10), baseline(), 'clear'],
  ['near-miss: once', message({ invites: [invite()] }), baseline(), 'clear'],
  [
    'near-miss: whom the mailbox knows',
    every(1),
    baseline({ correspondent: correspondent('bea@partner.example', 3) }),
    'clear',
  ],
  ['outbound mail', { ...every(1), direction: 'outbound' }, baseline(), 'skipped'],
]);
