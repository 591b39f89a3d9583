import { lureInInvite } from '../../src/detectors/lureInInvite.ts';
import type { CalendarInvite, Intent } from '../../src/domain/message.ts';
import { address, baseline, correspondent, invite, message, sender } from '../messages.ts';
import { actorHistory } from './actors.ts';
import { asking } from './requests.ts';
import { detectorTable } from './table.ts';

const event = (intent: Intent, more: Partial<CalendarInvite> = {}) =>
  invite({ intents: asking(intent, ['these words']).intents, organizer: address('mal@evil.example'), ...more });
const inviting = (...invites: readonly CalendarInvite[]) => message({ sender: sender('mal@evil.example'), invites });
const bea = 'bea@partner.example';
const organizer = address(bea);
const knowsBea = { correspondents: new Map([[bea, correspondent(bea, 9)]]) };

detectorTable(lureInInvite, [
  ['asks for a payment', inviting(event('payment-request')), baseline(), 0.7],
  ['presses', inviting(event('credential-request', { pressureQuotes: ['today'] })), baseline(), 1],
  ['a call to a number', inviting(event('callback', { phoneNumbers: ['+1 202 555 0143'] })), baseline(), 0.7],
  ['published', inviting(event('payment-request', { method: 'PUBLISH' })), baseline(), 0.7],
  ['in a correspondent’s name', inviting(event('payment-request', { organizer })), baseline(knowsBea), 0.7],
  [
    'a charge that nobody made',
    inviting(
      invite({
        phoneNumbers: ['+1 202 555 0143'],
        chargeScares: [
          { kind: 'denial', quote: 'Not you?' },
          { kind: 'charge', quote: 'was charged' },
        ],
      }),
    ),
    baseline(),
    1,
  ],
  [
    'near-miss: a talk on fraud, with a number to dial',
    inviting(
      invite({
        phoneNumbers: ['+1 202 555 0143'],
        chargeScares: [
          { kind: 'alarm', quote: 'fraud' },
          { kind: 'undo', quote: 'cancel' },
        ],
      }),
    ),
    baseline(),
    'clear',
  ],
  [
    'near-miss: one word of it',
    inviting(invite({ phoneNumbers: ['+1 202 555 0143'], chargeScares: [{ kind: 'undo', quote: 'cancel' }] })),
    baseline(),
    'clear',
  ],
  ['near-miss: a call without a number', inviting(event('callback')), baseline(), 'clear'],
  ['near-miss: a number without a call', inviting(invite({ phoneNumbers: ['+1 202 555 0143'] })), baseline(), 'clear'],
  ['near-miss: a reply', inviting(event('payment-request', { method: 'REPLY' })), baseline(), 'clear'],
  [
    'near-miss: a correspondent’s meeting, by a platform',
    inviting(event('payment-request', { organizer })),
    baseline({ ...knowsBea, actor: actorHistory() }),
    'clear',
  ],
  [
    'near-miss: whom the mailbox knows',
    inviting(event('payment-request')),
    baseline({ correspondent: correspondent('mal@evil.example', 3) }),
    'clear',
  ],
  [
    'near-miss: a colleague',
    {
      ...inviting(event('payment-request')),
      direction: 'internal',
      sender: sender('bob@acme.example', { isOwnDomain: true }),
    },
    baseline(),
    'clear',
  ],
  ['outbound mail', { ...inviting(event('payment-request')), direction: 'outbound' }, baseline(), 'skipped'],
]);
