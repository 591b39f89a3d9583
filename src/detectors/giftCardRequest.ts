import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.3; // colleagues do not buy gift cards for each other by mail
const IN_BULK = 0.3; // shops advertise theirs

/**
 * It asks to buy gift cards or to send their codes.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually; weak in bulk mail. Source: detection.md §3 "Intent".
 */
export const giftCardRequest = detector({
  id: 'gift-card-request',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('gift-card', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, isNewsletter(bulk) ? IN_BULK : TELLING)];
  },
});
