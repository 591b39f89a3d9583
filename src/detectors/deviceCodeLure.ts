import type { Baseline } from '../domain/baseline.ts';
import { detector, type Indicator } from '../domain/finding.ts';
import type { Direction } from '../domain/mail.ts';
import type { Link } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const TELLING = 1.6; // a code that was not asked for lets somebody else's device in
const UNSAID = 0.6; // a stranger's code beside such a page, whatever the words: nobody unknown sets up a device for the reader
const CODE = /(?<![\w-])(?=[A-Z-]*\d)[A-Z\d]{4}(?:-[A-Z\d]{4}|[A-Z\d]{4,5})(?![\w-])/; // RFC 8628 §6.1, as the same providers write it

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
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually; 0.6 for a stranger's code without the words. Source: RFC 8628 §5.4; ATT&CK T1528.
 */
export const deviceCodeLure = detector({
  id: 'device-code-lure',
  family: 'request',
  attack: 'T1528',
  needs: ['content', 'bulk', 'links'],
  detect({ content, bulk, links, direction }, baseline) {
    const page = links.all.find(isDevicePage);
    if (page === undefined) return [];
    const request = requestOf('device-code', { content, bulk, direction }, baseline);
    const lure = request === undefined ? unsaid(content.text, direction, baseline) : scaled(request, TELLING);
    if (lure === undefined) return [];
    return [{ ...lure, evidence: [...lure.evidence, { where: 'link', quote: page.url.slice(0, 200) }] }];
  },
});

function unsaid(text: string, direction: Direction, { correspondent }: Baseline): Indicator | undefined {
  const [quote] = strangeness(direction, correspondent) === 1 ? (CODE.exec(text) ?? []) : [];
  return quote === undefined ? undefined : { strength: UNSAID, evidence: [{ where: 'body', quote }] };
}
