import { describe, expect, test } from '@jest/globals';
import { invitedThrough } from '../../../src/detectors/history/invitedThrough.ts';
import type { Message } from '../../../src/domain/message.ts';
import { address, invite, sender } from '../../messages.ts';
import { AUTHOR, byService, invitation, saidByService } from '../invitations.ts';

/** To an invitation of Ana's. */
const answer = (responder: string) =>
  invitation({
    invites: [invite({ method: 'REPLY', organizer: address('ana@acme.example'), responder: address(responder) })],
  });
const asHost = invite({ method: 'REPLY', organizer: address(AUTHOR), responder: address('eve@evil.example') });

describe('invitedThrough', () => {
  test.each<[string, Message, boolean]>([
    ['signed by the service in Sender, for the organiser in From', byService, true],
    ['the answer of who stands in From', answer(AUTHOR), true],
    ['the answer of somebody else', answer('eve@evil.example'), false],
    ['an answer to who stands in From', invitation({ invites: [asHost] }), false],
    ['no border saw the signature', saidByService, false],
    ['signed by somebody else', invitation({ dkim: ['calendar.example'] }), false],
    ['somebody who is not the service, of the same signer', invitation({ service: address('bea@google.com') }), false],
    ['for another organiser than From', invitation({ organizer: 'eve@evil.example' }), false],
    ['no invitation in it', { ...byService, invites: [] }, false],
    ['no Sender', { ...byService, sender: sender(AUTHOR) }, false],
  ])('%s', (_, mail, expected) => {
    expect(invitedThrough(mail)).toBe(expected);
  });
});
