import { detector } from '../domain/finding.ts';
import type { Content, Message } from '../domain/message.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { strangersInvites } from './payload/invites.ts';
import { requestOf, scaled } from './payload/requests.ts';
import { CERTAIN, chargeInEvent, unwantedCharge } from './payload/unwantedCharge.ts';

const WITH_CHARGE = 1.3; // "you were charged, call to cancel": the whole of the trick
const IN_BULK = 0.5; // shops print their hotline
/** Sent by a platform for somebody unknown, about a charge that nobody made: one clear sign, and several. */
const UNCLEAR = 0.7;
const UNWANTED = 0.9;
const MAX_NUMBERS = 2;

/**
 * It urges to call a number that it brings along.
 * 0 or 1 indicator; needs a phone number; strength by cues, pressure and what this sender asks usually, more when a charge or a brand is
 * the reason; 0.7 or 0.9 when a platform writes for somebody unknown, or a stranger invites, and what stands around the number is about a charge that nobody made.
 * Source: detection-ideas.md 34 (callback phishing, 99 public rules).
 */
export const callbackLure = detector({
  id: 'callback-lure',
  family: 'request',
  attack: 'T1566.004',
  needs: ['content', 'bulk', 'actors'],
  detect(message, baseline) {
    const { content, bulk, actors, direction } = message;
    const { sender, invites = [] }: Message = message;
    if (content.phoneNumbers.length === 0) return [];
    const numbers = content.phoneNumbers.slice(0, MAX_NUMBERS).map((quote) => ({ where: 'body', quote }));
    const events = sender === undefined ? [] : strangersInvites(invites, sender, direction, baseline);
    const charge =
      unwantedCharge(actors[0], content, direction, baseline) ??
      events.map(chargeInEvent).find((one) => one !== undefined);
    const request = requestOf('callback', { content, bulk, direction }, baseline);
    const said =
      request === undefined
        ? { strength: 0, evidence: [] }
        : scaled(request, reasonFactor(content) * (isNewsletter(bulk) ? IN_BULK : 1));
    const unsaid = charge === undefined ? 0 : charge.signs >= CERTAIN ? UNWANTED : UNCLEAR;
    const strength = Math.max(said.strength, unsaid);
    if (strength === 0) return [];
    const words = said.evidence.length > 0 ? said.evidence : (charge?.quotes ?? []).map(inBody);
    return [{ strength, evidence: [...words, ...numbers] }];
  },
});

const reasonFactor = ({ intents, brands }: Content): number =>
  brands.length > 0 || intents.some(({ intent }) => intent === 'payment-request') ? WITH_CHARGE : 1;

const inBody = (quote: string) => ({ where: 'body', quote });
