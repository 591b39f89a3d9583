import type { Message } from '../../domain/message.ts';
import { organisationalDomain } from '../../text/organisationalDomain.ts';
import { platformOf } from '../../text/platforms.ts';

/** What a change weighs when a calendar service explains it: not nothing, since its accounts are taken over as others are. */
export const THROUGH_CALENDAR = 0.3;

/**
 * A calendar service sent the invitation, or the answer to one, for its author: with the service in Sender, by a signature of the service's
 * own that the border verified, and with the author as organiser, or as the one who answers. The service writes no address there but its account's (Google Calendar, also for
 * domains that sign nothing by themselves), so servers, signatures and program are the service's, and From is true all the same.
 */
export function invitedThrough({ sender, authentication, invites }: Message): boolean {
  const service = sender?.senderHeader;
  if (service === undefined || platformOf(service.address)?.kind !== 'meeting') return false;
  const isSigned = authentication?.dkimPassDomains.some((domain) => organisationalDomain(domain) === service.orgDomain);
  const authors = invites?.map(({ method, organizer, responder }) => (method === 'REPLY' ? responder : organizer));
  return isSigned === true && authors?.some((author) => author?.address === sender?.address) === true;
}
