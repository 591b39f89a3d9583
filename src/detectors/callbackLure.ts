import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Actor, Content } from '../domain/message.ts';
import { isTrustedActor } from './history/actors.ts';
import { exchangedCount } from './history/relations.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';
import { namesSum } from './payload/sums.ts';

const WITH_CHARGE = 1.3; // "you were charged, call to cancel": the whole of the trick
const IN_BULK = 0.5; // shops print their hotline
const UNSAID = 0.6; // a sum and a number, sent by a platform for somebody unknown: the words are not among those known
const MAX_NUMBERS = 2;

/**
 * It urges to call a number that it brings along.
 * 0 or 1 indicator; needs a phone number; strength by cues, pressure and what this sender asks usually, more when a charge or a brand is
 * the reason; 0.6 without the words for a sum that a platform names for somebody the mailbox never dealt with.
 * Source: detection-ideas.md 34 (callback phishing, 99 public rules).
 */
export const callbackLure = detector({
  id: 'callback-lure',
  family: 'request',
  attack: 'T1566.004',
  needs: ['content', 'bulk', 'actors'],
  detect({ content, bulk, actors, direction }, baseline) {
    if (content.phoneNumbers.length === 0) return [];
    const numbers = content.phoneNumbers.slice(0, MAX_NUMBERS).map((quote) => ({ where: 'body', quote }));
    const request = requestOf('callback', { content, bulk, direction }, baseline);
    if (request === undefined)
      return isUnknown(actors[0], direction, baseline) && namesSum(content.text)
        ? [{ strength: UNSAID, evidence: numbers }]
        : [];
    const { strength, evidence } = scaled(request, reasonFactor(content) * (isNewsletter(bulk) ? IN_BULK : 1));
    return [{ strength, evidence: [...evidence, ...numbers] }];
  },
});

const reasonFactor = ({ intents, brands }: Content): number =>
  brands.length > 0 || intents.some(({ intent }) => intent === 'payment-request') ? WITH_CHARGE : 1;

const isUnknown = (actor: Actor | undefined, direction: Direction, baseline: Baseline): boolean =>
  actor !== undefined &&
  direction === 'inbound' &&
  !isTrustedActor(actor, baseline) &&
  baseline.actor?.received === undefined &&
  exchangedCount(baseline.actor?.correspondent) === 0;
