/** Builders of platform mail for tables. */
import type { ActorHistory } from '../../src/domain/baseline.ts';
import type { Actor } from '../../src/domain/message.ts';
import { address, message, sender } from '../messages.ts';

export const actor = (of: string | undefined, more: Partial<Actor> = {}): Actor => ({
  platform: 'google-drive',
  kind: 'share',
  name: 'Anna Kern',
  nameKey: 'anna kern',
  ...(of === undefined ? {} : { address: address(of), addressFrom: 'Reply-To' }),
  isAuthenticated: true,
  isNamedInFrom: true,
  ...more,
});

export const platformMail = (who: Actor, more: Parameters<typeof message>[0] = {}) =>
  message({
    sender: sender('drive-shares-noreply@google.com', { name: 'Anna Kern (via Google Docs)' }),
    actors: [who],
    ...more,
  });

export const actorHistory = (more: Partial<ActorHistory> = {}): ActorHistory => ({
  nameBindings: [],
  tenantNameBindings: [],
  ...more,
});
