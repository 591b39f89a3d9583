import { reportedSender } from '../../src/detectors/reportedSender.ts';
import { baseline, correspondent, message } from '../messages.ts';
import { detectorTable } from './table.ts';

const known = (more = {}) => baseline({ correspondent: correspondent('bea@partner.example', 9, more) });

detectorTable(reportedSender, [
  ['one report', message(), known({ reportedCount: 1 }), 0.7],
  ['two reports', message(), known({ reportedCount: 2 }), 1],
  ['reported and released', message(), known({ reportedCount: 2, releasedCount: 2 }), 0.5],
  ['a supplier whose account was abused once', message(), known({ reportedCount: 1, repliedCount: 20 }), 0.28],
  ['near-miss: released only', message(), known({ releasedCount: 1 }), 'clear'],
  ['near-miss: a stranger', message(), baseline(), 'clear'],
]);
