import { unknownActor } from '../../src/detectors/unknownActor.ts';
import type { ActorHistory } from '../../src/domain/baseline.ts';
import { baseline, content, correspondent, message, tally } from '../messages.ts';
import { actor, actorHistory, platformMail } from './actors.ts';
import { asking, list } from './requests.ts';
import { detectorTable } from './table.ts';

const anna = 'anna@kern.example';
const known = (more: Partial<ActorHistory>) => baseline({ actor: actorHistory(more) });
const nobody = known({});
const lure = { content: asking('credential-request', ['sign in to view'], { pressureQuotes: ['urgent'] }) };
const bill = { content: asking('payment-request', ['pay the invoice']) };

detectorTable(unknownActor, [
  ['a share by somebody new', platformMail(actor(anna)), nobody, 0.3],
  ['who presses for a sign-in', platformMail(actor(anna), lure), nobody, 1],
  ['of whom only a name is said', platformMail(actor(undefined), lure), nobody, 1],
  ['a bill asks for money: that is its purpose', platformMail(actor(anna, { kind: 'invoice' }), bill), nobody, 0.3],
  [
    'a bill announces one',
    platformMail(actor(anna, { kind: 'invoice' }), { content: asking('trade-document', ['attached is the invoice']) }),
    nobody,
    0.3,
  ],
  [
    'a share that announces a bill',
    platformMail(actor(anna), { content: asking('trade-document', ['attached is the invoice']) }),
    nobody,
    0.8,
  ],
  [
    'a bill to a new account',
    platformMail(actor(anna, { kind: 'invoice' }), { content: asking('bank-change', ['our new IBAN']) }),
    nobody,
    0.8,
  ],
  ['a share that asks for money', platformMail(actor(anna), bill), nobody, 0.8],
  [
    'a number to call about a charge that nobody made',
    platformMail(actor(anna), {
      content: content('$489.99. You did not authorise it? +1 808 555 0142', { phoneNumbers: ['+1 808 555 0142'] }),
    }),
    nobody,
    0.8,
  ],
  [
    'with more signs',
    platformMail(actor(anna), {
      content: content('$489.99 was charged. Not you? +1 808 555 0142', { phoneNumbers: ['+1 808 555 0142'] }),
    }),
    nobody,
    1,
  ],
  [
    'near-miss: a sum and the supplier’s number',
    platformMail(actor(anna), {
      content: content('$489.99 is due. Our office: +1 808 555 0142', { phoneNumbers: ['+1 808 555 0142'] }),
    }),
    nobody,
    0.3,
  ],
  [
    'near-miss: a number, and no sum',
    platformMail(actor(anna), { content: content('Our desk: +1 808 555 0142', { phoneNumbers: ['+1 808 555 0142'] }) }),
    nobody,
    0.3,
  ],
  ['on the second day', platformMail(actor(anna)), known({ received: tally(1) }), 0.21],
  [
    'a colleague of people one knows',
    platformMail(actor(anna)),
    known({ domain: { orgDomain: 'kern.example', received: tally(9), senderCount: 2 } }),
    0.15,
  ],
  ['who wrote by mail, unasked', platformMail(actor(anna)), known({ correspondent: correspondent(anna, 40) }), 0.12],
  [
    'a name that holds a correspondent’s address',
    platformMail(actor(anna, { addressFrom: 'words' }), lure),
    known({ correspondent: correspondent(anna, 40, { sent: tally(20) }) }),
    0.5,
  ],
  [
    'a name that holds the address of a colleague',
    platformMail(actor('ceo@acme.example', { addressFrom: 'words' })),
    nobody,
    0.15,
  ],
  ['a comment on a list', platformMail(actor(undefined, { kind: 'comment' }), { bulk: list }), nobody, 0.15],
  [
    'a young mailbox, with a lure',
    platformMail(actor(anna), lure),
    baseline({ actor: actorHistory(), maturity: { stage: 'blank', messageCount: 3, ageDays: 1 } }),
    0.7,
  ],
  [
    'near-miss: whom the owner writes to',
    platformMail(actor(anna), lure),
    known({ correspondent: correspondent(anna, 1, { sent: tally(1) }) }),
    'clear',
  ],
  ['near-miss: a colleague', platformMail(actor('bob@acme.example'), lure), nobody, 'clear'],
  ['near-miss: on the fourth day', platformMail(actor(anna), lure), known({ received: tally(3) }), 'clear'],
  [
    'near-miss: a young mailbox knows nobody',
    platformMail(actor(anna)),
    baseline({ actor: actorHistory(), maturity: { stage: 'blank', messageCount: 3, ageDays: 1 } }),
    'clear',
  ],
  ['mail of no platform', message(lure), baseline(), 'clear'],
  ['outbound mail', platformMail(actor(anna), { direction: 'outbound' }), nobody, 'skipped'],
]);
