/** Invitations that a calendar service sent for their author. */
import type { Message } from '../../src/domain/message.ts';
import { address, invite, message, sender } from '../messages.ts';

export const AUTHOR = 'bea@partner.example';
export const SERVICE = address('calendar-notification@google.com');

export function invitation(
  change: { dkim?: readonly string[]; service?: typeof SERVICE; organizer?: string; invites?: Message['invites'] } = {},
): Message {
  const { dkim = ['google.com'], service = SERVICE, organizer = AUTHOR } = change;
  return message({
    sender: sender(AUTHOR, { senderHeader: service }),
    authentication: {
      authservId: 'mx.acme.example',
      spf: 'pass',
      spfDomain: 'calendar-server.bounces.google.com',
      dkim: dkim.length > 0 ? 'pass' : 'none',
      dkimPassDomains: dkim,
      dmarc: 'fail',
      isAligned: false,
    },
    route: { ...message().route, dkimDomains: dkim },
    invites: change.invites ?? [invite({ organizer: address(organizer) })],
  });
}

export const byService = invitation();
/** The same without the service's signature. */
export const saidByService = invitation({ dkim: [] });
