import { detector } from '../domain/finding.ts';
import type { Content } from '../domain/message.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const WITH_CHARGE = 1.3; // "you were charged, call to cancel": the whole of the trick
const IN_BULK = 0.5; // shops print their hotline
const MAX_NUMBERS = 2;

/**
 * It urges to call a number that it brings along.
 * 0 or 1 indicator; needs a phone number; strength by cues, pressure and what this sender asks usually, more when a charge or a brand is
 * the reason. Source: detection-ideas.md 34 (callback phishing, 99 public rules).
 */
export const callbackLure = detector({
  id: 'callback-lure',
  family: 'request',
  attack: 'T1566.004',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request =
      content.phoneNumbers.length > 0 ? requestOf('callback', { content, bulk, direction }, baseline) : undefined;
    if (request === undefined) return [];
    const { strength, evidence } = scaled(request, reasonFactor(content) * (isNewsletter(bulk) ? IN_BULK : 1));
    const numbers = content.phoneNumbers.slice(0, MAX_NUMBERS).map((quote) => ({ where: 'body', quote }));
    return [{ strength, evidence: [...evidence, ...numbers] }];
  },
});

const reasonFactor = ({ intents, brands }: Content): number =>
  brands.length > 0 || intents.some(({ intent }) => intent === 'payment-request') ? WITH_CHARGE : 1;
