import type { Authentication, Message, Sender } from '../../domain/message.ts';
import { organisationalDomain } from '../../text/organisationalDomain.ts';

/** Dots become hyphens: `kern.co.uk` and `kern-co.uk`, which anybody can have, are signed for by the same name. Of two plain labels nobody else's are. */
const UNMISTAKABLE = /^[a-z0-9]+\.[a-z0-9]+$/;
const WORKSPACE = /^([a-z0-9-]+)\.\d{8}\.gappssmtp\.com$/;

/** The border verified a signature of From's own organisation, or one that Google Workspace made in the name of its domain. */
export const isSignedBySender = ({
  sender,
  route,
  authentication,
}: Pick<Message, 'sender' | 'route' | 'authentication'>): boolean =>
  sender !== undefined &&
  ((route?.isDkimVerified === true && route.dkimDomains.includes(sender.orgDomain)) ||
    (authentication !== undefined && isSignedByWorkspace(sender, authentication)));

/**
 * Google signs for customers who have no key of their own yet: as `partner-example.20230601.gappssmtp.com` for partner.example, whose
 * ownership it has checked. Others may write any From through Google, so the domain has to name Google's servers by SPF, too.
 */
function isSignedByWorkspace(
  { domain, orgDomain }: Sender,
  { spf, spfDomain, dkimPassDomains }: Authentication,
): boolean {
  if (!UNMISTAKABLE.test(domain) || spf !== 'pass' || spfDomain === undefined) return false;
  if (organisationalDomain(spfDomain) !== orgDomain) return false;
  const name = domain.replace('.', '-');
  return dkimPassDomains.some((signer) => WORKSPACE.exec(signer)?.[1] === name);
}
