import { detector } from '../domain/finding.ts';
import { isSolicited } from './history/relations.ts';

const ONE_REPORT = 0.7; // people misjudge; a second report settles it
const SOLICITED = 0.4; // an account abused once is no enemy for ever: its warning afterwards must arrive

/**
 * People confirmed a threat from this address before.
 * 0 or 1 indicator; strength 0.7 for one report, 1 for two or more; mails released since then count against it, and so does that the owner
 * writes to the sender.
 */
export const reportedSender = detector({
  id: 'reported-sender',
  family: 'identity',
  attack: 'T1566',
  needs: ['sender'],
  detect({ sender }, { correspondent }) {
    if (correspondent === undefined || correspondent.reportedCount === 0) return [];
    const { reportedCount, releasedCount } = correspondent;
    const share = reportedCount / (reportedCount + releasedCount);
    const strength = (reportedCount > 1 ? 1 : ONE_REPORT) * share * (isSolicited(correspondent) ? SOLICITED : 1);
    const evidence = { where: 'baseline', quote: `${sender.address} was reported`, messageCount: reportedCount };
    return [{ strength, evidence: [{ ...evidence, ofCount: reportedCount + releasedCount }] }];
  },
});
