import { replyToDiversion } from '../../src/detectors/replyToDiversion.ts';
import { address, baseline, correspondent, message, sender, tally } from '../messages.ts';
import { actor } from './actors.ts';
import { detectorTable } from './table.ts';

const bea = 'bea@partner.example';
const friend = 'boss@gmail.com';
const to = (...targets: readonly string[]) =>
  message({ sender: sender(bea, { replyTo: targets.map((one) => address(one)) }) });
const atGmail = (target: string, writer = friend) =>
  message({ sender: sender(writer, { isFreemail: true, replyTo: [address(target)] }) });
const diverted = message({ sender: sender(bea, { replyTo: [address('bea@other.example')] }) });

detectorTable(replyToDiversion, [
  ['known sender, another organisation', diverted, baseline({ correspondent: correspondent(bea, 214) }), 1],
  ['stranger: odd, not contradicted', diverted, baseline(), 0.3],
  ['behind the sender’s own address', to(bea, 'm@evil.example'), baseline(), 0.3],
  [
    'behind an address that is usual',
    to('bea@other.example', 'm@evil.example'),
    baseline({ correspondent: correspondent(bea, 214, { replyToOrgDomains: new Set(['other.example']) }) }),
    1,
  ],
  [
    'another user of the same freemail provider',
    atGmail('mallory@gmail.com'),
    baseline({ correspondent: correspondent(friend, 214, { replyToOrgDomains: new Set(['gmail.com']) }) }),
    1,
  ],
  ['another one, where tags are all there is', atGmail('+mallory@gmail.com', '+boss@gmail.com'), baseline(), 0.3],
  [
    'a newsletter that few would answer',
    { ...diverted, bulk: { isList: false, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    0.15,
  ],
  [
    'near-miss: a stranger shows by name whom a reply goes to',
    message({ sender: sender(bea, { replyTo: [address('m@evil.example')], addressInName: 'm@evil.example' }) }),
    baseline(),
    'clear',
  ],
  [
    'a known sender who shows it',
    message({ sender: sender(bea, { replyTo: [address('m@evil.example')], addressInName: 'm@evil.example' }) }),
    baseline({ correspondent: correspondent(bea, 214) }),
    1,
  ],
  [
    'behind the one that is shown',
    message({
      sender: sender(bea, {
        replyTo: [address('m@evil.example'), address('n@evil.example')],
        addressInName: 'm@evil.example',
      }),
    }),
    baseline(),
    0.3,
  ],
  ['near-miss: the same freemail user with a tag', atGmail('boss+work@gmail.com'), baseline(), 'clear'],
  [
    'near-miss: another freemail user that the owner writes to',
    atGmail('boss.work@gmail.com'),
    baseline({
      correspondents: new Map([['boss.work@gmail.com', correspondent('boss.work@gmail.com', 0, { sent: tally(2) })]]),
    }),
    'clear',
  ],
  [
    'near-miss: this sender always diverts there',
    diverted,
    baseline({ correspondent: correspondent(bea, 214, { replyToOrgDomains: new Set(['other.example']) }) }),
    'clear',
  ],
  [
    'near-miss: another host of the same organisation',
    message({ sender: sender(bea, { replyTo: [address('bea@mail.partner.example')] }) }),
    baseline(),
    'clear',
  ],
  [
    'near-miss: mailing list',
    { ...diverted, bulk: { isList: true, hasUnsubscribe: true, isAutomatic: false } },
    baseline(),
    'clear',
  ],
  [
    'near-miss: the platform directs replies to whom it writes for',
    { ...diverted, actors: [actor('bea@other.example')] },
    baseline(),
    'clear',
  ],
  [
    'nobody vouches that it is the platform',
    { ...diverted, actors: [actor('bea@other.example', { isAuthenticated: false })] },
    baseline(),
    0.3,
  ],
  ['no Reply-To', message(), baseline(), 'clear'],
  ['outbound mail', { ...diverted, direction: 'outbound' }, baseline(), 'skipped'],
]);
