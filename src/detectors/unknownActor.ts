import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Actor, Content, Intent } from '../domain/message.ts';
import { actorQuote, isTrustedActor } from './history/actors.ts';
import { countOf, exchangedCount, isInside, OUTBOUND } from './history/relations.ts';
import { experienceOf, strangeness } from './payload/familiarity.ts';
import { namesSum } from './payload/sums.ts';
import { CERTAIN, type UnwantedCharge, unwantedCharge } from './payload/unwantedCharge.ts';

const BY_ITSELF = 0.3; // unusual is not malicious: new customers share files, and so does everybody else once
const WITH_PRESSURE = 0.2;
const WITH_REQUEST = 0.5; // a sign-in, a number to call, a payment where the platform is not for payments
const KNOWN_DOMAIN = 0.5; // a new colleague of people one knows
const SAID_ONLY = 0.5; // their address is known, and only the platform's words say that it is theirs
const ON_LIST = 0.5; // comments by strangers are what projects live of
/** By separate days on which a platform wrote for them before: an acquaintance takes three, as for unknown-sender. */
const NEWNESS = [1, 0.7, 0.4];
/** What such mail cannot do without: bills announce a document and ask for a payment. */
const ORDINARY: Readonly<Record<Actor['kind'], readonly Intent[]>> = {
  invoice: ['payment-request', 'trade-document'],
  sign: [],
  share: [],
  meeting: [],
  comment: [],
};

/**
 * A sharing, signing, invoicing or meeting platform sent this for somebody with whom the mailbox never dealt: the platform's good name is
 * not theirs. 0 or 1 indicator; strength 0.3 alone, up to 1 with pressure and a request, or with a number to call
 * about a charge that nobody made; less when their organisation is known, on lists and
 * in young mailboxes. Silent for colleagues, for whom the owner writes to, and from the third day on. Source: scenarios S15; the platforms
 * of models/platforms.json.
 */
export const unknownActor = detector({
  id: 'unknown-actor',
  family: 'identity',
  attack: 'T1566.003',
  needs: ['actors', 'content', 'bulk'],
  detect({ actors: [actor], content, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (actor === undefined || isTrustedActor(actor, baseline)) return [];
    const newness = NEWNESS[baseline.actor?.received?.distinctDays ?? 0] ?? 0;
    const unfamiliarity = newness * acquaintanceOf(actor, baseline) * (bulk.isList ? ON_LIST : 1);
    if (unfamiliarity === 0) return [];
    const lure = lureIn(actor, content, unwantedCharge(actor, content, direction, baseline));
    const strength = (lure.strength + BY_ITSELF * experienceOf(baseline.maturity)) * unfamiliarity;
    if (strength === 0) return [];
    const messageCount = countOf(baseline.actor?.received);
    const quoted = lure.quotes.map((quote) => ({ where: 'body', quote }));
    return [{ strength, evidence: [{ where: 'actor', quote: actorQuote(actor), messageCount }, ...quoted] }];
  },
});

/** 1 for whom nobody knows, less for a known address that is only said, or a known organisation. */
function acquaintanceOf(actor: Actor, baseline: Baseline): number {
  const { correspondent, domain } = baseline.actor ?? {};
  if (actor.address !== undefined && isInside(actor.address.address, baseline)) return SAID_ONLY;
  if (exchangedCount(correspondent) > 0)
    return actor.addressFrom === 'words' ? SAID_ONLY : strangeness('inbound', correspondent) * SAID_ONLY;
  return exchangedCount(domain) > 0 && actor.addressFrom !== 'words' ? KNOWN_DOMAIN : 1;
}

function lureIn(
  { kind }: Actor,
  { intents, pressureQuotes, phoneNumbers, text }: Content,
  charge: UnwantedCharge | undefined,
) {
  // Beside a sum, a call is judged by what it is about: suppliers give their number for questions, and for changing an order.
  const isBilled = phoneNumbers.length > 0 && namesSum(text);
  const [said] = intents.filter(
    ({ intent }) => !ORDINARY[kind].includes(intent) && !(isBilled && intent === 'callback'),
  );
  const request = said?.quote ?? (charge === undefined ? undefined : (charge.quotes[0] ?? phoneNumbers[0]));
  const pressure = pressureQuotes[0] ?? ((charge?.signs ?? 0) >= CERTAIN ? phoneNumbers[0] : undefined);
  return {
    strength: (request === undefined ? 0 : WITH_REQUEST) + (pressure === undefined ? 0 : WITH_PRESSURE),
    quotes: [request, pressure].filter((quote) => quote !== undefined),
  };
}
