import { detector } from '../domain/finding.ts';
import { isFileSharing } from '../text/lists.ts';
import { brandBehind, brandBehindSender } from './payload/brandOwners.ts';
import { strangeness } from './payload/familiarity.ts';
import { firstByHost, linkEvidence } from './payload/links.ts';

const BY_ITSELF = 0.3; // half the offices of the world share files so
const FROM_STRANGER = 0.2; // added in full for a first contact
const WITH_REQUEST = 0.5; // added in full for a first contact that also asks for something

/**
 * A link leads to a file-sharing or form service, where the file behind it is the stranger's choice.
 * One indicator per service; strength 0.3 alone, 0.5 from a stranger, 1 from a stranger who asks for something. Silent for the sender's own
 * service, or its brand's. Source: detection-ideas.md 20 and 28 (free file host, 110 public rules).
 */
export const fileSharingLink = detector({
  id: 'file-sharing-link',
  family: 'link',
  attack: 'T1566.002',
  needs: ['links', 'sender', 'content'],
  detect({ links, sender, content, direction }, { correspondent }) {
    const distance = strangeness(direction, correspondent);
    const strength = BY_ITSELF + distance * (FROM_STRANGER + (content.intents.length > 0 ? WITH_REQUEST : 0));
    const ownBrand = sender.isProved ? brandBehindSender(sender) : undefined;
    return firstByHost(links)
      .filter(({ host, orgDomain }) => isFileSharing(host) && orgDomain !== sender.orgDomain)
      .filter(({ host }) => ownBrand === undefined || brandBehind(host) !== ownBrand)
      .map((link) => ({ strength, evidence: [linkEvidence(link), ...content.intents.slice(0, 1).map(wordsOf)] }));
  },
});

const wordsOf = ({ quote }: { readonly quote: string }) => ({ where: 'body', quote });
