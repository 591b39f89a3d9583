import { describe, expect, test } from '@jest/globals';
import { invitedThrough } from '../../../src/detectors/history/invitedThrough.ts';
import type { Message } from '../../../src/domain/message.ts';
import { address, sender } from '../../messages.ts';
import { AUTHOR, byService, invitation, saidByService } from '../invitations.ts';

describe('invitedThrough', () => {
  test.each<[string, Message, boolean]>([
    ['signed by the service in Sender, for the organiser in From', byService, true],
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
