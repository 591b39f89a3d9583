import { detector, skip } from '../domain/finding.ts';
import type { Content, Intent, Link, Sender } from '../domain/message.ts';
import { endsOf } from '../text/gateways.ts';
import { isClickCounter, isPublisher } from '../text/lists.ts';
import { hidesTarget } from '../text/redirectors.ts';
import { isEstablished, OUTBOUND, orgDomainOf } from './history/relations.ts';
import { brandBehind, brandBehindSender } from './payload/brandOwners.ts';
import { experienceOf, isNewsletter, linkNovelty } from './payload/familiarity.ts';
import { firstByHost, targetsOf } from './payload/links.ts';

const IN_BULK = 0.5; // newsletters quote the whole web, and their tools change: they are read, seldom acted on
const COUNTED = 0.4; // half the world's mail goes through a few mailing services. From a person one knows it is news: from a taken account it hides where the click ends
const COUNTED_SIGN_IN = 0.7; // resets of passwords come so, and lures do
/** What shops and clubs have their mailing service send: nobody's prize and nobody's wallet. */
const ORDINARY: readonly Intent[] = ['credential-request', 'payment-request', 'trade-document'];

/**
 * It links to an organisation that neither the mailbox nor its tenant has been sent links to.
 * One indicator per host; strength 1 when new to the tenant, 0.4 when new to the mailbox only, less while the mailbox is young, for bulk
 * mail, and for the hosts at which mailing services count clicks, when the mail is an ordinary one of a proved sender who is no established
 * correspondent. The sender's own domain, the organisation's, well-known brands' and publishers' are no news by themselves; strangers' pages there are.
 * Source: Ho+ 2019, Cidon+ 2019.
 */
export const newLinkDomain = detector({
  id: 'new-link-domain',
  family: 'link',
  attack: 'T1566.002',
  needs: ['links', 'sender', 'bulk', 'content'],
  detect({ links, sender, bulk, content, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const { maturity, mailbox } = baseline;
    if (maturity.stage === 'blank') return skip('the mailbox is too young to know its links');
    const home = [sender.orgDomain, orgDomainOf(mailbox)];
    const mayBeCounted = isOrdinary(sender, content) && !isEstablished(baseline.correspondent);
    const asksToSignIn = content.intents.some(({ intent }) => intent === 'credential-request');
    const counted = asksToSignIn ? COUNTED_SIGN_IN : COUNTED;
    const scale = experienceOf(maturity) * (isNewsletter(bulk) ? IN_BULK : 1);
    return firstByHost(links)
      .filter(({ host, orgDomain }) => !home.includes(orgDomain) && brandBehind(host) === undefined)
      .filter((link) => !isPublished(link))
      .map((link) => ({
        strength:
          linkNovelty(link.orgDomain, baseline) * scale * (mayBeCounted && isClickCounter(link.host) ? counted : 1),
        evidence: [
          {
            where: 'link',
            quote: link.host,
            messageCount: 0,
            ofCount: maturity.messageCount,
            targets: targetsOf(link),
          },
        ],
      }))
      .filter(({ strength }) => strength > 0);
  },
});

/** An article, and not a way past the publisher to somebody else. */
const isPublished = ({ host, url }: Link): boolean =>
  isPublisher(host) && endsOf(url).length === 0 && !hidesTarget(url);

/** The sender is proved and poses as nobody else, and the mail promises nothing and presses for nothing. */
const isOrdinary = (sender: Sender, { intents, pressureQuotes, brands }: Content): boolean =>
  sender.isProved === true &&
  sender.addressInName === undefined &&
  pressureQuotes.length === 0 &&
  intents.every(({ intent }) => ORDINARY.includes(intent)) &&
  brands.every(({ brand }) => brand === brandBehindSender(sender));
