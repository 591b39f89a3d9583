import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import { isNewsletter, strangeness } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';
import { namesSum } from './payload/sums.ts';

const TELLING = 1.2;
const WITH_WALLET = 2; // a threat and a place to pay: nothing honest has both
const UNSAID = 0.5; // a stranger's wallet with haste, or with a sum and no link: the words of the threat are not among those known
/**
 * Addresses of Bitcoin (base58 and bech32), Ethereum and Monero by their alphabets and lengths. Checksums are left out: a mistyped wallet is a demand
 * too, and the words of a threat are needed beside it.
 */
const WALLET =
  /\b(?:bc1[02-9ac-hj-np-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[\da-fA-F]{40}|[48][1-9A-HJ-NP-Za-km-z]{94})\b/;

/**
 * It threatens to publish, harm or lock something unless money is paid.
 * 0 or 1 indicator; strength by cues and pressure, full beside a cryptocurrency address; 0.5 for a stranger's address with haste, or
 * with a sum and no link, and no known words. Source: detection-ideas.md 36; BIP 173.
 */
export const extortionDemand = detector({
  id: 'extortion-demand',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk', 'links'],
  detect({ content, bulk, links, direction }, baseline) {
    const request = requestOf('extortion', { content, bulk, direction }, baseline);
    const isDemand = content.pressureQuotes.length > 0 || (links.totalCount === 0 && namesSum(content.text));
    const isWorthLooking = request !== undefined || (isDemand && isStranger(direction, baseline));
    const wallet = isWorthLooking ? content.text.match(WALLET)?.[0] : undefined;
    const paid = wallet === undefined ? [] : [{ where: 'body', quote: wallet }];
    if (request !== undefined) {
      const { strength, evidence } = scaled(request, wallet === undefined ? TELLING : WITH_WALLET);
      return [{ strength, evidence: [...evidence, ...paid] }];
    }
    if (wallet === undefined || isNewsletter(bulk)) return [];
    const haste = content.pressureQuotes.slice(0, 1).map((quote) => ({ where: 'body', quote }));
    return [{ strength: UNSAID, evidence: [...haste, ...paid] }];
  },
});

const isStranger = (direction: Direction, { correspondent }: Baseline): boolean =>
  strangeness(direction, correspondent) === 1;
