import { detector } from '../domain/finding.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.2;
const WITH_WALLET = 2; // a threat and a place to pay: nothing honest has both
/**
 * Addresses of Bitcoin (base58 and bech32), Ethereum and Monero by their alphabets and lengths. Checksums are left out: a mistyped wallet is a demand
 * too, and the words of a threat are needed beside it.
 */
const WALLET =
  /\b(?:bc1[02-9ac-hj-np-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[\da-fA-F]{40}|[48][1-9A-HJ-NP-Za-km-z]{94})\b/;

/**
 * It threatens to publish, harm or lock something unless money is paid.
 * 0 or 1 indicator; strength by cues and pressure, full beside a cryptocurrency address. Source: detection-ideas.md 36; BIP 173.
 */
export const extortionDemand = detector({
  id: 'extortion-demand',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('extortion', { content, bulk, direction }, baseline);
    if (request === undefined) return [];
    const wallet = content.text.match(WALLET)?.[0];
    if (wallet === undefined) return [scaled(request, TELLING)];
    const { strength, evidence } = scaled(request, WITH_WALLET);
    return [{ strength, evidence: [...evidence, { where: 'body', quote: wallet }] }];
  },
});
