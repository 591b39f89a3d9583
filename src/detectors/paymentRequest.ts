import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const IN_BULK = 0.5; // shops and clubs: receipts and subscriptions carry an unsubscribe header

/**
 * It asks for a payment, a transfer or the settling of an invoice.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually: a supplier's monthly invoice is nearly silent.
 * Source: detection.md §3 "Intent"; Cidon+ 2019 (BEC-Guard).
 */
export const paymentRequest = detector({
  id: 'payment-request',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('payment-request', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, isNewsletter(bulk) ? IN_BULK : 1)];
  },
});
