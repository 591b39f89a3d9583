import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { NamedAddress } from '../domain/mail.ts';
import type { Sender } from '../domain/message.ts';
import { platformOf } from '../text/platforms.ts';
import { exchangedCount, isInside, OUTBOUND } from './history/relations.ts';
import { brandBehindSender } from './payload/brandOwners.ts';

const FOREIGN = 0.7; // forwarded invites keep their organiser (RFC 5546 §2.1.5), so it happens
const POSES_AS_COLLEAGUE = 1; // the organiser is one of us, the mail is not
const KNOWN_DOMAIN = 0.3; // delegates, and meeting tools that the organisation is used to

/**
 * The organiser of a calendar invite belongs to another organisation than the sender.
 * 0 or 1 indicator; strength 0.7, 1 when the organiser is said to be inside, weak from organisations the mailbox knows. Silent for
 * correspondents, for meeting services in models/brands.json, for another domain of the platform that is proved to write, and for replies. Source: RFC 5546 §2.1.5; scenarios S23.
 */
export const mismatchedInviteOrganizer = detector({
  id: 'mismatched-invite-organizer',
  family: 'invite',
  attack: 'T1566.002',
  needs: ['invites', 'sender'],
  detect({ invites, sender, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (exchangedCount(baseline.correspondent) > 0 || brandBehindSender(sender) !== undefined) return [];
    const organizer = invites
      .filter(({ method }) => method === 'REQUEST' || method === 'PUBLISH')
      .map((invite) => invite.organizer)
      .find(
        (one) =>
          one !== undefined &&
          one.orgDomain !== '' &&
          one.orgDomain !== sender.orgDomain &&
          !isSamePlatform(one, sender),
      );
    if (organizer === undefined) return [];
    const evidence = [{ where: 'calendar', quote: organizer.address, expected: sender.orgDomain }];
    return [{ strength: strengthOf(organizer, sender, baseline), evidence }];
  },
});

/** Luma writes from luma-mail.com, with an organiser at lu.ma. */
function isSamePlatform({ address }: NamedAddress, sender: Sender): boolean {
  const platform = sender.isProved === true ? platformOf(sender.address) : undefined;
  return platform !== undefined && platformOf(address) === platform;
}

function strengthOf({ address }: NamedAddress, sender: Sender, baseline: Baseline): number {
  if (sender.isOwnDomain || (!sender.isFreemail && exchangedCount(baseline.domain) > 0)) return KNOWN_DOMAIN;
  return isInside(address, baseline) ? POSES_AS_COLLEAGUE : FOREIGN;
}
