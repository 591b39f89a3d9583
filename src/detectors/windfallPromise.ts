import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const IN_BULK = 0.5; // shops give away and raffle, too

/**
 * It promises money or a prize that nobody earned: a lottery, an inheritance, a compensation, a loan for anybody, a gift for a survey.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually; half in newsletters. Source: FBI IC3, "Advanced Fee", "Lottery/
 * Sweepstakes/Inheritance".
 */
export const windfallPromise = detector({
  id: 'windfall-promise',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('windfall', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, isNewsletter(bulk) ? IN_BULK : 1)];
  },
});
