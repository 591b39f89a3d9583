import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf } from './payload/requests.ts';

/**
 * Somebody needs a favour quickly, cannot be called, or wants a private number: how business e-mail compromise opens, before it asks for money.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually. Silent in bulk mail. Source: FBI IC3 on BEC, Cidon+ 2019.
 */
export const errandRequest = detector({
  id: 'errand-request',
  family: 'request',
  attack: 'T1656',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = isNewsletter(bulk) ? undefined : requestOf('errand', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [request];
  },
});
