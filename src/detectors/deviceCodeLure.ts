import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.6; // a code that was not asked for lets somebody else's device in

/** Pages on which a device is let into an account: RFC 8628 §3.3, as the large providers name them. */
const DEVICE_PAGES = [
  /^(?:www\.)?microsoft\.com\/devicelogin/,
  /^(?:aka\.ms|login\.microsoftonline\.com\/common\/oauth2)\/device(?:login|auth)/,
  /^login\.microsoft\.com\/device/,
  /^(?:www\.)?google\.com\/device/,
  /^github\.com\/login\/device/,
  /^device\.sso\.[a-z0-9-]+\.amazonaws\.com\//,
] as const;

const isDevicePage = ({ url }: Link): boolean => {
  const address = url.toLowerCase().replace(/^https?:\/\//, '');
  return DEVICE_PAGES.some((page) => page.test(address));
};

/**
 * It hands the reader a code for the page on which devices are signed in: the sign-in is genuine, and the sender's device gets it.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually. Source: RFC 8628 §5.4; ATT&CK T1528.
 */
export const deviceCodeLure = detector({
  id: 'device-code-lure',
  family: 'request',
  attack: 'T1528',
  needs: ['content', 'bulk', 'links'],
  detect({ content, bulk, links, direction }, baseline) {
    const page = links.all.find(isDevicePage);
    const request = page === undefined ? undefined : requestOf('device-code', { content, bulk, direction }, baseline);
    if (page === undefined || request === undefined) return [];
    const { strength, evidence } = scaled(request, TELLING);
    return [{ strength, evidence: [...evidence, { where: 'link', quote: page.url.slice(0, 200) }] }];
  },
});
