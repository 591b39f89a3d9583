import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.3; // hardly anyone writes of new bank details but to have money sent there
const IN_BULK = 0.4; // banks announce new terms to all customers

/**
 * It announces other bank details, or asks to change an account that is paid to (salary, supplier).
 * 0 or 1 indicator; strength by cues, pressure and whether this sender ever did so. Source: detection-ideas.md 6 and 56; scenarios S11.
 */
export const bankChangeRequest = detector({
  id: 'bank-change-request',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('bank-change', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, isNewsletter(bulk) ? IN_BULK : TELLING)];
  },
});
