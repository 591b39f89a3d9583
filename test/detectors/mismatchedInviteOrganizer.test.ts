import { mismatchedInviteOrganizer } from '../../src/detectors/mismatchedInviteOrganizer.ts';
import { address, baseline, correspondent, invite, message, sender, tally } from '../messages.ts';
import { detectorTable } from './table.ts';

const by = (organizer: string, from = 'bea@partner.example') =>
  message({ sender: sender(from), invites: [invite({ organizer: address(organizer) })] });
const partner = { orgDomain: 'partner.example', received: tally(40), senderCount: 3 };

detectorTable(mismatchedInviteOrganizer, [
  ['a third party', by('cy@other.example'), baseline(), 0.7],
  ['one of us', by('ceo@acme.example'), baseline(), 1],
  ['sent by an organisation one knows', by('cy@other.example'), baseline({ domain: partner }), 0.3],
  [
    'sent by anyone at a brand’s freemail service',
    {
      ...by('cy@other.example', 'bea@gmail.com'),
      sender: sender('bea@gmail.com', { isFreemail: true }),
    },
    baseline(),
    0.7,
  ],
  ['near-miss: an assistant of the organiser', by('cy@mail.partner.example'), baseline(), 'clear'],
  [
    'near-miss: forwarded by a correspondent',
    by('cy@other.example'),
    baseline({ correspondent: correspondent('bea@partner.example', 3) }),
    'clear',
  ],
  ['near-miss: by a calendar service', by('cy@other.example', 'calendar-notification@google.com'), baseline(), 'clear'],
  [
    'near-miss: another domain of the platform that writes',
    {
      ...by('calendar-invite@lu.ma', 'club@calendar.luma-mail.com'),
      sender: sender('club@calendar.luma-mail.com', { isProved: true }),
    },
    baseline(),
    'clear',
  ],
  ['who only says to be that platform', by('calendar-invite@lu.ma', 'club@calendar.luma-mail.com'), baseline(), 0.7],
  [
    'somebody else by that platform',
    {
      ...by('ceo@acme.example', 'club@calendar.luma-mail.com'),
      sender: sender('club@calendar.luma-mail.com', { isProved: true }),
    },
    baseline(),
    1,
  ],
  [
    'near-miss: an answer',
    message({ invites: [invite({ method: 'REPLY', organizer: address('ana@acme.example') })] }),
    baseline(),
    'clear',
  ],
  ['near-miss: no organiser named', message({ invites: [invite()] }), baseline(), 'clear'],
  ['outbound mail', { ...by('cy@other.example'), direction: 'outbound' }, baseline(), 'skipped'],
]);
