import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf } from './payload/requests.ts';

/**
 * It asks for data of many people at once: pay or tax papers of all employees, private numbers, copies of passports, the list of customers or of who owes
 * what. Colleagues and auditors do so, too; it matters beside a sender who may not be who they claim (combinations in models/score.json).
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually. Silent in newsletters. Source: FBI IC3 on BEC ("data theft"); IRS on W-2 scams.
 */
export const dataRequest = detector({
  id: 'data-request',
  family: 'request',
  attack: 'T1598',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = isNewsletter(bulk) ? undefined : requestOf('data-request', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [request];
  },
});
