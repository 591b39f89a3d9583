import { detector } from '../domain/finding.ts';
import { isEstablished } from './history/relations.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf } from './payload/requests.ts';

/**
 * Somebody whom the mailbox does not know announces a business document: an order, an invoice, a payment advice, shipping papers, a recorded message. So
 * does every new customer; it matters beside a sender who fails authentication or answers what nobody asked (combinations in models/score.json).
 * 0 or 1 indicator; strength by cues, pressure and what this sender sends usually. Silent for established senders, colleagues and newsletters.
 */
export const documentLure = detector({
  id: 'document-lure',
  family: 'request',
  attack: 'T1566',
  needs: ['sender', 'content', 'bulk'],
  detect({ sender, content, bulk, direction }, baseline) {
    if (isEstablished(baseline.correspondent) || sender.isOwnDomain || isNewsletter(bulk)) return [];
    const request = requestOf('trade-document', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [request];
  },
});
